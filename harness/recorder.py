"""A run's folder as the run goes on: a line for each episode, a warning once, the last weights at the end."""

import time
from pathlib import Path

from harness.errors import complain
from harness.metrics import summarise
from harness.run_folder import append_metrics, read_run, save_weights
from harness.value_bound import look, seen_in, warning
from reference.config import Config
from reference.state import EpisodeRecord, RunState, Space, TrainState


class Recorder:
    """Writes one run into its folder; `close` writes the weights, however the run ends."""

    def __init__(self, folder: Path, space: Space, config: Config, begun: RunState | None = None) -> None:
        """`begun` is the state that the run goes on from, after the lines that the folder holds; None: it begins."""
        self._folder, self._space, self._config = folder, space, config
        self._seen, self._warned = seen_in(read_run(folder).episodes, config.gamma), False
        self._networks = None if begun is None else copy_networks(begun.networks)
        self.begin()

    def begin(self) -> None:
        """From now on the time counts as the next episode's."""
        self._begin = time.perf_counter()

    def note(self, record: EpisodeRecord, state: RunState) -> float:
        """Writes an episode's line.

        The first time that Q leaves what rewards allow, a line on standard error says so.

        Returns:
            The wall time that the episode took, in seconds.
        """
        seconds = time.perf_counter() - self._begin
        line = summarise(record, state, self._space, self._config, seconds)
        append_metrics(self._folder, line)
        self._seen, outside = look(self._seen, line, self._config.gamma)
        if outside is not None and not self._warned:
            complain(f"warning: in {self._folder.name} {warning(outside, self._config.gamma)}")
            self._warned = True
        self._networks = copy_networks(state.networks)
        self.begin()
        return seconds

    def close(self) -> None:
        """Writes the weights of the last episode's end; before the first one there are none."""
        if self._networks is not None:
            save_weights(self._folder, self._networks)


def copy_networks(networks: TrainState) -> TrainState:
    """The four networks apart from the run, which may write into its own; Adam's state is left behind."""
    copies = [{name: value.clone() for name, value in params.items()} for params in networks[:4]]
    return networks._replace(actor=copies[0], critic=copies[1], target_actor=copies[2], target_critic=copies[3])
