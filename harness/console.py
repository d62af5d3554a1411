"""What people see: progress while a run goes on, tables of figures."""

from collections import Counter
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from reference.config import Config, last_step
from reference.state import EpisodeRecord


class RunProgress:
    """A bar with episode, return, steps per second and time left, on standard error."""

    def __init__(self, config: Config, steps_per_episode: int | None, title: str) -> None:
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TextColumn("episode {task.fields[episode]}  return {task.fields[score]}  {task.fields[speed]} steps/s"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,  # elsewhere a line every ten episodes serves better
        )
        self._task: TaskID = self._progress.add_task(
            title, total=last_step(config, steps_per_episode), episode="-", score="-", speed="-"
        )

    def __enter__(self) -> "RunProgress":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, record: EpisodeRecord, seconds: float) -> None:
        """Moves the bar to the end of an episode that took `seconds`."""
        speed = len(record.transitions.reward) / max(seconds, 1e-9)
        score = f"{record.episode_return.item():.1f}"
        self._progress.update(
            self._task, completed=record.last_step, episode=record.episode, score=score, speed=f"{speed:.0f}"
        )
        if not self._progress.console.is_terminal and record.episode % 10 == 0:
            self._progress.console.print(f"episode {record.episode}  step {record.last_step}  return {score}")


def print_figures(title: str, figures: dict[str, Any]) -> None:
    """A two-column table on standard output."""
    table = Table(title=title, show_header=False, title_justify="left")
    for name, value in figures.items():
        table.add_row(name, escape(f"{value:,.1f}" if isinstance(value, float) else str(value)))
    Console().print(table)


def print_comparison(
    sides: tuple[str, str], quantities: Counter[str], elements: Counter[str], found: str | None
) -> None:
    """The table of what `ddpg compare` compared in lockstep, on standard output."""
    table = _table(f"Compared, {sides[0]} against {sides[1]}", "compared", "numbers", "differing")
    for kind in quantities:
        table.add_row(kind, f"{quantities[kind]:,}", f"{elements[kind]:,}", "0" if found is None else "not counted")
    table.add_section()
    differing = "0" if found is None else "see below"
    table.add_row("all", f"{quantities.total():,}", f"{elements.total():,}", differing)
    Console().print(table)


def print_hashes(sides: tuple[str, str], compared: Counter[str], found: str | None) -> None:
    """The table of what `ddpg compare` compared by hashes, on standard output."""
    table = _table(f"Compared by hashes, {sides[0]} against {sides[1]}", "the same", "differing")
    for name, count in compared.items():
        table.add_row(name, f"{count:,}", "0" if found is None else "not counted")
    table.add_section()
    table.add_row("all", f"{compared.total():,}", "0" if found is None else "see below")
    Console().print(table)


def _table(title: str, *headings: str) -> Table:
    table = Table(title=escape(title), title_justify="left")
    table.add_column("quantity")
    for heading in headings:
        table.add_column(heading, justify="right")
    return table
