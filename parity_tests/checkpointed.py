"""Runs that stop at episodes' ends, leave a checkpoint, and go on from it as a new process would."""

from itertools import cycle

from harness.checkpoint_reader import newest_good, read_checkpoint
from harness.checkpoints import FOLDER, Checkpoints, manifest_paths
from harness.manifest import parse_manifest
from harness.parts import part_path
from harness.run_folder import append_metrics, create
from harness.schedule import Schedule
from harness.train import run_space
from harness.watch import watch
from parity_tests.blank_lines import blank_line
from parity_tests.combinations import tiny
from reference.train import train

SCHEDULE = Schedule(episodes=1, seconds=None, keep=2)


def small_chunks(monkeypatch, rows=16):
    """Makes replay's chunks so small that small rings have several."""
    for module in ("chunks", "checkpoints"):
        monkeypatch.setattr(f"harness.{module}.CHUNK_ROWS", rows)


def stop_and_go(config, folder, impls):
    """A run as `watch` yields it, each of its episodes by the next of `impls`, which reads what the last one wrote."""
    create(folder, config, impls[0])
    space, state, manifest = run_space(config), None, None
    for impl, following in zip(cycle(impls), cycle((*impls[1:], impls[0])), strict=False):
        episode = next(watch(impl, config, state), None)
        if episode is None:
            return
        yield episode
        append_metrics(folder, blank_line(episode.record.episode, episode.record.last_step, episode.record.last_update))
        if not (episode.record.terminated or episode.record.truncated):
            return  # `total_steps` ended the run in mid-episode
        path = Checkpoints(folder, config, impl, "autograd", SCHEDULE, manifest).write(episode.state)
        _, manifest, state = read_checkpoint(path, config, space, following)


CONFIG = tiny({"replay": "wraps"}, total_steps=None, episodes=5)
"""Five episodes of 22 steps, and a ring of 40 rows."""

SPACE = run_space(CONFIG)


def written_run(folder, config=CONFIG, schedule=SCHEDULE):
    """A run folder with checkpoints, of a run that has ended."""
    create(folder, config, "reference")
    checkpoints = Checkpoints(folder, config, "reference", "autograd", schedule)
    for record, state in train(config):
        append_metrics(folder, blank_line(record.episode, record.last_step, record.last_update))
        checkpoints.note(record, state)
    return folder


def newest(run, config=CONFIG):
    return newest_good(run, config, SPACE, "reference")


def parts_of(run, place=0):
    """Paths of the parts that only the newest manifest names, tensors first."""
    manifests = [parse_manifest(path.read_text()) for path in manifest_paths(run / FOLDER)]
    mine, others = manifests[place], manifests[1 - place]
    shared = {others.tensors, *others.chunks}
    return [part_path(run / FOLDER, part) for part in (mine.tensors, *mine.chunks) if part not in shared]
