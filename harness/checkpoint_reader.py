"""Checkpoints, read: each is believed whole or not at all."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from torch import Tensor

from harness.checkpoints import FOLDER, manifest_paths
from harness.chunks import chunk, chunk_count
from harness.errors import one_line
from harness.implementations import Impl, checkpoint_functions
from harness.manifest import Manifest, parse_manifest
from harness.metrics_lines import parse_lines
from harness.parts import part_of, read_part
from harness.strict_json import read_plain
from reference.checkpoint import check, fresh_state
from reference.config import Config
from reference.state import RunState, Snapshot, Space


class Loaded(NamedTuple):
    """A checkpoint that passed every check."""

    path: Path  # of its manifest
    manifest: Manifest
    state: RunState


class Refused(NamedTuple):
    """A checkpoint that did not."""

    path: Path
    reason: str


def newest_good(run: Path, config: Config, space: Space, impl: Impl) -> tuple[Loaded | None, list[Refused]]:
    """The newest checkpoint that is whole, and those newer than it that are not.

    Args:
        run: the run folder.
        config: of the run; a checkpoint of another configuration is refused.
        space: of the run.
        impl: the implementation that is to go on.
    """
    refused: list[Refused] = []
    for path in manifest_paths(run / FOLDER):
        try:
            return read_checkpoint(path, config, space, impl), refused
        except ValueError as error:
            refused.append(Refused(path, str(error)))
    return None, refused


def of_this_configuration(run: Path, config: Config) -> bool:
    """Whether a checkpoint is of it, or none can be read; nothing is made yet that a configuration could make large."""
    found = []
    for path in manifest_paths(run / FOLDER):
        with suppress(ValueError):
            found.append(_manifest(path).config == config)
    return any(found) or not found


def read_checkpoint(path: Path, config: Config, space: Space, impl: Impl) -> Loaded:
    """One checkpoint; arguments as for `newest_good`.

    Raises:
        ValueError: it is damaged, or of another run; the message says what is wrong.
    """
    manifest = _manifest(path)
    if manifest.config != config:
        raise ValueError("it is of a run with another configuration")
    _check_metrics(path.parent.parent / "metrics.jsonl", manifest)
    saved = Snapshot(read_part(path.parent, manifest.tensors), manifest.numbers)
    check(saved, config, space)
    size = saved.numbers["replay/size"]
    if len(manifest.chunks) != chunk_count(size, manifest.chunk_rows):
        raise ValueError(f"it names {len(manifest.chunks)} chunks of replay, too many or too few for {size} rows")
    _, restore = checkpoint_functions(impl)
    return Loaded(path, manifest, restore(saved, _pieces(path.parent, manifest, config, space), config, space))


def _manifest(path: Path) -> Manifest:
    try:
        if not path.is_file():
            raise ValueError("its manifest is no file")
        return parse_manifest(read_plain(path).decode(errors="replace"))
    except OSError as error:
        raise ValueError(f"its manifest cannot be read ({error.strerror})") from error


def _pieces(folder: Path, manifest: Manifest, config: Config, space: Space) -> Iterator[dict[str, Tensor]]:
    """Replay chunk by chunk, so that two copies of it are never in memory; each is checked before it is handed on."""
    row = chunk(fresh_state(config, space, 1).replay._replace(size=1), 0)
    size = manifest.numbers["replay/size"]
    for number, part in enumerate(manifest.chunks):
        piece = read_part(folder, part)
        rows = min(manifest.chunk_rows, size - number * manifest.chunk_rows)
        needed = {name: (column.dtype, (rows, *column.shape[1:])) for name, column in row.items()}
        if {name: (column.dtype, tuple(column.shape)) for name, column in piece.items()} != needed:
            raise ValueError(f"chunk {number} of replay has other columns than the run's")
        if not all(column.isfinite().all() for column in piece.values()):
            raise ValueError(f"chunk {number} of replay holds numbers that are not finite")
        yield piece


def _check_metrics(path: Path, manifest: Manifest) -> None:
    """The lines that belong to the checkpoint are still as they were, and end where it stands."""
    try:
        text = read_plain(path)[: manifest.metrics.size]
    except OSError as error:
        raise ValueError(f"metrics.jsonl cannot be read ({one_line(error)})") from error
    if part_of(text) != manifest.metrics:
        raise ValueError("metrics.jsonl is not as it was when the checkpoint was written")
    lines = parse_lines(text.decode())
    if [line["episode"] for line in lines] != list(range(1, len(lines) + 1)):
        raise ValueError("metrics.jsonl lacks an episode")
    last = lines[-1] if lines else {}
    for name, needed in {"episode": "episode", "last_step": "step", "last_update": "update"}.items():
        if last.get(name) != manifest.numbers.get(needed):
            raise ValueError(f"metrics.jsonl ends at {name} {last.get(name)}, not where the checkpoint stands")
