"""Faults of the two gradients, and of whom they reach."""

from parity_tests.faults.fault import Fault
from parity_tests.faults.places import ENDS_EARLY, SIMULTANEOUS

_REFERENCE = "reference/update.py"
_TORCHRL = "torchrl_impl/update.py"
_LOSS_OF_CRITIC = "        return parts.critic_loss(value, target, extra.weight, config.loss_function), value\n"
_STEP_OF_ACTOR = "theta, actor_adam = parts.adam(state.actor, grads, state.actor_adam, config.actor_lr)\n"

GRADIENTS = (
    Fault(
        "residual_gradient", _REFERENCE, _LOSS_OF_CRITIC,
        "        bootstrap = critic(phi, batch.next_observation, next_action).reshape(-1, len(target)).amin(0)\n"
        "        moving = config.gamma * (bootstrap - bootstrap.detach())\n"
        + _LOSS_OF_CRITIC.replace("target", "target + moving"),
        "gradients", "critic_gradient", "the gradient goes through the target too",
        "Baird 1995, on purpose; else a target without detach",
    ),
    Fault(
        "sum_of_all_that_ddpg_loss_returns", _TORCHRL,
        "    learner.critic_adam.zero_grad()\n    loss.backward()\n",
        "    learner.critic_adam.zero_grad()\n"
        "    learner.loss(batch.clone(recurse=False)).sum(reduce=True).backward()\n",
        "gradients", "critic_gradient_", "pred_value summed into the loss",
        "TorchRL's own DDPG script, 0.7 to 0.14, since #1956 left pred_value its gradient",
    ),
    Fault(
        "critic_gradient_not_cleared", _TORCHRL, "    learner.critic_adam.zero_grad()\n", "", "gradients",
        "critic_gradient_", "gradients of the batch before not cleared", "nobody known; a usual slip",
    ),
    Fault(
        "actor_gradient_not_cleared", _TORCHRL, "    learner.actor_adam.zero_grad()\n", "", "gradients",
        "actor_gradient_", "gradients of the batch before not cleared", "nobody known; a usual slip",
    ),
    Fault(
        "actor_loss_reaches_the_critic", "torchrl_impl/losses.py",
        "    loss, _ = compute(batch)\n    return loss\n",
        "    frames = batch.select(*loss_module.actor_in_keys)\n"
        "    with loss_module.actor_network_params.to_module(loss_module.actor_network):\n"
        "        loss_module.actor_network(frames)\n"
        "    with loss_module.value_network_params.to_module(loss_module.value_network):\n"
        '        return -loss_module.value_network(frames)["state_action_value"].squeeze(-1).mean()\n',
        "losses", "the judge of the actor's loss", "not held fixed",
        "nobody known; the one fault of its kind that TorchRL's own tests catch", SIMULTANEOUS,
    ),
    Fault(
        "both_losses_in_one_backward", _TORCHRL,
        "    learner.critic_adam.zero_grad()\n    loss.backward()\n",
        "    learner.critic_adam.zero_grad()\n    (loss + actor_loss(learner.loss, batch)).backward()\n",
        "gradients", "critic_gradient_", "the actor's loss is in the critic's backward pass",
        "TorchRL's own DDPG script since #2555, on purpose", None,
    ),
    Fault(
        "actor_loss_steps_the_critic", _REFERENCE, _STEP_OF_ACTOR,
        _STEP_OF_ACTOR
        + "    leak, *_ = gradient(\n"
        "        lambda at: (\n"
        "            -(value := critic(at, batch.observation, actor(state.actor, batch.observation, space))).mean(),\n"
        "            value,\n"
        "        ),\n"
        "        judge,\n"
        "    )\n"
        "    phi, critic_adam = parts.adam(phi, leak, critic_adam, config.critic_lr)\n",
        "update", "update, the actor's step", "also steps the critic",
        "nobody known; one optimiser over the parameters of both",
    ),
    Fault(
        "critic_loss_steps_the_actor", _REFERENCE, _STEP_OF_ACTOR,
        _STEP_OF_ACTOR
        + "    leak, *_ = gradient(\n"
        "        lambda at: (\n"
        "            losses.critic_loss(critic(phi, batch.observation, actor(at, batch.observation, space)), target),\n"
        "            target,\n"
        "        ),\n"
        "        theta,\n"
        "    )\n"
        "    theta, actor_adam = parts.adam(theta, leak, actor_adam, config.actor_lr)\n",
        "update", "update, the actor's step", "also follows the critic's loss",
        "TorchRL before #1037 the other way round: a shared trunk lost the critic's gradient",
    ),
    Fault(
        "gradient_by_action_clipped", _REFERENCE,
        "value = critic(phi, batch.observation, actor(theta, batch.observation, space))",
        "action = actor(theta, batch.observation, space)\n"
        "        action.register_hook(lambda slope: slope.clamp(-1e-5, 1e-5))\n"
        "        value = critic(phi, batch.observation, action)",
        "gradients", "actor_gradient", "dQ/da clipped", "Acme's DDPG, on purpose",
    ),
    Fault(
        "terminal_rows_teach_the_actor_nothing", "torchrl_impl/losses.py",
        "loss, _ = compute(batch)",
        'loss, _ = compute(batch[~batch["next", "terminated"].squeeze(-1)])', "losses",
        "rows of the actor's loss", "terminal rows left out", "nobody known; the critic's mask used twice", ENDS_EARLY,
    ),
)  # fmt: skip
