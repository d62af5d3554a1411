"""The inputs of a known-answer case: short binary fractions, which every language and precision reads exactly."""

from collections.abc import Callable
from itertools import count
from random import Random
from typing import NamedTuple

import numpy as np
from numpy import ndarray

from parity_tests import oracle
from parity_tests.conventions import OURS, Conventions
from parity_tests.known_answers.answer import Inputs, inputs_of_relus

NETWORKS = "actor", "critic", "target_actor", "target_critic"
HIDDEN = (4, 4)
OBSERVATION, ACTION = 3, 1
MARGIN = 1 / 128
"""No ReLU's input lies nearer to zero, so that no rounding opens or closes one."""

FLAGS = {"none": "     ", "terminated": "TT TT", "truncated": "UU UU", "both": "BB BB", "mixed": " TUB "}
"""Row by row: terminated (T), truncated (U), both (B); a batch of one has the first."""


class Spec(NamedTuple):
    """What a case varies; `draw` makes an `Inputs` of it."""

    name: str
    level: int  # 1 plain, 2 another convention, 3 an edge of a setting, 4 hard numbers
    about: str
    flags: str = "mixed"
    reward_unit: float = 1.0
    low: float = -2.0
    high: float = 2.0
    gamma: float = 0.99
    tau: float = 0.005
    grad_clip_norm: float | None = 1.0
    conventions: Conventions = OURS
    step: int = 7
    memory: float = 1.0  # what multiplies Adam's moments
    change: Callable[[dict[str, oracle.Params]], None] = lambda networks: None  # writes into the drawn networks
    holds: Callable[[Inputs], bool] = lambda inputs: True  # beside what every case must hold


def inputs_of(spec: Spec, rows: int) -> Inputs:
    """The first drawing that holds what the case is meant to show."""
    drawings = (draw(spec, rows, Random(f"{spec.name} {rows} {attempt}")) for attempt in count())
    return next(inputs for inputs in drawings if clear_of_kinks(inputs) and spec.holds(inputs))


def clear_of_kinks(inputs: Inputs) -> bool:
    """No rounding opens or closes a ReLU."""
    return all(np.abs(z).min() >= MARGIN for layers in inputs_of_relus(inputs).values() for z in layers)


def draw(spec: Spec, rows: int, random: Random) -> Inputs:
    """One drawing."""
    sizes = {"actor": (OBSERVATION, *HIDDEN, ACTION), "critic": (OBSERVATION + ACTION, *HIDDEN, 1)}
    networks = {name: _network(sizes[name.removeprefix("target_")], random) for name in NETWORKS}
    spec.change(networks)
    share = (_multiples(random, (rows, ACTION), 8, 16) + 0.5) * (spec.high - spec.low)
    letters = FLAGS[spec.flags][:rows]
    batch = oracle.Batch(
        observation=_multiples(random, (rows, OBSERVATION), 24, 16),
        action=spec.low + share,
        reward=_multiples(random, (rows,), 96, 32) * spec.reward_unit,
        next_observation=_multiples(random, (rows, OBSERVATION), 24, 16),
        terminated=np.array([letter in "TB" for letter in letters]),
        truncated=np.array([letter in "UB" for letter in letters]),
    )
    memories = [_memory(networks[name], spec, random) for name in ("actor", "critic")]
    bounds = np.array([spec.low]), np.array([spec.high])
    rest = spec.gamma, spec.tau, 2**-9, 2**-8, spec.grad_clip_norm, spec.conventions
    return Inputs(oracle.State(*networks.values(), *memories), batch, oracle.Settings(*bounds, *rest))


def _network(sizes: tuple[int, ...], random: Random) -> oracle.Params:
    params: oracle.Params = {}
    for layer, (fan_in, fan_out) in enumerate(zip(sizes[:-1], sizes[1:], strict=True)):
        # The last layer is the smaller, or tanh would leave few actions between the bounds.
        largest = 24 if layer < len(HIDDEN) else 12
        params[f"{2 * layer}.weight"] = _multiples(random, (fan_out, fan_in), largest, 16)
        params[f"{2 * layer}.bias"] = _multiples(random, (fan_out,), 8, 16)
    return params


def _memory(params: oracle.Params, spec: Spec, random: Random) -> oracle.Adam:
    # Plus zero, or fresh moments would be zeros of either sign.
    mean = {name: spec.memory * _multiples(random, value.shape, 4, 64) + 0.0 for name, value in params.items()}
    square = {name: spec.memory * (_multiples(random, value.shape, 1, 64) + 1 / 32) for name, value in params.items()}
    return oracle.Adam(mean, square, spec.step)


def _multiples(random: Random, shape: tuple[int, ...], largest: int, parts: int) -> ndarray:
    """Whole numbers from -largest to largest, over `parts`; by `random()` alone, whose numbers Python promises."""
    size = int(np.prod(shape))
    drawn = [int(random.random() * (2 * largest + 1)) - largest for _ in range(size)]
    return np.array(drawn, dtype=np.float64).reshape(shape) / parts
