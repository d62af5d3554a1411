"""Progress of several runs at once, on standard error."""

from collections.abc import Sequence
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from harness.seeds_job import Episode
from reference.config import Config, last_step


class SeedsProgress:
    """A bar for each seed, with episode, return, steps per second and time left."""

    def __init__(self, config: Config, seeds: Sequence[int], steps_per_episode: int | None) -> None:
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TextColumn("episode {task.fields[episode]}  return {task.fields[score]}  {task.fields[speed]} steps/s"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,  # elsewhere a line every ten episodes serves better
        )
        total = last_step(config, steps_per_episode)
        self._tasks = {
            seed: self._progress.add_task(f"seed {seed}", total=total, episode="-", score="-", speed="-")
            for seed in seeds
        }

    def __enter__(self) -> "SeedsProgress":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, ended: Episode) -> None:
        """Moves a seed's bar to the end of an episode."""
        score, speed = f"{ended.episode_return:.1f}", f"{ended.length / max(ended.seconds, 1e-9):.0f}"
        self._progress.update(
            self._tasks[ended.seed], completed=ended.last_step, episode=ended.episode, score=score, speed=speed
        )
        if not self._progress.console.is_terminal and ended.episode % 10 == 0:
            place = f"seed {ended.seed}  episode {ended.episode}  step {ended.last_step}"
            self._progress.console.print(f"{place}  return {score}", highlight=False)
