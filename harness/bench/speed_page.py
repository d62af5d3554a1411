"""Writes docs/speed.md from what `--json` printed: `python -m harness.bench.speed_page FILE...`."""

import json
import sys
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from harness.bench.seeds import table as seeds_table
from harness.bench.tables import conditions, missing, tables
from harness.errors import InputError, complain, one_line

PAGE = Path(__file__).parents[2] / "docs" / "speed.md"

_HEAD = """# Speed

What an update and an environment step cost, here and elsewhere, and how far that is from what the machine can do.
Every number below is written by `ddpg bench --json > bench.json`, `ddpg bench --peers --cleanrl PATH --json >
peers.json` and `python -m harness.bench.speed_page bench.json peers.json seeds.json`; `ddpg bench --full --out
bench.html` draws how cost grows with width and batch. `make bench-peers CLEANRL=PATH` installs the other libraries
first.

## How it is measured

- **The work.** Pendulum-v1, two hidden layers, one update after every environment step from the 1,000th on, which were
  taken at random; learning rates 1e-3, tau 0.005, gamma 0.99, noise of 0.1 of torque, replay of 200,000. Beside other
  libraries nobody clips gradients. CleanRL's script gets `--policy-frequency 1`, so that its actor learns as often as
  the others'.
- **In turns.** Every contender is a process of its own, with its own threads, held to as many cores. Its environment is
  Pendulum-v1 that stops at chosen steps until told to go on: so whole loops, which nobody changed, take turns slice by
  slice, and only one process works at a time. A rate is the median over the slices, a ratio the median of the ratios
  within each round, which cancels what slows a whole round. IQR is the distance between the quartiles over the median.
- **Past the onset of denormal numbers.** Some thousand updates make half of Adam's first moments denormal, which are
  slow to compute with. `ddpg` flushes them, and so do our contenders; other libraries run as they come.
- **Updates alone** are timed without environment and replay, on eight batches that were drawn beforehand, after as many
  updates as the loop has made at that step. Fewer than asked for are timed where a slice's time was up.
- **The floor** is the time of the matrix products between hidden layers that no update can do without: of B x W and
  W x W, 1 + 4C + 5/k in an update with C critics whose actor moves at every k-th: 10 for DDPG, 11.5 for TD3. Input
  and output layers, biases, ReLUs, Adam and targets count as nothing. "Of floor" is a rate over the floor's.
- **CPU ms** is the processor time of all threads, which a busy neighbour disturbs less; **MiB** the largest resident
  set of the process.

`autograd` and `fused` are the reference's two updates (`ddpg train --update`), `torchrl` is TorchRL's side.
"""


_SEEDS = """What `ddpg train --seeds` can do with two cores: as many runs as there are seeds, by the fused update but
where autograd is named, against one run after the other. `python -m harness.bench.seeds --json > seeds.json`
measures it. Two threads spin at barriers, and crawl beside a busy neighbour. Processes of one thread each are the
default; `--stack` is for networks that are smaller than these."""

_KEYS = {"results", "ratios", "versions", "cpu", "cores"}, {"options", "rows", "steps_per_second_alone", "versions"}
"""Of `ddpg bench`, and of `harness.bench.seeds`."""


def page(found: list[dict[str, Any]]) -> str:
    """The whole page, a section for each measurement."""
    return "\n".join([_HEAD, *(section(each) for each in found)])


def section(found: dict[str, Any]) -> str:
    """What one command measured."""
    if "rows" in found:
        return f"## Several seeds\n\n{_SEEDS}\n\n{markdown(seeds_table(found))}\n"
    peers = any(row["contender"] == "stable_baselines3" for row in found["results"])
    parts = [f"## {'Beside other libraries' if peers else 'Ours'}", f"{conditions(found)}."]
    parts += [markdown(table) for table in tables(found)]
    parts += [f"- {line}" for line in missing(found)]
    return "\n\n".join(parts) + "\n"


def markdown(table: Table) -> str:
    """A table in Markdown, its title above it."""
    heads = [Text.from_markup(str(column.header)).plain for column in table.columns]
    rules = ["---", *("---:" for _ in heads[1:])]
    cells = ([str(cell).replace("\n", ", ") for cell in column.cells] for column in table.columns)
    rows = zip(*cells, strict=True)
    lines = ["| " + " | ".join(cells) + " |" for cells in (heads, rules, *rows)]
    return "\n".join([f"**{table.title}**", "", *lines])


def main(paths: list[Path]) -> int:
    """Writes the page; 2 on bad input."""
    try:
        if not paths:
            raise InputError("speed_page needs one file or more that `ddpg bench --json` printed; got none.")
        PAGE.write_text(page([_read(path) for path in paths]), encoding="utf-8")
    except InputError as error:
        complain(one_line(error))
        return 2
    return 0


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
        if not any(keys <= found.keys() for keys in _KEYS):
            raise ValueError("other keys")
    except (OSError, ValueError, AttributeError) as error:
        need = "speed_page needs what `ddpg bench --json` or `harness.bench.seeds --json` printed"
        raise InputError(f"{need}; got {path} ({one_line(error)}).") from error
    return dict(found)


if __name__ == "__main__":
    sys.exit(main([Path(word) for word in sys.argv[1:]]))
