"""Two sides of `ddpg compare` of which one at least is a trace."""

from collections import Counter
from contextlib import ExitStack, closing
from time import perf_counter
from typing import Any, NamedTuple

from harness.compare_lines import compare_lines, in_common, not_offered
from harness.errors import InputError
from harness.sources import Source, numerics_warning
from reference.config import Config


class HashComparison(NamedTuple):
    """What a whole comparison by hashes came to."""

    sides: tuple[str, str]
    compared: Counter[str]  # by kind and quantity: hashes compared
    difference: str | None  # where the first difference is; None: all hashes agree
    lacking: dict[str, list[str]]  # by side: what the other has and it does not offer
    warning: str | None  # why bits may differ though both sides compute the same
    seconds: float


def compare_sources(left: Source, right: Source) -> HashComparison:
    """Compares to the first hash that differs, or to the end.

    Raises:
        InputError: nothing was there to compare.
    """
    begin, difference = perf_counter(), None
    common = in_common(left.quantities, right.quantities)
    compared = Counter({f"{kind} {name}": 0 for kind, names in common.items() for name in names})
    with ExitStack() as stack:
        for source in (left, right):
            stack.enter_context(closing(source.lines))
        for line in compare_lines(left.lines, right.lines, common):
            compared.update(f"{line.kind} {name}" for name in line.names)
            difference = line.difference
    if difference is None and not compared.total():
        raise InputError(f"{left.name} and {right.name} hold no hash to compare.")
    lacking = {
        left.name: not_offered(left.quantities, right.quantities),
        right.name: not_offered(right.quantities, left.quantities),
    }
    warning = numerics_warning(left, right)
    return HashComparison((left.name, right.name), compared, difference, lacking, warning, perf_counter() - begin)


def as_json(comparison: HashComparison, config: Config) -> dict[str, Any]:
    """The comparison as `--json` prints it."""
    return {
        "equal": comparison.difference is None,
        "difference": comparison.difference,
        "sides": list(comparison.sides),
        "env_id": config.env_id,
        "seed": config.seed,
        "compared": dict(comparison.compared),
        "compared_in_all": comparison.compared.total(),
        "not_offered": comparison.lacking,
        "warning": comparison.warning,
        "seconds": round(comparison.seconds, 1),
    }
