"""`ddpg evaluate`: what a run's final policy is worth."""

import statistics
from pathlib import Path
from typing import Any

from harness.errors import InputError, one_line
from harness.implementations import evaluate_function
from harness.run_folder import load_weights, read_run


def evaluate_run(folder: Path, episodes: int) -> dict[str, Any]:
    """Returns of `episodes` greedy episodes, played by the implementation that trained the run.

    Raises:
        InputError: no such run, no weights, or an environment that does not fit.
    """
    if episodes < 1:
        raise InputError(f"episodes must be a whole number of at least 1; got {episodes}.")
    log, networks = read_run(folder), load_weights(folder)
    try:
        returns = evaluate_function(log.impl)(log.config, networks["actor"], episodes)
    except ValueError as error:
        raise InputError(one_line(error)) from error
    return {
        "run": str(folder),
        "impl": log.impl,
        "episodes": episodes,
        "mean_return": statistics.fmean(returns),
        "standard_deviation": statistics.pstdev(returns),
        "lowest": min(returns),
        "highest": max(returns),
        "returns": returns,
    }
