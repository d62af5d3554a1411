"""A trace written without anything of the harness: what a program in another language has to do.

It offers each step's reward, two quantities of each update, and one that no other implementation knows.
"""

import base64
import hashlib
import json
import struct

FORMATS = {"float32": "f", "float64": "d", "int64": "q"}

QUANTITIES = {"step": ["reward"], "update": ["indices", "target", "temperature"]}


def data_of(dtype, numbers):
    """Little-endian bytes."""
    return struct.pack(f"<{len(numbers)}{FORMATS[dtype]}", *numbers)


def hash_of(dtype, shape, numbers):
    """Sixteen hexadecimal digits, as docs/traces.md defines them."""
    form = f"{dtype} [{','.join(map(str, shape))}]\n"
    return hashlib.sha256(form.encode() + data_of(dtype, numbers)).hexdigest()[:16]


def value_of(dtype, shape, numbers):
    """A tensor of a line's "values"."""
    return {"dtype": dtype, "shape": shape, "base64": base64.b64encode(data_of(dtype, numbers)).decode()}


def step_line(place, reward):
    return {"line": "step", **place, "hashes": {"reward": hash_of("float32", [], [reward])}}


def update_line(place, indices, target):
    hashes = {
        "indices": hash_of("int64", [len(indices)], indices),
        "target": hash_of("float32", [len(target)], target),
        "temperature": hash_of("float64", [], [0.5]),
    }
    return {
        "line": "update", **place, "hashes": hashes, "values": {"target": value_of("float32", [len(target)], target)},
    }  # fmt: skip


def write(path, config, lines, quantities):
    """Header, lines and end, one JSON object a line."""
    header = {"line": "header", "format": "ddpg-trace", "version": 1, "implementation": "abacus"}
    last = {"episode": 0, "step": 0, "update": 0} | (lines[-1] if lines else {})
    end = {"line": "end"} | {name: last[name] for name in ("episode", "step", "update")}
    whole = [header | {"config": config, "quantities": quantities}, *lines, end]
    path.write_text("".join(json.dumps(line) + "\n" for line in whole))
