"""What a shadow finds in a user's own subclass: the first quantity that differs."""

import pytest
from torchrl.objectives import DDPGLoss

from parity_tests.drop_in_losses import batch
from parity_tests.shadows import assert_replays, difference, plain, shadowed

pytestmark = pytest.mark.filterwarnings("ignore:No target network updater")


class HalfAsLarge(DDPGLoss):
    """A critic's loss with the factor one half."""

    def loss_value(self, tensordict):
        loss, metadata = super().loss_value(tensordict)
        return loss / 2, metadata


class DoneForTerminated(DDPGLoss):
    """A target that stops at time limits."""

    def loss_value(self, tensordict):
        return super().loss_value(tensordict.clone(False).set(("next", "terminated"), tensordict["next", "done"]))


class HiddenGradient(DDPGLoss):
    """A critic's loss of the right value, with a gradient that comes around the critic's values."""

    def loss_value(self, tensordict):
        loss, metadata = super().loss_value(tensordict)
        around = self.value_network_params["module", "layers", "0", "bias"].sum()
        return loss + (around - around.detach()), metadata


class ActorMovesCritic(DDPGLoss):
    """A loss of the actor whose gradient reaches the critic."""

    _cached_detached_value_params = property(lambda self: self.value_network_params)


class WrongSign(DDPGLoss):
    """An actor that descends."""

    def loss_actor(self, tensordict):
        loss, metadata = super().loss_actor(tensordict)
        return -loss, metadata


class Shifted(DDPGLoss):
    """A target that a critic's value is shifted by when it is judged."""

    def loss_value(self, tensordict):
        loss, metadata = super().loss_value(tensordict)
        return loss, metadata | {"pred_value": metadata["pred_value"] + 1e-3}


@pytest.mark.parametrize(
    "cls, quantity, text",
    [
        (DoneForTerminated, "target", "target: 3 of 12"),
        (Shifted, "value", "12 of 12"),
        (HalfAsLarge, "critic loss", "1 of 1"),
        (HiddenGradient, "critic gradient", "[value_network.module.layers.0.bias]: 16 of 16"),
        (WrongSign, "actor loss", "1 of 1"),
        (ActorMovesCritic, "actor gradient", "[value_network.module.layers.0.weight]: only the loss has a gradient"),
    ],
)
def test_the_first_quantity_that_a_subclass_changes_is_named(tmp_path, cls, quantity, text):
    error = difference(quantity, text, lambda: shadowed(tmp_path, original=plain(cls))(batch()))
    assert_replays(error, plain(cls))
