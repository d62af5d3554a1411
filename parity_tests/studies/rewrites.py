"""`python -m parity_tests.studies.rewrites`: every rewrite in a long run, and the tables of docs/rewrites.md.

It goes on where it was broken off: docs/rewrites/outcomes.jsonl keeps a line for each run.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

os.environ.setdefault("RL_LOGGING_LEVEL", "WARNING")  # before anything imports torchrl

from harness.fingerprint import versions
from harness.process import prepare_process
from parity_tests.faults.processes import Lost
from parity_tests.rewrites.keep import KEEP
from parity_tests.rewrites.lose import LOSE
from parity_tests.rewrites.rewrite import Rewrite
from parity_tests.rewrites.trial import Outcome, outcomes
from parity_tests.studies.kept import append, lines, refuse_words
from parity_tests.studies.page import write_between_markers
from reference.config import Config

PAGE = Path("docs/rewrites.md")
KEPT = Path("docs/rewrites/outcomes.jsonl")
CONFIGS = {
    "float32": Config(total_steps=3_000, start_steps=1_000),
    "float64": Config(total_steps=2_300, start_steps=1_000, dtype="float64"),
}
"""The defaults, which make 2,001 updates, and 1,301; with longer runs, fewer steps at random."""


def table(rewrites: tuple[Rewrite, ...], found: dict[tuple[str, str], Outcome]) -> str:
    """A row for each rewrite."""
    lines = ["| rewrite | float32 | float64 | why |", "|---|---|---|---|"]
    for rewrite in rewrites:
        cells = [_cell(rewrite, dtype, found.get((rewrite.name, dtype))) for dtype in CONFIGS]
        lines.append(f"| {rewrite.words} (`{rewrite.file}`) | {cells[0]} | {cells[1]} | {rewrite.why} |")
    return "\n".join(lines)


def _cell(rewrite: Rewrite, dtype: str, found: Outcome | None) -> str:
    if found is None:
        return "-"
    if found.parted is None:
        return f"same bits, {found.updates:,} updates"
    return f"update {found.updates:,}, `{found.parted}`"


def kept() -> dict[tuple[str, str], Outcome]:
    """The outcomes that are there, by rewrite and dtype."""
    return {(line["rewrite"], line["dtype"]): Outcome(line["updates"], line["parted"]) for line in lines(KEPT)}


def keep(rewrite: Rewrite, dtype: str, outcome: Outcome) -> None:
    """Adds one to the file."""
    line = {"rewrite": rewrite.name, "dtype": dtype, **outcome._asdict(), "numerics": versions()["numerics"]["hash"]}
    append(KEPT, line)


def contradicted(found: dict[tuple[str, str], Outcome]) -> list[str]:
    """Rewrites said to keep every bit that lost one, and rewrites said to lose one that never did."""
    parted = {name for (name, _), outcome in found.items() if outcome.parted is not None}
    tried = {name for name, _ in found}
    wrong = [rewrite.name for rewrite in KEEP if rewrite.name in parted]
    return wrong + [rewrite.name for rewrite in LOSE if rewrite.name in tried - parted]


def main() -> int:
    """0: all that is said to keep every bit does, and no other; 1: not so."""
    prepare_process()
    import_module("torchrl_impl.train")  # once, for all processes forked from this one
    lost = []
    for dtype, config in CONFIGS.items():
        there = kept()
        tried = [rewrite for rewrite in (*KEEP, *LOSE) if rewrite.config.get("dtype", dtype) == dtype]
        for rewrite, answer in outcomes(config, [one for one in tried if (one.name, dtype) not in there]):
            print(f"{dtype}: {rewrite.name}: {answer}", flush=True)
            if isinstance(answer, Lost):
                lost.append(f"{dtype}: {rewrite.name}: {answer}")
            else:
                keep(rewrite, dtype, answer)
    found = kept()
    if wrong := lost + contradicted(found):
        print("not as said:", *wrong, sep="\n", file=sys.stderr)
        return 1
    for name, rewrites in {"kept": KEEP, "lost": LOSE}.items():
        write_between_markers(PAGE, table(rewrites, found), name)
    return 0


if __name__ == "__main__":
    refuse_words("rewrites", PAGE.parent)
    sys.exit(main())
