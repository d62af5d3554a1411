"""The glossary's file, docs/metrics.toml, and whether it speaks of all that a run writes."""

import tomllib
from functools import cache
from importlib import import_module
from typing import Any

from metrics_code import sample
from side_source import ROOT

WORDS = ROOT / "docs" / "metrics.toml"
PREFIX = {"episode": "", "derived": "", "updates": "updates.", "probe": "probe."}
"""Groups that are a section a key -> what stands before their keys within a line."""
LINE = ("episode", "updates", "probe")
"""Groups of what a line of `metrics.jsonl` holds: itself, and the two objects in it."""


@cache
def glossary() -> dict[str, Any]:
    """The file, by group."""
    return tomllib.loads(WORDS.read_text())


def keys(group: str) -> dict[str, list[str]]:
    """Entries of a group -> the keys that each stands for."""
    found = {}
    for name, said in glossary()[group]["key"].items():
        each = said.get("each") if isinstance(said, dict) else None
        module, _, constant = (each or ".").rpartition(".")
        found[name] = [name.format(percent=one) for one in getattr(import_module(module), constant)] if each else [name]
    return found


def full_keys(group: str) -> list[str]:
    """All keys of a group, as `drawn` names them."""
    return [PREFIX[group] + key for some in keys(group).values() for key in some]


def undocumented() -> set[str]:
    """Keys of a line that the glossary lacks, or has and no line does."""
    line = sample().episodes[-1]
    parts = (line, line["updates"], line["probe"])
    written = {PREFIX[group] + key for group, values in zip(LINE, parts, strict=True) for key in values}
    return written ^ {key for group in LINE for key in full_keys(group)}


def target(key: str) -> str:
    """Where the page speaks of a key."""
    return f"metric-{key.replace('.', '-').replace('_', '-')}"
