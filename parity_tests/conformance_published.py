"""The row of an implementation that cannot be run: our update under its conventions, against the oracle."""

from collections.abc import Iterator

from torch import Tensor

from harness.difference import leaves
from parity_tests.candidate import Problem
from parity_tests.cases import CASES, build
from parity_tests.closeness import ALLOWED
from parity_tests.conformance_cells import Cell, choices
from parity_tests.conventions import OURS, Conventions
from parity_tests.expected import expected
from parity_tests.oracle_answers import answers
from reference.state import Batch


def measure_published(rung: str, declared: Conventions, tau: float) -> Cell:
    """Whether the reference under `declared` answers as the oracle does, in float64, and which of them it takes."""
    problems = list(problems_in_float64(tau))
    if worst(rung, problems, declared, OURS) <= ALLOWED:
        return Cell("within rounding", len(problems))
    apart = worst(rung, problems, declared, declared)
    if apart > ALLOWED:
        return Cell("differs", len(problems), detail=f"by {apart:.3g} of the largest element")
    less = ((name, declared._replace(**{name: getattr(OURS, name)})) for name in choices(declared))
    fields = tuple(name for name, other in less if worst(rung, problems, declared, other) > ALLOWED)
    return Cell("differs by convention", len(problems), fields, "within rounding")


def problems_in_float64(tau: float) -> Iterator[tuple[Problem, Batch]]:
    """Every case that leaves the conventions open, in float64."""
    for case in CASES.values():
        if not case.truncation_is_terminal:
            config, space, state, batch, *_ = build(case._replace(dtype="float64", tau=tau))
            yield Problem(config, space, state), batch


def worst(rung: str, problems: list[tuple[Problem, Batch]], found: Conventions, exact: Conventions) -> float:
    """The largest distance between the reference under `found` and the oracle under `exact`."""
    return max(
        distance(ours, oracles)
        for problem, batch in problems
        for ours, oracles in _pairs(expected(problem, batch, found).of(rung), answers(problem, batch, exact).of(rung))
    )


def distance(ours: Tensor, oracles: Tensor) -> float:
    """Of two tensors: the largest difference over the largest element."""
    largest = float(oracles.abs().max())
    error = float((ours - oracles).abs().max())
    return error / largest if largest else float("inf") if error else 0.0


def _pairs(ours: object, oracles: object) -> Iterator[tuple[Tensor, Tensor]]:
    of_oracle = dict(leaves("", oracles))
    return ((value, of_oracle[path]) for path, value in leaves("", ours))
