"""Twenty mistakes in `DDPGLoss`, each a subclass; TorchRL's own tests and ours are tried with the same ones."""

from typing import ClassVar

import torch
from tensordict import TensorDict
from tensordict.utils import unravel_key
from torchrl.objectives import DDPGLoss

_OUT_KEYS = list(DDPGLoss.out_keys)


class Control(DDPGLoss):
    """no mistake: a subclass that changes nothing"""

    out_keys: ClassVar = list(_OUT_KEYS)

    def __init_subclass__(cls):
        cls.out_keys = list(_OUT_KEYS)  # TorchRL makes a property of it, on each class anew


class _OtherBatch(Control):
    """Computes the critic's loss on a batch that `change_` has changed."""

    def loss_value(self, tensordict):
        batch = tensordict.clone(recurse=False)
        self.change_(batch)
        loss, metadata = super().loss_value(batch)
        tensordict.set(self.tensor_keys.priority, batch.get(self.tensor_keys.priority), inplace=True)
        return loss, metadata

    def next_key(self, name):
        return unravel_key(("next", getattr(self.tensor_keys, name)))


class DoneForTerminated(_OtherBatch):
    """truncation cuts the bootstrap: `done` read for `terminated` (#1581, #1661)"""

    def change_(self, batch):
        batch.set(self.next_key("terminated"), batch.get(self.next_key("done")))


class NoTerminalMask(_OtherBatch):
    """terminal states are bootstrapped from"""

    def change_(self, batch):
        key = self.next_key("terminated")
        batch.set(key, torch.zeros_like(batch.get(key)))


class RewardDropped(_OtherBatch):
    """the target lacks the reward"""

    def change_(self, batch):
        key = self.next_key("reward")
        batch.set(key, batch.get(key) * 0)


class RewardNegated(_OtherBatch):
    """the target has the reward with the wrong sign"""

    def change_(self, batch):
        key = self.next_key("reward")
        batch.set(key, -batch.get(key))


class ObservationForNextObservation(_OtherBatch):
    """the target is bootstrapped from s, not from s'"""

    def change_(self, batch):
        for key in self.actor_in_keys:
            batch.set(unravel_key(("next", key)), batch.get(key))


class GammaIgnored(Control):
    """the discount is 1 whatever is asked for"""

    def make_value_estimator(self, value_type=None, **hyperparams):
        return super().make_value_estimator(value_type, **{**hyperparams, "gamma": 1.0})


class _OtherTarget(Control):
    """Bootstraps from the networks that `target_networks` names."""

    @property
    def _cached_target_params(self):
        actor, critic = self.target_networks()
        return TensorDict({"module": {"0": actor, "1": critic}}, batch_size=actor.batch_size, device=actor.device)


class TargetNetworksIgnored(_OtherTarget):
    """the target is computed with both online networks"""

    def target_networks(self):
        return self.actor_network_params.detach(), self.value_network_params.detach()


class OnlineActorInTarget(_OtherTarget):
    """the target is computed with the online actor"""

    def target_networks(self):
        return self.actor_network_params.detach(), self.target_value_network_params


class ResidualGradient(_OtherTarget):
    """the target is computed with the online critic, and not detached"""

    def target_networks(self):
        return self.target_actor_network_params, self.value_network_params


class TargetCriticNotDelayed(Control):
    """`delay_value` is False by default, so that there is no target critic (#1183)"""

    def __init__(self, *networks, delay_value=False, **arguments):
        super().__init__(*networks, delay_value=delay_value, **arguments)


class HalfCriticLoss(Control):
    """the critic's loss has a factor one half"""

    def loss_value(self, tensordict):
        loss, metadata = super().loss_value(tensordict)
        return loss * 0.5, metadata


class DoubleCriticLoss(Control):
    """the critic's loss has a factor two"""

    def loss_value(self, tensordict):
        loss, metadata = super().loss_value(tensordict)
        return loss * 2, metadata


class SmoothCriticLoss(Control):
    """the critic's loss is smooth L1 where the squared error is asked for"""

    def __init__(self, *networks, **arguments):
        super().__init__(*networks, **arguments)
        self.loss_function = "smooth_l1"


class ActorLossNegated(Control):
    """the actor goes downhill"""

    def loss_actor(self, tensordict):
        loss, metadata = super().loss_actor(tensordict)
        return -loss, metadata


class ActorJudgedByTargetCritic(Control):
    """the actor climbs the target critic"""

    @property
    def _cached_detached_value_params(self):
        return self.target_value_network_params.detach()


class ActorGradientReachesCritic(Control):
    """the critic's parameters are not detached in the actor's loss"""

    @property
    def _cached_detached_value_params(self):
        return self.value_network_params


class ActorJudgedAtStoredAction(Control):
    """the actor's loss takes the value and its slope at the stored action"""

    def loss_actor(self, tensordict):
        (key,) = set(self.actor_network.out_keys) & set(self.value_network.in_keys)
        stored = tensordict.get(key).detach()

        def put_stored_action(module, inputs, output):
            # The values of one, the gradient of the other.
            output.set(key, stored + output.get(key) - output.get(key).detach())

        handle = self.actor_network.register_forward_hook(put_stored_action)
        try:
            return super().loss_actor(tensordict)
        finally:
            handle.remove()


class _OtherTdError(Control):
    """Writes the td_error that `other` makes of the right one."""

    def loss_value(self, tensordict):
        loss, metadata = super().loss_value(tensordict)
        metadata["td_error"] = self.other(metadata["td_error"])
        tensordict.set(self.tensor_keys.priority, metadata["td_error"])
        return loss, metadata


class TdErrorAbsolute(_OtherTdError):
    """td_error, the priority in replay, is absolute where it is squared"""

    def other(self, td_error):
        return td_error.sqrt()


class TdErrorWithExtraDimension(_OtherTdError):
    """td_error has a trailing dimension of one (#1487)"""

    def other(self, td_error):
        return td_error.unsqueeze(-1)


class PriorityWeightIgnored(Control):
    """weights of prioritized replay are not applied"""

    def _maybe_get_priority_weight(self, tensordict):
        return None


FAULTS = (
    DoneForTerminated,
    NoTerminalMask,
    RewardDropped,
    RewardNegated,
    GammaIgnored,
    ObservationForNextObservation,
    TargetNetworksIgnored,
    OnlineActorInTarget,
    ResidualGradient,
    TargetCriticNotDelayed,
    HalfCriticLoss,
    DoubleCriticLoss,
    SmoothCriticLoss,
    ActorLossNegated,
    ActorJudgedByTargetCritic,
    ActorJudgedAtStoredAction,
    ActorGradientReachesCritic,
    TdErrorAbsolute,
    TdErrorWithExtraDimension,
    PriorityWeightIgnored,
)
"""Numbers with # are TorchRL's pull requests that mended the same mistake."""
