"""How files are damaged: bytes, JSON and places, drawn by hypothesis; a checkpoint's may be signed anew."""

import json
import os
from typing import NamedTuple

import numpy as np
from hypothesis import strategies as st
from safetensors.numpy import load, save

from harness.checkpoints import FOLDER, manifest_paths
from harness.manifest import digest_of
from harness.parts import part_of, part_path


class Damage(NamedTuple):
    """One file of a folder, and what is done to it."""

    file: str  # a name that `path_of` knows
    kind: str  # a key of KINDS
    draws: tuple  # what the kind makes of it

    @property
    def signed(self):
        """Whether the checksums fit afterwards."""
        return self.kind.startswith("signed")


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([-1, 0, 1, 2**31, 2**53, 2**63, 10**30, -(10**400), 1e308, -0.0, 5e-324]),
    st.sampled_from([float("nan"), float("inf"), float("-inf")]),
    st.integers(-3, 9),
    st.floats(-2.0, 2.0),
    st.text(max_size=6),
    st.sampled_from(["\ud800", "\0", "a\nb", "../../x", "%s%n", "<script>", "NaN", "\U0001f600"]),
    st.sampled_from([[], {}, [[]], [None], {"": None}, [[1, 2], [3]]]),
)
FRACTION = st.floats(0, 1, exclude_max=True)


def at(fraction, things):
    return things[int(fraction * len(things))]


# Bytes.


def bytes_flipped(data, spots):
    data = bytearray(data)
    for spot, value in spots:
        if data:
            data[int(spot * len(data))] ^= value
    return bytes(data)


def bytes_cut(data, spots):
    return data[: int(spots[0][0] * len(data))]


def bytes_swapped(data, spots):
    first, last = sorted(int(spot * len(data)) for spot, _ in (spots * 2)[:2])
    return data[last:] + data[first:last] + data[:first]


def bytes_doubled(data, spots):
    place = int(spots[0][0] * len(data))
    return data[:place] + data[place : place + 40] * spots[0][1] + data[place:]


BYTES = st.tuples(
    st.sampled_from([bytes_flipped, bytes_cut, bytes_swapped, bytes_doubled]),
    st.lists(st.tuples(FRACTION, st.integers(1, 255)), min_size=1, max_size=4),
)

# JSON.


def paths_of(value, path=()):
    """Paths to everything within a value."""
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*path, key)
        yield from paths_of(value[key], (*path, key))


def changed(value, path, how, odd):
    """A copy in which what lies at a path is replaced, removed, doubled or renamed."""
    if not path:
        return odd
    key, *rest = path
    copy = dict(value) if isinstance(value, dict) else list(value)
    if rest:
        copy[key] = changed(copy[key], rest, how, odd)
    elif how == "removed":
        del copy[key]
    elif how == "doubled" and isinstance(copy, list):
        copy.append(copy[key])
    elif how == "renamed" and isinstance(copy, dict):
        copy[str(odd)] = copy.pop(key)
    else:
        copy[key] = odd
    return copy


def json_changed(text, fraction, how, odd):
    """JSON with one thing changed; twice and nested are changes that no value has."""
    value = json.loads(text)
    if how == "nested":
        return "[" * 100_000
    if how == "twice" and isinstance(value, dict) and value:
        return text.replace("{", f'{{"{next(iter(value))}": {json.dumps(odd)}, ', 1)
    paths = list(paths_of(value))
    return json.dumps(changed(value, at(fraction, paths) if paths else (), how, odd))


JSON = st.tuples(
    FRACTION, st.sampled_from(["replaced"] * 5 + ["removed", "doubled", "renamed", "twice", "nested"]), ODD
)

# Files in general.


def damaged_bytes(path, how, spots):
    path.write_bytes(how(path.read_bytes(), spots))


def damaged_json(path, line, *how):
    """One line of a log or trace, or the whole of another file."""
    text = path.read_text()
    if path.suffix == ".json":
        path.write_text(json_changed(text, *how))
        return
    lines = text.splitlines(keepends=True)
    number = int(line * len(lines))
    try:
        lines[number] = json_changed(lines[number], *how) + "\n"
    except ValueError:  # the line that was never finished
        lines[number] = ""
    path.write_text("".join(lines))


def damaged_place(path, how):
    """Something else lies where the file lay."""
    there = path.with_name(path.name + "~")
    path.rename(there)
    if how == "folder":
        path.mkdir()
    elif how == "pipe":
        os.mkfifo(path)
    elif how == "empty":
        path.touch()
    elif how != "nothing":
        path.symlink_to({"loop": path, "device": "/dev/zero", "link": there}[how])


