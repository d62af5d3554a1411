"""Process-wide settings. Only the command line makes them; importing or constructing anything never does."""

import os
import warnings

import torch


def prepare_process() -> None:
    """One thread, so that sums are added in one order and a busy neighbour costs nothing; and quiet libraries."""
    torch.set_num_threads(1)
    # TorchRL announces its storages on standard output, which belongs to --json.
    # It reads this variable when it is imported, which comes later.
    os.environ.setdefault("RL_LOGGING_LEVEL", "WARNING")
    warnings.filterwarnings("ignore", module="gymnasium")
