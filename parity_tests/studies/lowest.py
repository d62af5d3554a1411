"""The lowest versions that pyproject.toml allows, as pip's constraints: `python -m parity_tests.studies.lowest`.

pip resolves to the newest; `make test-lowest` holds it down with these lines. What pyproject.toml does not name itself
stays as constraints.txt pins it, and so does torch, which has to be a build for this machine.
"""

import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import tyro
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

PINNED = ("torch",)
"""What is left at its pin."""

EXTRAS = ("mujoco", "legacy", "parity")
"""Those that the suite needs."""


@dataclass(frozen=True)
class Lowest:
    """Print the lowest versions allowed."""

    project: Path = Path("pyproject.toml")
    """What declares the ranges."""
    pins: Path = Path("constraints.txt")
    """What the rest is held at."""


def requirements(project: Path) -> Iterator[Requirement]:
    """What the package and the extras of its suite ask for."""
    declared = tomllib.loads(project.read_text())["project"]
    for group in (declared["dependencies"], *(declared["optional-dependencies"][extra] for extra in EXTRAS)):
        yield from map(Requirement, group)


def lowest(requirement: Requirement) -> Version:
    """The lowest version that a requirement allows.

    Raises:
        ValueError: it has no lower bound.
    """
    bounds = [Version(one.version) for one in requirement.specifier if one.operator in (">=", "==", "~=")]
    if not bounds:
        raise ValueError(f"{requirement} has no lower bound; give it one that was tested.")
    return max(bounds)


def constraints(project: Path, pins: Path) -> list[str]:
    """A line for each package: the lowest version of those declared, the pinned one of the others."""
    lines: dict[str, str] = {}
    for line in pins.read_text().splitlines():
        if line and not line.startswith("#"):
            lines[canonicalize_name(Requirement(line).name)] = line
    found: dict[str, Version] = {}
    for requirement in requirements(project):
        name = canonicalize_name(requirement.name)
        if name not in PINNED:
            found[name] = max(lowest(requirement), found.get(name, Version("0")))
    return sorted((lines | {name: f"{name}=={version}" for name, version in found.items()}).values(), key=str.lower)


def main(words: list[str] | None = None) -> int:
    """Prints them; 2 where the project declares none."""
    options = tyro.cli(Lowest, args=words, prog="lowest", description=__doc__)
    try:
        print("\n".join(constraints(options.project, options.pins)))
    except (ValueError, KeyError, OSError) as error:
        print(f"lowest: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
