"""One rung of one candidate on one case: the same bits, within rounding, or different."""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor

from harness.difference import difference, leaves
from parity_tests.candidate import Candidate, Problem, offers
from parity_tests.conventions import Conventions
from parity_tests.expected import expected
from parity_tests.oracle_answers import answers
from reference.state import Batch

Kind = Literal["same bits", "within rounding", "differs"]


class Verdict(NamedTuple):
    """How one rung came out, and the worst quantity that was compared for it."""

    kind: Kind
    compared: int  # quantities
    same: int  # of them, the same to the bit as the reference's
    detail: str  # empty where all are


def judge(candidate: Candidate, rung: str, problem: Problem, batch: Batch, conventions: Conventions) -> Verdict:
    """Sets the candidate to `problem` and compares one rung's answer under `conventions`.

    Within rounding means: in float32, an error against the float64 oracle of at most twice the reference's own,
    plus an ulp of the tensor's largest element; in float64, at most 1e-12 of the largest element.
    """
    candidate.load(problem)
    found = answer(candidate, rung, batch)
    plain = expected(problem, batch, conventions).of(rung)
    exact = answers(problem, batch, conventions).of(rung)
    rows = list(_pairs(found, plain, exact))
    apart = [row for row in rows if row[4] is not None]
    worst = max(apart, key=lambda row: row[3], default=None)
    same = len(rows) - len(apart)
    if worst is None:
        return Verdict("same bits", len(rows), same, "")
    kind: Kind = "within rounding" if worst[3] <= 1 else "differs"
    return Verdict(kind, len(rows), same, _words(rung, *worst))


def answer(candidate: Candidate, rung: str, batch: Batch) -> Any:
    """What the candidate says on one rung, in the form of `Expected`'s field."""
    if not offers(candidate, rung):
        raise NotImplementedError(f"the candidate offers no rung {rung!r}")
    match rung:
        case "networks":
            return {"action": candidate.action(batch.observation), "value": candidate.value(*batch[:2])}
        case "targets":
            return candidate.target(batch)
        case "losses":
            return candidate.losses(batch)
        case "gradients":
            return candidate.gradients(batch)
        case "soft update":
            candidate.soft_update()
        case "update":
            candidate.update(batch)
    return candidate.networks()


def _pairs(found: Any, plain: Any, exact: Any) -> Iterator[tuple[str, Tensor, Tensor, float, str | None]]:
    """Path, candidate's tensor, oracle's, error in units of what rounding allows, and the differing bits in words."""
    ours, oracle = dict(leaves("", plain)), dict(leaves("", exact))
    theirs = {path: torch.as_tensor(value).detach() for path, value in leaves("", found)}
    strange = [path for path in theirs if path not in ours]
    assert not strange, f"the candidate answers {', '.join(strange)}, which is none of {', '.join(ours)}"
    assert theirs, "the candidate answered nothing"
    for path, value in theirs.items():
        bits = difference(path, value, ours[path])
        yield path, value, oracle[path], _excess(value, ours[path], oracle[path]), bits


def _excess(value: Tensor, plain: Tensor, exact: Tensor) -> float:
    """The candidate's error over the largest that counts as rounding; infinite where shape or dtype is another."""
    if value.shape != plain.shape or value.dtype != plain.dtype or not bool(value.isfinite().all()):
        return float("inf")
    largest = float(exact.abs().max())
    if plain.dtype == torch.float64:
        allowed = 1e-12 * largest
    else:
        ulp = torch.finfo(plain.dtype).eps * largest
        allowed = 2 * float((plain.double() - exact).abs().max()) + ulp
    error = float((value.double() - exact).abs().max())
    return 0.0 if error == 0 else error / allowed if allowed else float("inf")


def _words(rung: str, path: str, value: Tensor, exact: Tensor, excess: float, bits: str | None) -> str:
    name = f"{rung}{path if path.startswith('[') or not path else '.' + path}"
    if value.shape != exact.shape:
        return f"{name}: shape {tuple(value.shape)} in place of {tuple(exact.shape)}"
    error = (value.double() - exact).abs()
    place = tuple(int(i) for i in torch.unravel_index(error.argmax(), error.shape))
    return (
        f"{name}: {float(value.double()[place]):.9g} against the oracle's {float(exact[place]):.9g} at {place}, "
        f"{excess:.3g} times the error that rounding allows ({(bits or '').partition(': ')[2]})"
    )
