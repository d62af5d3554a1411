"""One rung of one candidate on one case: the same bits, within rounding, or different."""

from typing import Literal, NamedTuple

import torch
from torch import Tensor

from harness.difference import difference, leaves
from parity_tests.candidate import Candidate, Problem
from parity_tests.candidate_answers import answer, tensors
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
    excess: float = 0.0  # the worst quantity's error, over the largest that counts as rounding


class Row(NamedTuple):
    """One quantity: three tensors, and how far the first is from the others."""

    path: str
    value: Tensor  # the candidate's
    exact: Tensor  # the oracle's
    excess: float  # its error, over the largest that counts as rounding
    bits: str | None  # how it differs from the reference's; None: the same to the bit


def judge(candidate: Candidate, rung: str, problem: Problem, batch: Batch, conventions: Conventions) -> Verdict:
    """Sets the candidate to `problem` and compares one rung's answer under `conventions`.

    Within rounding means: in float32, an error against the float64 oracle of at most twice the reference's own,
    plus an ulp of the tensor's largest element; in float64, at most 1e-12 of the largest element.

    Raises:
        AssertionError: the answer is not in the form that the rung asks for.
    """
    candidate.load(problem)
    found = answer(candidate, rung, batch)
    plain = expected(problem, batch, conventions).of(rung)
    ours, oracle = dict(leaves("", plain)), dict(leaves("", answers(problem, batch, conventions).of(rung)))
    rows = [
        Row(path, value, oracle[path], _excess(value, ours[path], oracle[path]), difference("", value, ours[path]))
        for path, value in tensors(found, plain, conventions).items()
    ]
    apart = [row for row in rows if row.bits is not None]
    if not apart:
        return Verdict("same bits", len(rows), len(rows), "")
    worst = max(apart, key=lambda row: row.excess)
    kind: Kind = "within rounding" if worst.excess <= 1 else "differs"
    detail = _words(rung, worst) + (_where(rows) if kind == "differs" else "")
    return Verdict(kind, len(rows), len(rows) - len(apart), detail, worst.excess)


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


def _words(rung: str, row: Row) -> str:
    name = f"{rung}{row.path if row.path.startswith('[') or not row.path else '.' + row.path}"
    against = (row.bits or "").removeprefix(": ").removesuffix("; expected the same bits")
    if row.value.shape != row.exact.shape or "dtype" in against or against.startswith("torch."):
        return f"{name}: {against} as the reference has it"
    error = (row.value.double() - row.exact).abs()
    place = tuple(int(i) for i in torch.unravel_index(error.nan_to_num(torch.inf).argmax(), error.shape))
    ours, oracle = float(row.value.double()[place]), float(row.exact[place])
    return (
        f"{name}: {ours:.9g} against the oracle's {oracle:.9g} at {place}, "
        f"{row.excess:.3g} times the error that rounding allows; against the reference: {against}"
    )


def _where(rows: list[Row]) -> str:
    """Which parts of the answer are right and which are not, where it has several."""
    parts: dict[str, float] = {}
    for row in rows:
        part = row.path.rpartition("[")[0] or row.path
        parts[part] = max(parts.get(part, 0.0), row.excess)
    wrong = [part for part, excess in parts.items() if excess > 1]
    right = [part for part, excess in parts.items() if excess <= 1]
    return f"; wrong: {', '.join(wrong)}; right: {', '.join(right)}" if right else ""
