"""Faults of TD3's delay, of the stack of its critics, and of its draws."""

from parity_tests.faults.fault import Fault
from parity_tests.faults.places import DELAYED, FLOAT64, SMOOTHED, TWIN_CRITICS

_UPDATE = "reference/update.py"
_TRAIN = "reference/train.py"
_NETWORKS = "reference/networks.py"
_TORCHRL = "torchrl_impl/update.py"
_LOSSES = "torchrl_impl/losses.py"
_MOVES = "return update % config.policy_delay == 0"
_WAITS = "        return state._replace(critic=phi, critic_adam=critic_adam), metrics\n"
_STACKED = "torch.stack([params[name] for params in drawn])"
_DRAWN = "torch.randn(shape, generator=run.generators.explore, dtype=config.torch_dtype)"

DELAYS = (
    Fault(
        "delay_off_by_one", _UPDATE, _MOVES, "return (update - 1) % config.policy_delay == 0", "update",
        "actor_moves", "at updates 1, 3, ... in place of 2, 4, ...", "Stable-Baselines3's TD3 before 1.0", DELAYED,
    ),
    Fault(
        "delay_ignored", _UPDATE, _MOVES, "return True", "update",
        "actor_moves", "at every update", "nobody known; a usual slip", DELAYED,
    ),
    Fault(
        "delay_counts_the_update_before", _TORCHRL, "actor_moves(updates_made(learner) + 1, config)",
        "actor_moves(updates_made(learner), config)", "update",
        "update_, the number of the update", "that of the one before", "nobody known; a count from nought", None,
    ),
    Fault(
        "target_critic_never_waits", _UPDATE, _WAITS,
        "        target = parts.soft_update(state.target_critic, phi, 1.0 - (1.0 - config.tau))\n"
        + _WAITS.replace("critic_adam=critic_adam", "critic_adam=critic_adam, target_critic=target"),
        "update", "update, while the actor waits", "the target critic moves", "nobody known; a usual slip", None,
    ),
    Fault(
        "critic_waits_too", _UPDATE, _WAITS, "        return state._replace(critic_adam=critic_adam), metrics\n",
        "update", "update, while the actor waits", "the critic's step is thrown away", "nobody known; a usual slip",
        DELAYED,
    ),
    Fault(
        "torchrls_actor_never_waits", _TORCHRL, "    if not moves:\n",
        "    if not moves:\n        learner.actor_adam.step()\n", "update",
        "update_, while the actor waits", "the actor steps along its last gradient",
        "nobody known; optimiser.step() left outside of the if", DELAYED,
    ),
    Fault(
        "critics_drawn_alike", _NETWORKS, _STACKED, "torch.stack([drawn[0][name] for _ in drawn])", "networks",
        "init_critic", "both critics alike", "nobody known; a deepcopy, or one seed for both", TWIN_CRITICS,
    ),
    Fault(
        "critics_the_other_way_round", _NETWORKS, _STACKED, "torch.stack([params[name] for params in drawn[::-1]])",
        "networks", "init_critic", "the second critic first", "nobody known; harmless in law, not in bits",
        TWIN_CRITICS,
    ),
    Fault(
        "critics_drawn_again_by_td3_loss", _LOSSES, "        return TD3Loss(actor, critics, **arguments)\n",
        "        return TD3Loss(actor, critics[0], **arguments)\n", "networks",
        "critics that TD3Loss is given", "one module, whose weights it draws again",
        "users of TorchRL's TD3Loss, which knew no list before #2311", TWIN_CRITICS,
    ),
    Fault(
        "one_critic_drawn_again_by_td3_loss", _LOSSES, "            params.data.update_(drawn.expand(1))\n",
        "            pass\n", "networks",
        "one critic that TD3Loss is given", "drawn again", "users of TorchRL's TD3Loss with one critic", SMOOTHED,
    ),
    Fault(
        "inputs_left_to_vmap", _NETWORKS,
        "    observation, action = (x.expand(stack, *x.shape) for x in (observation, action))\n"
        "    return torch.vmap(mlp)(params, observation, action).squeeze(-1)\n",
        "    return torch.vmap(mlp, in_dims=(0, None, None))(params, observation, action).squeeze(-1)\n", "gradients",
        "critic, of a stack", "the same number with another last bit", "whoever writes vmap's in_dims, rightly",
        {**TWIN_CRITICS, "batch_size": 1},
    ),
    Fault(
        "strided_gradients", "reference/optim.py", "{name: grad.contiguous() for", "{name: grad for", "clipping",
        "gradient, of a stack", "left strided, so that the norm sums in another order",
        "this reference, until TD3 met clipping", TWIN_CRITICS,
    ),
    Fault(
        "probe_by_the_second_critic", _NETWORKS, "{name: value[0] for name, value in params.items()}",
        "{name: value[-1] for name, value in params.items()}", "networks",
        "first_critic", "the last of a stack", "nobody known; a usual slip", TWIN_CRITICS,
    ),
    Fault(
        "torchrls_probe_by_the_second_critic", "torchrl_impl/networks.py", "params[0] if params.batch_dims",
        "params[-1] if params.batch_dims", "networks",
        "evaluate_networks", "the last of a stack", "nobody known; a usual slip", TWIN_CRITICS,
    ),
    Fault(
        "smoothing_drawn_from_the_replay_stream", _TRAIN, _DRAWN, _DRAWN.replace("explore", "replay"), "noise",
        "draw for the target's action", "from replay's stream", "nobody known; one generator for all that learns",
        TWIN_CRITICS,
    ),
    Fault(
        "smoothing_drawn_in_float32", _TRAIN, _DRAWN, _DRAWN.replace("config.torch_dtype", "torch.float32"),
        "noise", "draw for the target's action", "in float32", "nobody known; as exploration's draw is",
        {**SMOOTHED, **FLOAT64},
    ),
    Fault(
        "no_draw_without_smoothing", _TRAIN, _DRAWN,
        f"(torch.zeros(shape, dtype=config.torch_dtype) if config.target_noise == 0 else {_DRAWN})", "noise",
        "draw for the target's action", "none where its noise is nought",
        "most libraries, rightly: TD3Loss draws all the same", TWIN_CRITICS,
    ),
)  # fmt: skip
