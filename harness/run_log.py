"""What plots and tables read of a run: its folder's files, parsed."""

from typing import Any, NamedTuple

from harness.implementations import Impl
from reference.config import Config, Update


class RunLog(NamedTuple):
    """A run folder as data."""

    name: str  # the folder's own name, unique within a report
    impl: Impl
    update: Update  # what computed its gradients
    config: Config
    versions: dict[str, Any]  # versions.json; versions["numerics"] is the numerics fingerprint
    episodes: list[dict[str, Any]]  # lines of metrics.jsonl
