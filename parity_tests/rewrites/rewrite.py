"""What a rewrite is: a piece of the reference's text, and other text that is the same mathematics."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

NO_FIELDS: Mapping[str, Any] = MappingProxyType({})


class Rewrite(NamedTuple):
    """One line or two, written otherwise; nothing of it is applied until `apply.put_in_place` is called."""

    name: str
    words: str  # what is written otherwise, for a reader
    file: str  # "reference/losses.py"
    before: str  # stands exactly once in that file
    after: str
    why: str  # bits are kept or lost
    config: Mapping[str, Any] = NO_FIELDS
    """Fields of `Config` that the rewrite needs to matter."""

    @property
    def module(self) -> str:
        """The file as Python imports it."""
        return self.file.removesuffix(".py").replace("/", ".")
