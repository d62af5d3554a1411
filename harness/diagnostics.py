"""The diagnostics of a run: which figures there are, how to read each, what trouble looks like."""

from collections.abc import Callable
from typing import NamedTuple

import plotly.graph_objects as go

from harness import figures
from harness.run_log import RunLog


class Section(NamedTuple):
    """A figure and the words beneath it."""

    draw: Callable[[list[RunLog]], go.Figure]
    unit: str  # what it has points for; a key of LACKING
    reading: str
    trouble: str


LACKING = {
    "episode": "no episode ended",
    "update": "no update was made",
    "snapshot": "no snapshot of the probe states was taken",
}
SECTIONS = (
    Section(
        figures.returns, "episode",
        "The pale line is what each episode paid, exploration noise included; the strong one averages the last 10 "
        "episodes and should climb, then level off.",
        "The average never leaves the level of the random warm-up, or climbs and falls back for good, whatever the "
        "losses say.",
    ),
    Section(
        figures.values_against_targets, "update",
        "Q should follow the target it is regressed on, with a difference that stays small beside both and changes "
        "its sign.",
        "Both grow without end while the returns do not (lower the learning rates, clip the gradients, check the scale "
        "of the rewards), or Q rises above anything the environment can pay, which is overestimation.",
    ),
    Section(
        figures.losses, "update",
        "The critic's loss depends on what replay holds and need not vanish; the actor's is minus the mean Q of its "
        "own actions and falls while it finds better ones.",
        "The critic's loss climbs by orders of magnitude and does not come back, or the actor's falls on and on while "
        "the returns stand still: the actor then lives off the critic's errors.",
    ),
    Section(
        figures.policy_on_probes, "snapshot",
        "A row is one fixed observation, a column one snapshot (actions of several components are shown by their "
        "norm): rows should come to differ, and columns to resemble the one before.",
        "All rows end in one extreme colour, so that the policy ignores what it observes, or columns keep jumping "
        "from one extreme to the other.",
    ),
    Section(
        figures.values_on_probes, "snapshot",
        "The same observations, judged by the critic under the current policy: good and bad ones should part, and the "
        "colours settle.",
        "Every row drifts the same way without an end, or all rows keep one colour, so that the critic does not tell "
        "observations apart.",
    ),
    Section(
        figures.gradient_norms, "update",
        "Norms lie on log axes, where exact zeros are left out; what lies above the dotted line of a clip threshold "
        "was scaled down to it.",
        "A norm keeps rising or never comes below the line, so that clipping alone sets the size of the gradient, or "
        "the actor's sinks towards zero because its tanh is saturated.",
    ),
    Section(
        figures.saturation, "episode",
        "Counted are the actions as executed, after noise and clipping; drawn uniformly in the warm-up, hardly any "
        "lies on a bound.",
        "The share goes to 100 % and stays there: the policy is pinned to its bounds, where tanh passes hardly any "
        "gradient (a few tasks are truly best solved so).",
    ),
)  # fmt: skip
