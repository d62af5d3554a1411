"""Process-wide settings. Only the command line makes them; importing or constructing anything never does."""

import os
import sys
import warnings
from contextlib import suppress
from importlib import import_module

import torch


def prepare_process() -> None:
    """One thread, no denormal numbers, and quiet libraries.

    One thread adds sums in one order, and a busy neighbour costs it nothing. After some thousand updates half of
    Adam's first moments would be denormal, which are slow to compute with; docs/denormals.md measures it. Both
    settings come before torch's first parallel work, which later ones would not reach.
    """
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    # TorchRL announces its storages on standard output, which belongs to --json.
    # It reads this variable when it is imported, which comes later.
    os.environ.setdefault("RL_LOGGING_LEVEL", "WARNING")
    warnings.filterwarnings("ignore", module="gymnasium")
    # gym prints that it is no longer maintained, and TorchRL imports it wherever it is installed.
    with suppress(ImportError):
        import_module("gym_notices.notices").notices.clear()
    # Environments of one's own lie in the working directory; last, so that nothing there hides a package.
    if "" not in sys.path:
        sys.path.append("")
