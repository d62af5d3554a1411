"""`make wheel-test`: wheel and sdist are built, compared, installed apart, and tested outside the repository.

Each is installed twice over into a virtual environment of its own: first as `pip install` leaves it, without extras,
where a short run must work; then with those of the suite, and the suite climbs.
"""

import os
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import tyro

from parity_tests.studies.lowest import EXTRAS

KINDS = {"wheel": "*.whl", "sdist": "*.tar.gz"}

SHORT_RUN = "compare --episodes 2 --max-steps-per-episode 60 --start-steps 40 --update-after 64 --batch-size 32 --json"


@dataclass(frozen=True)
class Distributions:
    """Build and test both distributions."""

    kinds: tuple[str, ...] = tuple(KINDS)
    """Which are tested: wheel, sdist."""
    options: str = "-q -n 2 --dist worksteal -m 'not long'"
    """Of pytest: what `make test` runs."""
    dist: Path = Path("dist")
    """Folder for what is built; what lies there is deleted."""
    environments: str = ".venv-"
    """Path that a kind's name is put behind for its virtual environment; one that is there is deleted."""


def python_of(environment: Path) -> Path:
    """The interpreter of a virtual environment."""
    return environment.resolve() / "bin" / "python"


def run(*words: object, cwd: Path | None = None) -> None:
    """Runs a program that must succeed, as if nothing of this project were on Python's path."""
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(list(map(str, words)), check=True, cwd=cwd, env=variables)


def fresh(environment: Path, *packages: object) -> Path:
    """The interpreter of a new virtual environment that holds these packages, at the pinned versions."""
    shutil.rmtree(environment, ignore_errors=True)
    run(sys.executable, "-m", "venv", environment)
    install(python_of(environment), *packages)
    return python_of(environment)


def install(python: Path, *packages: object) -> None:
    """Installs packages at the pinned versions."""
    run(python, "-m", "pip", "install", "-q", "-c", "constraints.txt", *packages)


def build(dist: Path, builder: Path) -> dict[str, Path]:
    """Builds both from the repository; kind -> file."""
    shutil.rmtree(dist, ignore_errors=True)
    run(builder, "-m", "hatchling", "build", "-d", dist.resolve())
    return {kind: next(dist.glob(pattern)).resolve() for kind, pattern in KINDS.items()}


def wheel_of(sdist: Path, builder: Path, folder: Path) -> Path:
    """The wheel that the sdist's own source builds."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    source = next(path for path in folder.iterdir() if path.is_dir())
    run(builder, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "built", cwd=source)
    return next((folder / "built").glob("*.whl"))


def apart(ours: Path, theirs: Path) -> list[str]:
    """The members in which two wheels differ."""
    with zipfile.ZipFile(ours) as left, zipfile.ZipFile(theirs) as right:
        both = [{name: wheel.read(name) for name in wheel.namelist()} for wheel in (left, right)]
    return sorted(name for name in both[0].keys() | both[1].keys() if both[0].get(name) != both[1].get(name))


def climb(file: Path, environment: Path, options: list[str]) -> None:
    """Installs one distribution as a stranger would, and runs it and the suite where the repository is not."""
    python = fresh(environment, file)
    with tempfile.TemporaryDirectory() as elsewhere:
        run(python, "-m", "harness", *SHORT_RUN.split(), cwd=Path(elsewhere))
        install(python, f"{file}[{','.join(EXTRAS)}]")
        run(python, "-m", "pytest", "--pyargs", "parity_tests", "-p", "no:cacheprovider", *options, cwd=Path(elsewhere))


def main(words: list[str] | None = None) -> int:
    """Builds, compares, installs and tests; 1 where any of it fails."""
    options = tyro.cli(Distributions, args=words, prog="distributions", description=__doc__)
    unknown = set(options.kinds) - set(KINDS)
    if unknown:
        print(f"distributions: kinds must be of {', '.join(KINDS)}; got {', '.join(unknown)}.", file=sys.stderr)
        return 2
    try:
        builder = fresh(Path(f"{options.environments}build"), "hatchling")
        built = build(options.dist, builder)
        with tempfile.TemporaryDirectory() as folder:
            differing = apart(built["wheel"], wheel_of(built["sdist"], builder, Path(folder)))
        if differing:
            print(f"the sdist builds another wheel: {', '.join(differing)}", file=sys.stderr)
            return 1
        for kind in options.kinds:
            print(f"{kind}: {built[kind].name}", flush=True)
            climb(built[kind], Path(f"{options.environments}{kind}"), shlex.split(options.options))
    except subprocess.CalledProcessError as error:
        print(f"distributions: {' '.join(error.cmd)} ended with status {error.returncode}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
