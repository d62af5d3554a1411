"""What a seeded fault is: one piece of source text, and what is put in its place."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

IN_ANY_RUN: Mapping[str, Any] = MappingProxyType({})
"""`Fault.config` of a fault that every run shows."""


class Fault(NamedTuple):
    """One wrong line of one implementation; nothing of it is applied until `apply.apply_fault` is called."""

    name: str
    file: str  # "reference/targets.py": the side, and where on it
    before: str  # stands exactly once in that file
    after: str
    rung: str  # the lowest that can see it
    place: str  # with `kind` the mechanism; no two faults share both
    kind: str
    who: str  # who really made it
    config: Mapping[str, Any] | None = IN_ANY_RUN
    """Fields of `Config` with which two runs of `runs.short` part; None: no comparison of two fresh runs can show it.

    It only loads a run, guards others' random numbers, is shared by both sides, or stops the run by an error.
    """

    @property
    def module(self) -> str:
        """The file as Python imports it."""
        return self.file.removesuffix(".py").replace("/", ".")

    @property
    def side(self) -> str:
        """The package that goes wrong."""
        return self.file.partition("/")[0]
