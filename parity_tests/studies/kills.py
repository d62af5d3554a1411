"""`make kills`: runs killed at random moments and at chosen places, resumed, and compared with runs never stopped."""

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import tyro

from parity_tests.kills import RUNS, SIDES, Ended, Kill, assert_same_run, killed_run, whole_run
from parity_tests.studies.page import write_between_markers

PAGE = Path("docs/checkpoints.md")
EARLY = 40
"""Places that a resumed run announces in its first two or three episodes."""


def chosen_kills(number: int, whole: Ended, chance: random.Random) -> list[Kill]:
    """How run number `number` is killed: at any moment, inside a checkpoint, before a name; and again while resumed."""
    inside = [place for place in range(1, len(whole.places) + 1) if at(whole, place).in_a_checkpoint]
    unnamed = [place for place in inside if at(whole, place).between_file_and_name]
    any_moment, early = Kill(seconds=chance.uniform(0, whole.seconds)), Kill(chance.randint(1, EARLY))
    match number % 3:
        case 0:
            return [any_moment, early]
        case 1:
            return [Kill(chance.choice(unnamed)), early, Kill(chance.randint(1, EARLY))]
    return [Kill(chance.choice(inside)), any_moment, early]


def at(whole: Ended, place: int) -> Ended:
    """The run as it would have ended at one of its places."""
    return whole._replace(places=whole.places[:place])


def fall(count: int, seed: int, folder: Path) -> Iterator[tuple[str, Ended]]:
    """Kills until `count` have fallen; each with the run that it hit, once that has come to the same end."""
    chance, fallen = random.Random(seed), 0
    turns = list(product(RUNS, SIDES))
    wholes = {}
    for number in range(10 * count):
        if fallen >= count:
            return
        name, side = turns[(number + number // len(turns)) % len(turns)]  # each run meets each way of killing
        home = folder / f"{name}-{side}"
        if home not in wholes:
            wholes[home] = whole_run(name, side, home / "whole")
        ends = killed_run(name, side, home / str(number), chosen_kills(number, wholes[home], chance))
        assert_same_run(home / str(number) / "run", home / "whole" / "run")
        killed = [end for end in ends if end.status == -9]
        fallen += len(killed)
        yield from ((f"{name}, {side}" + ", again" * turn, end) for turn, end in enumerate(killed))


def table(falls: list[tuple[str, Ended]]) -> str:
    """Where the kills fell."""
    counts = Counter(("in a checkpoint" if end.in_a_checkpoint else "elsewhere", end.where) for _, end in falls)
    lines = ["| | last seen | kills |", "|---|---|--:|"]
    lines += [f"| {inside} | {where} | {count} |" for (inside, where), count in sorted(counts.items())]
    inside = sum(end.in_a_checkpoint for _, end in falls)
    unnamed = sum(end.between_file_and_name for _, end in falls)
    again = sum(run.endswith("again") for run, _ in falls)
    lines += [
        "",
        f"{len(falls)} kills; {inside} inside the writing of a checkpoint, {unnamed} of these between a file ",
    ]
    return "\n".join(lines) + f"and its name; {again} on a run killed before. Every run ended as one never stopped."


@dataclass(frozen=True)
class Kills:
    """Kill runs, resume them, compare them."""

    kills: int = 50
    """At least so many."""
    seed: int = 0
    """Of moments and places."""
    write: bool = False
    """Write the table into docs/checkpoints.md."""


def main(words: list[str] | None = None) -> int:
    """0 where enough kills fell where they were to fall; a run that ends otherwise fails an assertion."""
    chosen = tyro.cli(Kills, args=words, prog="kills", description=__doc__)
    falls: list[tuple[str, Ended]] = []
    with tempfile.TemporaryDirectory() as folder, suppress(KeyboardInterrupt):
        for run, end in fall(chosen.kills, chosen.seed, Path(folder)):
            falls.append((run, end))
            print(f"{len(falls)}: {run}, after {end.seconds:.1f} s, {end.where}", file=sys.stderr, flush=True)
    print(table(falls))
    inside, unnamed = (
        sum(getattr(end, name) for _, end in falls) for name in ("in_a_checkpoint", "between_file_and_name")
    )
    enough = len(falls) >= chosen.kills and inside >= chosen.kills / 5 and unnamed >= 1
    if chosen.write and enough:  # not what was broken off
        write_between_markers(PAGE, table(falls), "kills")
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