# Checkpoints whose checksums fit.


def sign(path, whole):
    body = {name: part for name, part in whole.items() if name != "sha256"}
    path.write_text(json.dumps(body | {"sha256": digest_of(body)}))


def signed_manifest(path, fraction, how, odd):
    body = {name: part for name, part in json.loads(path.read_text()).items() if name != "sha256"}
    body = json.loads(
        json_changed(json.dumps(body), fraction, how if how in ("removed", "doubled") else "replaced", odd)
    )
    sign(path, body if isinstance(body, dict) else {})


def put_part(path, name, data):
    """New bytes for a part of a manifest, under their own checksum."""
    whole, part = json.loads(path.read_text()), part_of(data)
    part_path(path.parent, part).write_bytes(data)
    whole[name] = list(part) if name == "tensors" else [list(part)]
    sign(path, whole)


def part_bytes(path, name):
    entry = json.loads(path.read_text())[name]
    return (path.parent / f"{(entry if name == 'tensors' else entry[0])[0]}.safetensors").read_bytes()


def signed_tensors(path, name, which, how, spot):
    """A part in which one tensor is gone, renamed, of another type or form, or not finite: all that can be known."""
    tensors = load(part_bytes(path, name))
    key = at(which, sorted(tensors))
    array = tensors.pop(key)
    if how == "renamed":
        tensors[key + "x"] = array
    elif how == "retyped":
        tensors[key] = array.astype(np.int16 if array.dtype != np.int16 else np.float32)
    elif how == "longer":
        tensors[key] = np.concatenate([array.reshape(-1), array.reshape(-1)[:1], np.zeros(1, array.dtype)])
    elif how == "flat":
        tensors[key] = np.ascontiguousarray(array[None])
    elif how == "not finite" and array.dtype.kind == "f" and array.size:
        array = array.copy()
        array.flat[int(spot * array.size)] = np.nan if spot < 0.5 or "/square/" in key else np.inf
        tensors[key] = array
    put_part(path, name, save(tensors))


def signed_header(path, name, spots):
    """A part whose header is damaged, its numbers as they were."""
    data = part_bytes(path, name)
    end = 8 + int.from_bytes(data[:8], "little")
    put_part(path, name, bytes_flipped(data[:end], spots) + data[end:])


def signed_metrics(path, how, odd):
    """A log that ends elsewhere than its checkpoint, which names it all the same."""
    log, whole = path.parent.parent / "metrics.jsonl", json.loads(path.read_text())
    lines = log.read_bytes()[: whole["metrics"][1]].splitlines(keepends=True)
    last = json.loads(lines[-1])
    if how == "shorter":
        lines = lines[:-1]
    elif how == "none":
        lines = []
    elif last[how] == odd:
        lines = lines[1:]
    else:
        lines[-1] = (json.dumps(last | {how: odd}) + "\n").encode()
    log.write_bytes(b"".join(lines))
    sign(path, whole | {"metrics": list(part_of(b"".join(lines)))})


PLACES = ["nothing", "folder", "pipe", "empty", "loop", "device", "link"]
PART = st.sampled_from(["tensors", "chunks"])
KINDS = {
    # kind: (what does it, what it draws)
    "bytes": (damaged_bytes, BYTES),
    "json": (damaged_json, st.tuples(FRACTION, JSON).map(lambda drawn: (drawn[0], *drawn[1]))),
    "place": (damaged_place, st.tuples(st.sampled_from(PLACES))),
    "signed manifest": (signed_manifest, JSON),
    "signed tensors": (
        signed_tensors,
        st.tuples(
            PART, FRACTION, st.sampled_from(["gone", "renamed", "retyped", "longer", "flat", "not finite"]), FRACTION
        ),
    ),
    "signed header": (signed_header, st.tuples(PART, BYTES.map(lambda drawn: drawn[1]))),
    "signed metrics": (
        signed_metrics,
        st.tuples(st.sampled_from(["shorter", "none", "episode", "last_step", "last_update"]), ODD),
    ),
}
SIGNED = [kind for kind in KINDS if kind.startswith("signed")]


def path_of(folder, file):
    """Where a file lies that `Damage` names."""
    manifests = manifest_paths(folder / FOLDER)
    if file in ("manifest", "older manifest"):
        return manifests[file == "older manifest"]
    if file in ("tensors", "chunks"):
        entry = json.loads(manifests[0].read_text())[file]
        return folder / FOLDER / f"{(entry if file == 'tensors' else entry[0])[0]}.safetensors"
    return folder / file


def apply(damage, folder):
    """Does it."""
    KINDS[damage.kind][0](path_of(folder, damage.file), *damage.draws)
