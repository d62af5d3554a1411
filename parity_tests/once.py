"""A fixture's value, computed by one worker of pytest-xdist and read by the others."""

import fcntl
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any


def once(tmp_path_factory: Any, name: str, make: Callable[[], Any]) -> Any:
    """What `make` returns, which must be picklable; the first worker to ask calls it, and others wait for that.

    Args:
        tmp_path_factory: pytest's fixture.
        name: of the value, one for the whole suite.
        make: computes it.
    """
    base = Path(tmp_path_factory.getbasetemp())
    # A worker's folder is popen-gw0 or the like, inside that of the whole session.
    path = (base.parent if base.name.startswith("popen-") else base) / f"{name}.pickle"
    with open(path.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.is_file():
            path.write_bytes(pickle.dumps(make()))
        return pickle.loads(path.read_bytes())
