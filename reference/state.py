"""What a run is made of: NamedTuples of tensors, shared by both implementations."""

from typing import NamedTuple

import torch
from torch import Tensor

from reference.config import Config

Params = dict[str, Tensor]
"""One network's parameters, flat, spelt as `named_parameters()` of its MLP: "0.weight", "0.bias", "2.weight", ..."""


class Space(NamedTuple):
    """Sizes and bounds of an environment; O observation and A action sizes."""

    observation_size: int  # O
    low: Tensor  # [A], in environment units
    high: Tensor  # [A], in environment units
    steps_per_episode: int | None  # the time limit; None: there is none

    @property
    def action_size(self) -> int:
        """A."""
        return self.low.shape[0]


class Batch(NamedTuple):
    """Transitions; B rows, O observation and A action sizes."""

    observation: Tensor  # [B, O]
    action: Tensor  # [B, A], in environment units, before the cast to the environment's dtype
    reward: Tensor  # [B], float32, unscaled
    next_observation: Tensor  # [B, O], before any reset
    terminated: Tensor  # [B], bool; the environment ended the episode
    truncated: Tensor  # [B], bool; a limit ended it, which is not a termination


class Replay(NamedTuple):
    """A ring of N rows; `replay.add_` writes into its tensors."""

    rows: Batch  # each [N, ...]; rows from `size` on were never written
    cursor: int  # row that the next transition is written to
    size: int  # rows that hold a transition, at most N
    steps: Tensor | None = None  # [N], int64; environment steps that each row spans; None: one each


class Noise(NamedTuple):
    """Exploration noise between two steps, of A action dimensions."""

    value: Tensor  # [A], float32, in action units; what Ornstein-Uhlenbeck noise remembers, less its initial value
    scale: Tensor  # [], float32; gaussian: sigma, in action units; Ornstein-Uhlenbeck: a factor on its value


class AdamState(NamedTuple):
    """Adam's memory of one network."""

    mean: Params  # first moment, not corrected for bias
    square: Params  # second moment, not corrected for bias
    step: int  # updates made so far


class TrainState(NamedTuple):
    """All that an update changes."""

    actor: Params
    critic: Params
    target_actor: Params
    target_critic: Params
    actor_adam: AdamState
    critic_adam: AdamState


class Extra(NamedTuple):
    """What some variants' updates read beside the batch; B rows and A action dimensions."""

    steps: Tensor | None = None  # [B], int64; environment steps that each row spans; None: one each
    weight: Tensor | None = None  # [B]; importance weights of both losses; None: all the same
    draw: Tensor | None = None  # [B, A], from N(0, 1), for the target's action; None where there is no `TD3Loss`


class UpdateMetrics(NamedTuple):
    """What one update computed on the way; in an `EpisodeRecord`, U updates stacked: [U, ...]."""

    indices: Tensor  # [B], int64; the rows of replay that were drawn
    target: Tensor  # [B]; what the critic regressed on
    value: Tensor  # [B], or [n, B] of n stacked critics; their answers before the step
    critic_loss: Tensor  # []
    critic_grad_norm: Tensor  # [], before clipping
    actor_loss: Tensor  # []; NaN in an update that leaves the actor alone
    actor_grad_norm: Tensor  # [], before clipping; NaN likewise


def stack_updates(updates: list[UpdateMetrics], config: Config) -> UpdateMetrics:
    """The metrics of U updates, each field with a leading [U]; also where U is 0."""
    if updates:
        return UpdateMetrics(*map(torch.stack, zip(*updates, strict=True)))
    rows = torch.zeros(0, config.batch_size, dtype=config.torch_dtype)
    value = rows if config.critics is None else rows.unsqueeze(1).expand(0, config.critics, config.batch_size)
    scalars = torch.zeros(0, dtype=config.torch_dtype)
    return UpdateMetrics(rows.long(), rows, value, scalars, scalars, scalars, scalars)


class Probe(NamedTuple):
    """Policy and Q on the P probe observations."""

    action: Tensor  # [P, A], in environment units, not clipped
    value: Tensor  # [P]; Q(s, mu(s)), of the first critic where there are two


class EpisodeRecord(NamedTuple):
    """All that happened in one episode of T steps and U updates."""

    episode: int  # counts from 1
    last_step: int  # environment steps since the run began, warm-up included
    last_update: int  # updates since the run began
    episode_return: Tensor  # [], float32; undiscounted sum of rewards, oldest first
    terminated: bool
    truncated: bool  # both False: `total_steps` ended the run in mid-episode
    transitions: Batch  # [T, ...], of one environment step each
    updates: UpdateMetrics  # [U, ...]
    probe: Probe | None  # None where no snapshot was due


class Streams(NamedTuple):
    """States of the three random streams, as `torch.Generator.get_state` gives them."""

    init: Tensor  # initial weights
    replay: Tensor  # rows of each batch
    explore: Tensor  # random actions and exploration noise, in the order drawn


class RunState(NamedTuple):
    """Where a run stands at the end of an episode, on either side.

    Valid until the generator that yielded it is resumed, since replay (and, on TorchRL's side,
    the networks) are written in place: whoever keeps one copies it.
    """

    networks: TrainState
    replay: Replay
    window: Batch | None  # [at most n, ...]; the last steps, which n-step returns still wait on; None: n is 1
    noise_scale: Tensor  # [], float32, as in `Noise`; its value starts anew with each episode
    streams: Streams
    episode: int  # episodes ended so far
    step: int  # environment steps made so far
    update: int  # updates made so far
    probe_states: Tensor | None  # [P, O]; None until replay held enough


class Snapshot(NamedTuple):
    """A `RunState` by name, without the rows of replay, which are many and change little."""

    tensors: dict[str, Tensor]  # "networks/actor/0.weight", "streams/explore", ...; on the CPU, contiguous
    numbers: dict[str, int]  # "networks/actor_adam/step", "replay/cursor", "episode", ...
