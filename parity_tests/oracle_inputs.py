"""What the suite hands to an implementation, in the form that the oracle takes."""

import numpy as np
from torch import Tensor

from parity_tests import oracle
from parity_tests.conventions import Conventions
from reference.config import Config
from reference.state import AdamState, Batch, Params, Space, TrainState


def array_of(tensor: Tensor) -> np.ndarray:
    """A copy, in float64 unless it is bool: every float32 is a float64 too."""
    array = tensor.detach().cpu().numpy()
    return array.copy() if array.dtype == bool else array.astype(np.float64)


def params_of(params: Params) -> oracle.Params:
    return {name: array_of(value) for name, value in params.items()}


def adam_of(state: AdamState) -> oracle.Adam:
    return oracle.Adam(params_of(state.mean), params_of(state.square), int(state.step))


def state_of(state: TrainState) -> oracle.State:
    networks = map(params_of, (state.actor, state.critic, state.target_actor, state.target_critic))
    return oracle.State(*networks, adam_of(state.actor_adam), adam_of(state.critic_adam))


def batch_of(batch: Batch) -> oracle.Batch:
    return oracle.Batch(*map(array_of, batch))


def conventions_of(config: Config) -> Conventions:
    """What a `Config` can choose of the conventions."""
    return Conventions(order=config.update_order, truncation_is_terminal=config.truncation_is_terminal)


def settings_of(config: Config, space: Space, conventions: Conventions | None = None) -> oracle.Settings:
    """`conventions` in place of the `Config`'s own, where given."""
    return oracle.Settings(
        low=array_of(space.low),
        high=array_of(space.high),
        gamma=config.gamma,
        tau=config.tau,
        actor_lr=config.actor_lr,
        critic_lr=config.critic_lr,
        grad_clip_norm=config.grad_clip_norm,
        conventions=conventions or conventions_of(config),
    )
