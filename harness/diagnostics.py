"""The diagnostics of a run: which figures there are, how to read each, what trouble looks like."""

from collections.abc import Callable
from typing import NamedTuple

import plotly.graph_objects as go

from harness import figures, pitfall_figures
from harness.run_log import RunLog


class Section(NamedTuple):
    """A figure and the words beneath it."""

    draw: Callable[[list[RunLog]], go.Figure]
    unit: str  # what it has points for; a key of LACKING
    reading: str
    trouble: str
    key: str | None = None  # of metrics.jsonl; what older folders, or some runs, have no number for; None: all have
    absent: str = ""  # why a run may have none


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
        pitfall_figures.values_against_returns, "episode",
        "Both are means over the same states of one episode: what the critic says at its end, and the discounted "
        "rewards that followed, exploration noise included; Q starts near 0, and the two should come together. Where a "
        "limit cut the episode, the target critic answers for what came after it, and only states count where that "
        "weighs at most 50 % (hover to see how much); episodes that began in the warm-up are left out.",
        "Q comes close and then rises above the return for good, which is overestimation (TD3's two critics are the "
        "cure), all the more if the returns fall meanwhile; part of the return is a critic's own answer, so the true "
        "gap is wider than the one drawn.",
        "checked_value",
        "no episode that the policy acted in from its start let a state see half of its return",
    ),
    Section(
        pitfall_figures.value_growth, "episode",
        "The strong line is the largest |Q| among all batches of an episode's updates; the pale one is what rewards as "
        "large as the largest seen would add up to for ever, max |r| / (1 - gamma), which no right value exceeds.",
        "|Q| climbs steadily on this log axis, and above all if it crosses the pale line: no rewards can add up to "
        "that, so the critic feeds on its own answers (lower the learning rates, clip the gradients, check the scale "
        "of the rewards).",
        "value_largest",
        LACKING["update"],
    ),
    Section(
        pitfall_figures.td_error_quantiles, "update",
        "Of each batch's errors the median and, paler, the middle half and the middle 90 %; the band should lie about "
        "zero and be narrow beside the values themselves.",
        "The band widens without end, the median stays on one side of zero, or one tail grows far longer than the "
        "other: a few transitions then make the whole gradient.",
        "td_error_50",
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
        "Executed actions count where noise and clipping left them exactly on a bound (drawn uniformly in the warm-up, "
        "hardly any lies there); the pale line counts the policy's own, before noise, with a tanh of 0.99 or more in "
        "size.",
        "The shares go to 100 % and stay there: the policy is pinned to its bounds, where tanh passes hardly any "
        "gradient (a few tasks are truly best solved so).",
    ),
    Section(
        pitfall_figures.replay_coverage, "episode",
        "Each action dimension is cut into 20 equal cells: the pale line is the share that holds any action of replay, "
        "the strong one the share of cells that, evenly filled, would be as spread out (the exponential of the "
        "entropy); both are means over the dimensions, 100 % after a uniform warm-up. Of a replay beyond 50,000 rows "
        "every k-th is counted.",
        "The strong line falls to a few percent, or the pale one falls at all: replay then holds next to one action, "
        "and the critic must guess what the others are worth (more exploration noise, a longer warm-up, a larger "
        "replay).",
        "effective_cells",
        "replay was empty",
    ),
    Section(
        pitfall_figures.target_distance, "episode",
        "The norm of the difference between online and target parameters over that of the online ones: what the soft "
        "update lags behind; it jumps up when learning starts and should come down as learning slows.",
        "It grows again and again or never comes down, so that the online network runs away from its targets (smaller "
        "rates), or it is nearly zero from the start, so that the targets hardly stabilise anything (smaller tau).",
        "critic_distance",
    ),
    Section(
        pitfall_figures.critics_gap, "update",
        "Two critics started apart and learn from the same batches: their mean difference tells how sure they are, and "
        "should shrink beside the values themselves. The TD target takes the smaller answer.",
        "The gap grows with the values, so that the smaller answer pulls the targets far down, or vanishes "
        "altogether, so that the second critic corrects nothing.",
        "critics_gap", "it has one critic",
    ),
)  # fmt: skip
