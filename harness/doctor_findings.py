"""What `ddpg doctor` makes of the facts: what will break parity here, and the known traps that apply."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, NamedTuple

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from harness.doctor_facts import ARITHMETIC_VARIABLES, OURS, Facts, declared
from harness.doctor_trials import Trial
from harness.known_differences import absence, installed, load

SEEN = {"python": "3.11", "torch": "2.13.0", "torchrl": "0.14.1", "tensordict": "0.14.3"}
"""Where whole runs were seen to agree; constraints.txt pins the same."""

LONG_SUM = "n_step 20"
"""The trial whose difference is known: TorchRL adds 15 rewards and more in another order on some CPUs."""

Kind = Literal["breaks parity", "trap", "note"]


class Finding(NamedTuple):
    """One line of the answer."""

    kind: Kind
    what: str
    cure: str


def diagnose(facts: Facts, trials: list[Trial]) -> list[Finding]:
    """All that applies here, the worst first."""
    parts = (_packages(facts), _imports(facts), _tried(trials), _versions(facts), _kernels(facts), _threads(facts))
    found = [finding for part in (*parts, _extension(facts), _folder(facts), _differences()) for finding in part]
    order = ("breaks parity", "trap", "note")
    return sorted(found, key=lambda finding: order.index(finding.kind))


def _packages(facts: Facts) -> Iterator[Finding]:
    for name, wanted in declared().items():
        found = facts["packages"][name]
        cure = f"pip install '{name}{wanted}'."
        if found == "not installed":
            yield Finding("breaks parity", f"{name} is not installed.", cure)
        elif not SpecifierSet(wanted).contains(found, prereleases=True):
            yield Finding("trap", f"{name} {found} is outside of {wanted}, which was tested.", cure)


def _imports(facts: Facts) -> Iterator[Finding]:
    """Our packages have common names, and another of the same name may come first on Python's path."""
    places = {name: Path(facts["our code"][name]).parent for name in OURS}
    for name, place in places.items():
        if place != places["harness"]:
            what = f"{name} is imported from {place}, and harness from {places['harness']}."
            yield Finding("breaks parity", what, "Start elsewhere, or take the other package off Python's path.")


def _tried(trials: list[Trial]) -> Iterator[Finding]:
    for trial in trials:
        if trial.difference is None:
            continue
        if trial.name == LONG_SUM and "reward" in trial.difference:
            what = "TorchRL adds n_step rewards in another order here from n = 15 on, as it does with AVX-512."
            yield Finding("trap", what, "Compare with n_step of 14 or less.")
        else:
            what = f"A short run of {trial.name} differs: {trial.difference}."
            yield Finding("breaks parity", what, "See the other lines; then compare versions with constraints.txt.")


def _versions(facts: Facts) -> Iterator[Finding]:
    found = {"python": facts["python"]["version"], **facts["packages"]}
    for name, seen in SEEN.items():
        came = found.get(name, "not installed")
        if came != "not installed" and Version(came).release[: len(Version(seen).release)] != Version(seen).release:
            what = f"{name} is {came}; whole runs were seen to agree on {seen}."
            yield Finding("trap", what, "Bits may be others than the ones recorded; the trials above ran on yours.")


def _kernels(facts: Facts) -> Iterator[Finding]:
    for name in ARITHMETIC_VARIABLES:
        value = facts["variables that choose kernels"][name]
        if value != "unset":
            yield Finding("trap", f"{name}={value} chooses other kernels, whose bits are others.", f"unset {name}.")
    if facts["torch"]["cuda"]:
        yield Finding("note", "A GPU is there; equal bits are promised for the CPU alone.", "Keep --device cpu.")
    if not facts["numerics"]["flushes_denormals"]:
        yield Finding("note", "This CPU cannot flush denormal numbers.", "Long runs are slower here, by a third or so.")


def _threads(facts: Facts) -> Iterator[Finding]:
    threads = facts["threads"]["of torch by itself"]
    if threads > 1:
        what = f"torch takes {threads} threads by itself: sums come in other orders, and a busy neighbour slows all."
        yield Finding("note", what, "ddpg takes one; elsewhere call torch.set_num_threads(1) first.")


def _extension(facts: Facts) -> Iterator[Finding]:
    state = facts["C++ extension of torchrl"]
    if not state["loads"]:
        what = f"TorchRL's C++ extension does not load ({state['because']}): no prioritized sampling."
        yield Finding("note", what, "Nothing here needs it; a TorchRL built beside this torch has it.")


def _folder(facts: Facts) -> Iterator[Finding]:
    folder = facts["working folder"]
    if not folder["writable"]:
        yield Finding("trap", "The working folder cannot be written.", "Give runs a place by --out.")
    if folder["lock"] != "works":
        yield Finding("trap", f"Run folders cannot be locked here: {folder['lock']}", "Give runs a place by --out.")
    if folder["free GB"] < 1:
        yield Finding("trap", f"{folder['free GB']} GB are free here.", "A replay of 10^6 rows takes 0.1 to 1 GB.")


def _differences() -> Iterator[Finding]:
    """How many of TorchRL's known differences the installed release shows."""
    spec = find_spec("parity_tests")
    if spec is None or spec.origin is None or find_spec("torchrl") is None:
        return
    release = installed()
    here = [each for each in load(Path(spec.origin).with_name("known_differences.toml")) if not absence(each, release)]
    count = {kind: sum(each.class_ == kind for each in here) for kind in ("defect", "trap", "convention")}
    words = ", ".join(f"{number} {kind}s" for kind, number in count.items())
    what = f"torchrl {release} has {len(here)} known differences: {words}."
    yield Finding("note", what, "python -m parity_tests.known_differences lists them.")
