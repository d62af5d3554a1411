"""Episodes of the policy at several stages of training, number by number, for the figure that plays them."""

from typing import Any

import numpy as np

from parity_tests.studies.state_space.looks import Look
from parity_tests.studies.state_space.play import FOLLOWED, SHOWN, Played, play, returns_received
from parity_tests.studies.state_space.snapshots import Moment, differing
from reference.config import Config

STAGES = (0, 6, 12, 15, 20, 40)
"""After how many training episodes the policy is played."""


def stage(moment: Moment, asked: dict[str, Look], config: Config) -> dict[str, Any]:
    """One episode, played on so far that the return of each step that is shown can be summed."""
    both = [play(config, moment.networks[side], look, SHOWN + FOLLOWED) for side, look in asked.items()]
    received = returns_received(both[0].reward, config.gamma, SHOWN, FOLLOWED)
    shown = Played(*(column[:SHOWN] for column in both[0]))
    columns = {**shown._asdict(), "received": received}
    return {
        "episode": moment.episode,
        "return": round(float(shown.reward.astype(np.float64).sum()), 1),
        "differing": differing(*both),
        "of": sum(column.size for column in both[0]),
        **{name: [round(float(x), 4) for x in column] for name, column in columns.items()},
    }
