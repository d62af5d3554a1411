"""`--seeds 0..15` as numbers, and what contradicts it. Imports no torch: words that are wrong are refused sooner."""

import re
from collections.abc import Sequence

from harness.arguments import Train
from harness.errors import InputError

MOST = 1_000
"""Seeds of one command."""

_PART = re.compile(r"(\d{1,18})(?:\.\.(\d{1,18}))?")


def parse_seeds(text: str) -> tuple[int, ...]:
    """The seeds that `0..15`, `0,3,7` or `5` names, both ends of a range included.

    Raises:
        InputError: it names none, one twice, or too many.
    """
    seeds: list[int] = []
    for part in text.split(","):
        found = _PART.fullmatch(part.strip())
        if found is None:
            raise InputError(f"seeds must be whole numbers and ranges, as 0..15, 0,3,7 or 5; got {text!r}.")
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first:
            raise InputError(f"seeds must have ranges that rise; got {part.strip()!r} in {text!r}.")
        if len(seeds) + last - first >= MOST:
            raise InputError(f"seeds must name {MOST:,} at most; got {text!r}, which names more.")
        seeds.extend(range(first, last + 1))
    if len(set(seeds)) < len(seeds):
        raise InputError(f"seeds must name each seed once; got {text!r}.")
    return tuple(seeds)


def refuse_seeds(command: Train, words: Sequence[str]) -> None:
    """Raises InputError where the words about several seeds contradict each other, or others."""
    if command.seeds is None:
        for name in ("workers", "stack"):
            if getattr(command, name) is not None:
                raise InputError(f"{name} must be left out without seeds, as 0..15, of which there are none.")
        return
    parse_seeds(command.seeds)
    if any(word == "--seed" or word.startswith("--seed=") for word in words):
        raise InputError(f"seed must be left out beside seeds, which names every run's; got {command.seeds!r} too.")
    for name in ("workers", "stack"):
        number = getattr(command, name)
        if number is not None and number < 1:
            raise InputError(f"{name} must be at least 1; got {number}.")
    if (command.stack or 1) > 1 and command.update != "fused":
        raise InputError(
            f"stack must be left out, or 1, with update autograd, which trains seeds one by one; got {command.stack}. "
            "Usual cure: --update fused, of impl reference."
        )
