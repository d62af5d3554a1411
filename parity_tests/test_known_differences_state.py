"""Known differences of TorchRL in what a loss module saves and holds. linear_networks.py has the numbers' source."""

import pytest
from torchrl.objectives import DDPGLoss

from parity_tests.known_differences import known_difference
from parity_tests.linear_networks import linear_actor, linear_critic, linear_loss, no_updater, transitions

pytestmark = no_updater


def untouched_loss():
    """Of which no estimator was asked for."""
    return DDPGLoss(linear_actor(), linear_critic(), delay_actor=True)


@known_difference("state-dict-grows-at-first-use")
def test_a_used_and_a_fresh_loss_cannot_load_each_others_state():
    used, fresh = untouched_loss(), untouched_loss()
    before = set(used.state_dict())
    used(transitions())
    added = set(used.state_dict()) - before
    assert added == {"_value_estimator.gamma"}
    with pytest.raises(RuntimeError, match="Unexpected key"):
        fresh.load_state_dict(used.state_dict())
    with pytest.raises(RuntimeError, match="Missing key"):
        used.load_state_dict(fresh.state_dict())
    return len(added)


@known_difference("gamma-checkpointed")
def test_loading_a_state_changes_gamma():
    loss = linear_loss(gamma=0.99)
    loss.load_state_dict(linear_loss(gamma=0.9).state_dict())
    return 0.99 - loss.value_estimator.gamma.item()


@known_difference("reassigned-params-leave-cache")
def test_parameters_assigned_anew_leave_the_actor_loss_with_the_old_ones():
    loss, batch = linear_loss(), transitions()
    loss(batch)  # the first use fills the cache
    loss.value_network_params = linear_loss(critic=linear_critic(7.0)).value_network_params
    returned = loss(batch)
    assert returned["pred_value"].tolist() == [7.0, 7.0]  # by hand: 7 * 1
    assert returned["loss_actor"].item() == -2.0  # the old critic's, where -7 * 1 is right
    return returned["loss_actor"].item() + 7.0
