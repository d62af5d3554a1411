"""A checkpoint's manifest: which run it is of, where that stands, and a checksum for each part and for itself."""

import hashlib
import json
from dataclasses import asdict
from typing import Any, NamedTuple, get_args

from harness.implementations import Impl
from harness.parts import Part
from harness.run_folder import parse_config
from reference.config import Config, Update

FORMAT = 1
"""Goes up with every change after which older versions would misread a checkpoint."""

KIND = "ddpg-parity checkpoint"


class Manifest(NamedTuple):
    """All of a checkpoint but the tensors."""

    config: Config
    impl: Impl  # which implementation wrote it; either reads it
    update: Update  # how that one updated
    versions: dict[str, Any]  # as in versions.json; "numerics" is the numerics fingerprint
    numbers: dict[str, int]  # of the `Snapshot`
    tensors: Part  # of the `Snapshot`
    chunk_rows: int  # rows of replay in each chunk but the last
    chunks: list[Part]  # replay, from row 0 on
    metrics: Part  # the beginning of metrics.jsonl, up to this episode


def manifest_text(manifest: Manifest) -> str:
    """The manifest as its file holds it."""
    body = manifest._asdict() | {"config": asdict(manifest.config)}
    # Through JSON once: tuples become lists, as they come back.
    whole = json.loads(json.dumps({"kind": KIND, "format": FORMAT, **body}, allow_nan=False))
    return json.dumps(whole | {"sha256": digest_of(whole)}, indent=1, allow_nan=False) + "\n"


def digest_of(whole: dict[str, Any]) -> str:
    """SHA-256 over the manifest without its checksum, keys in order and without blanks."""
    return hashlib.sha256(json.dumps(whole, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def parse_manifest(text: str) -> Manifest:
    """What `manifest_text` was given.

    Raises:
        ValueError: the text is damaged, of another program, or of a newer format.
    """
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is no JSON; cut off or damaged") from error
    if not isinstance(whole, dict) or whole.get("kind") != KIND:
        raise ValueError("it is no checkpoint of this program")
    if whole.get("format") != FORMAT:
        raise ValueError(f"it has format {str(whole.get('format'))[:20]}, and this version reads format {FORMAT}")
    digest = whole.pop("sha256", None)
    if digest != digest_of(whole):
        raise ValueError("it fails its checksum")
    try:
        return _typed(whole)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(
            f"it lacks something ({type(error).__name__}: {' '.join(str(error).split())[:100]})"
        ) from error


def _typed(whole: dict[str, Any]) -> Manifest:
    impl, update, versions, numbers = (whole[name] for name in ("impl", "update", "versions", "numbers"))
    if impl not in get_args(Impl) or update not in get_args(Update):
        raise ValueError("impl or update")
    if not isinstance(versions["numerics"], dict) or not isinstance(versions["packages"], dict):
        raise ValueError("numerics or packages")
    return Manifest(
        config=parse_config(whole["config"]),
        impl=impl,
        update=update,
        versions=versions,
        numbers={name: _whole_number(value) for name, value in numbers.items()},
        tensors=_part(whole["tensors"]),
        chunk_rows=_whole_number(whole["chunk_rows"], least=1),
        chunks=[_part(part) for part in whole["chunks"]],
        metrics=_part(whole["metrics"]),
    )


def _part(value: Any) -> Part:
    sha256, size = value
    if not isinstance(sha256, str) or len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
        raise ValueError("a part has no checksum")
    return Part(sha256, _whole_number(size))


def _whole_number(value: Any, least: int = 0) -> int:
    if type(value) is not int or not least <= value < 2**63:
        raise ValueError(f"a number is {str(value)[:20]!r}")
    return value
