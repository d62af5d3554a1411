"""`make conformance`: real libraries on the ladder, one real training step at a time, as a table.

`python -m parity_tests.conformance` prints it; with `--write` it replaces the table of `docs/conformance.md` as well.
"""

import os
import sys
import warnings
from importlib.metadata import PackageNotFoundError
from pathlib import Path

from rich.console import Console

os.environ.setdefault("RL_LOGGING_LEVEL", "WARNING")  # before anything imports torchrl

from harness.process import prepare_process
from parity_tests.candidate import OFFERS
from parity_tests.conformance_cells import Cell, measure
from parity_tests.conformance_published import measure_published
from parity_tests.conformance_table import Row, details, markdown, printed, version_of
from parity_tests.published import STABLE_BASELINES, STABLE_BASELINES_TAU
from parity_tests.studies.page import write_between_markers

PAGE = Path("docs/conformance.md")

HERE = "parity_tests.candidates"

ROWS = (
    Row("reference", "`reference/`", "ddpg-parity", f"{HERE}.reference:Reference"),
    Row("torchrl_impl", "`torchrl_impl/`", "torchrl", f"{HERE}.torchrl:TorchRL"),
    Row("TorchRL trainer", "TorchRL, `DDPGTrainer.train`", "torchrl", f"{HERE}.torchrl_trainer:Trainer"),
    Row("TorchRL recipe", "TorchRL, the loop of sota-implementations/ddpg", "torchrl", f"{HERE}.torchrl_recipe:Recipe"),
    Row(
        "Stable-Baselines3",
        "Stable-Baselines3, `DDPG.train`",
        "stable-baselines3",
        f"{HERE}.stable_baselines3:StableBaselines3",
    ),
    Row("tianshou", "tianshou, `DDPG.update`", "tianshou", f"{HERE}.tianshou:Tianshou"),
    Row("skrl", "skrl, `DDPG.update`", "skrl", f"{HERE}.skrl:Skrl"),
    Row(
        "from the page",
        "`examples/candidate_from_the_page.py`",
        "ddpg-parity",
        "examples.candidate_from_the_page:FromThePage",
    ),
    Row(
        "conventions of stable-baselines",
        "our update under the conventions of stable-baselines (TensorFlow)",
        "stable-baselines",
        None,
    ),
)


def cells(row: Row) -> dict[str, Cell]:
    """Every rung of one row, measured."""
    if row.candidate is None:
        return {rung: measure_published(rung, STABLE_BASELINES, STABLE_BASELINES_TAU) for rung in OFFERS}
    return {rung: measure(row.candidate, rung) for rung in OFFERS}


def missing() -> list[str]:
    """The libraries that are not installed."""
    absent = []
    for row in ROWS:
        try:
            version_of(row)
        except PackageNotFoundError:
            absent.append(row.distribution)
    return absent


def main(arguments: list[str]) -> int:
    """0; 1 if a library raised; 2 on bad input."""
    if arguments not in ([], ["--write"]):
        print(f"conformance takes --write or nothing; got {' '.join(arguments)!r}.", file=sys.stderr)
        return 2
    if absent := missing():
        print(f"conformance needs {', '.join(absent)}: pip install 'ddpg-parity[parity,peers]'.", file=sys.stderr)
        return 2
    if not PAGE.is_file():
        print(f"conformance reads {PAGE} and examples/: run it from the repository's root.", file=sys.stderr)
        return 2
    prepare_process()
    table = {}
    for row in ROWS:
        table[row] = cells(row)
        print(row.name, "measured", file=sys.stderr, flush=True)
    console = Console()
    console.print(printed(table))
    console.print(*details(table), sep="\n", markup=False, highlight=False)
    if arguments:
        write_between_markers(PAGE, markdown(table))
    return int(any(cell.kind == "raised" for found in table.values() for cell in found.values()))


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # libraries warn of themselves
    sys.exit(main(sys.argv[1:]))
