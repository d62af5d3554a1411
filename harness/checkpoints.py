"""Checkpoints, written: parts first, then the manifest that names them, then what no kept manifest names is removed."""

import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path

from harness.chunks import CHUNK_ROWS, changed_chunks, chunk, chunk_count
from harness.durable import UNFINISHED, sync_folder, write_durably
from harness.fingerprint import versions
from harness.implementations import Impl, checkpoint_functions
from harness.manifest import Manifest, manifest_text, parse_manifest
from harness.parts import ENDING, Part, part_path, write_part
from harness.schedule import Clock, Schedule
from harness.strict_json import read_plain
from reference.config import Config, Update
from reference.state import EpisodeRecord, RunState

FOLDER = "checkpoints"


class Checkpoints:
    """Those of one run, as it goes on."""

    def __init__(
        self, run: Path, config: Config, impl: Impl, update: Update, schedule: Schedule, last: Manifest | None = None
    ) -> None:
        """`last` is the checkpoint that the run goes on from; None: it begins."""
        self.config, self.impl, self.update, self._run = config, impl, update, run
        self._keep, self._last, self._versions = schedule.keep, last, versions()
        self.wanted = schedule.wanted
        self._clock = Clock(schedule, 0 if last is None else last.numbers["episode"])
        self._metrics, self._read = hashlib.sha256(), 0

    def note(self, record: EpisodeRecord, state: RunState) -> None:
        """Writes a checkpoint if one is due; its episode's line is in metrics.jsonl already.

        A run that `total_steps` ends in mid-episode is resumed from the last whole episode.
        """
        if (record.terminated or record.truncated) and self._clock.due(record.episode):
            self.write(state)

    def write(self, state: RunState) -> Path:
        """Writes a checkpoint; until its manifest is in place the last one counts. Returns the manifest's path."""
        folder = self._run / FOLDER
        if not folder.is_dir():
            folder.mkdir()
            sync_folder(self._run)
        snapshot, _ = checkpoint_functions(self.impl)
        saved = snapshot(state)
        chunks = self._chunks(folder, state)
        tensors = write_part(folder, saved.tensors)
        sync_folder(folder)
        head = (self.config, self.impl, self.update, self._versions, saved.numbers)
        self._last = Manifest(*head, tensors, CHUNK_ROWS, chunks, self._metrics_so_far())
        path = folder / f"{state.episode:06d}.json"
        write_durably(path, manifest_text(self._last).encode())
        sync_folder(folder)
        prune(folder, self._keep)
        return path

    def _chunks(self, folder: Path, state: RunState) -> list[Part]:
        """All of replay, the chunks that did not change as the last checkpoint wrote them."""
        there: list[Part] = []
        stale: set[int] = set()
        if self._last is not None and self._last.chunk_rows == CHUNK_ROWS:
            numbers = self._last.numbers
            there = self._last.chunks
            stale = changed_chunks(state.replay, numbers["replay/cursor"], state.step - numbers["step"])
        return [
            write_part(folder, chunk(state.replay, number))
            if number in stale or number >= len(there)
            else there[number]
            for number in range(chunk_count(state.replay.size, CHUNK_ROWS))
        ]

    def _metrics_so_far(self) -> Part:
        """metrics.jsonl up to here, flushed to the disk; each byte of it is read once in a run."""
        with open(self._run / "metrics.jsonl", "rb") as file:
            os.fsync(file.fileno())
            file.seek(self._read)
            while data := file.read(1 << 20):
                self._metrics.update(data)
                self._read += len(data)
        return Part(self._metrics.hexdigest(), self._read)


def manifest_paths(folder: Path) -> list[Path]:
    """Manifests by their names, the newest first; whether they are good is not looked at."""
    names = os.listdir(folder) if folder.is_dir() else []
    found = {int(name.removesuffix(".json")): name for name in names if re.fullmatch(r"[0-9]{6,15}\.json", name)}
    return [folder / found[episode] for episode in sorted(found, reverse=True)]


def prune(folder: Path, keep: int) -> None:
    """Removes all but the newest `keep` checkpoints, every part that none of these names, and unfinished files."""
    paths = manifest_paths(folder)
    for path in paths[keep:]:
        path.unlink()
    named: set[str] = set()
    for path in paths[:keep]:
        with suppress(ValueError, OSError):  # a damaged one names nothing
            manifest = parse_manifest(read_plain(path).decode(errors="replace"))
            named |= {part_path(folder, part).name for part in (manifest.tensors, *manifest.chunks)}
    for name in os.listdir(folder):
        if name.endswith(UNFINISHED) or (name.endswith(ENDING) and name not in named):
            (folder / name).unlink(missing_ok=True)
