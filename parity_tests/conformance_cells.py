"""One cell of the table of libraries: how one candidate fares on one rung, measured."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

import torch

from parity_tests.candidate import load_candidate, offers
from parity_tests.candidate_cases import names_for, problem_for
from parity_tests.conventions import OURS, Conventions, differing
from parity_tests.judge import Verdict, judge

ABILITIES = ("bounds", "dtypes", "rates", "loads_adam")
"""Fields of `Conventions` that say what can be set, not what is computed; every comparison respects them."""

Kind = Literal["same bits", "within rounding", "differs by convention", "differs", "not offered", "raised"]


class Cell(NamedTuple):
    """What came of one rung."""

    kind: Kind
    cases: int = 0
    fields: tuple[str, ...] = ()  # the conventions that make the difference
    under: str = ""  # how it comes out under them
    detail: str = ""  # of the worst case, where it differs or raised


def measure(path: str, rung: str) -> Cell:
    """Judges a rung under our conventions, then, where it differs, under those that the candidate declares."""
    try:
        candidate = load_candidate(path)
        return _measured(path, rung, candidate.conventions) if offers(candidate, rung) else Cell("not offered")
    except Exception as error:  # whatever a library throws is a result, and is reported as one
        return Cell("raised", detail=f"{type(error).__name__}: {' '.join(str(error).split())}")


def _measured(path: str, rung: str, declared: Conventions) -> Cell:
    ours = worst(verdicts(path, rung, as_ours(declared)))
    cases = len(names_for(declared))
    if ours.kind != "differs":
        return Cell(ours.kind, cases)
    found = list(verdicts(path, rung, declared))
    under = worst(found)
    if under.kind == "differs":
        return Cell("differs", cases, detail=f"in {_apart(found)} of {cases} cases; {_brief(under.detail)}")
    less = ((name, declared._replace(**{name: getattr(OURS, name)})) for name in choices(declared))
    fields = tuple(name for name, other in less if worst(verdicts(path, rung, other)).kind == "differs")
    return Cell("differs by convention", cases, fields, under.kind)


def worst(found: Iterable[Verdict]) -> Verdict:
    """The verdict on the case that comes out worst."""
    return max(found, key=lambda verdict: (_BADNESS.index(verdict.kind), verdict.excess))


def _brief(detail: str) -> str:
    """The worst quantity and both numbers, and which parts are right."""
    number, _, rest = detail.partition(" at (")
    _, wrong, parts = rest.partition("; wrong:")
    return number + wrong + parts


def _apart(found: list[Verdict]) -> int:
    return sum(verdict.kind == "differs" for verdict in found)


_BADNESS = ("same bits", "within rounding", "differs")


def verdicts(path: str, rung: str, conventions: Conventions) -> Iterator[Verdict]:
    """A rung's verdicts over the cases, each on a new candidate."""
    for name in names_for(conventions):
        problem, batch = problem_for(name, conventions)
        with torch.random.fork_rng(devices=[]):
            yield judge(load_candidate(path), rung, problem, batch, conventions)


def as_ours(declared: Conventions) -> Conventions:
    """Our conventions, with what a candidate can be set to."""
    return OURS._replace(**{name: getattr(declared, name) for name in ABILITIES})


def choices(declared: Conventions) -> list[str]:
    """The fields in which a candidate departs from what we compute."""
    return [name for name in differing(declared) if name not in ABILITIES]
