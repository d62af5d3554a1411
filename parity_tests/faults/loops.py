"""Faults of the loop: who acts when, how often it learns, where it ends, what it writes down."""

from parity_tests.faults.fault import Fault
from parity_tests.faults.places import FLOAT64

_TRAIN = "reference/train.py"
_TORCHRL = "torchrl_impl/train.py"
_LOOP = "environment loop"
_WARM_UP = "if steps < config.start_steps:"
_UNIFORM = "action = uniform(draw.to(config.device), space.low, space.high)"
_DUE = "steps < config.update_after or stored < config.batch_size or steps % config.update_every"
_ACTED = "actor(state.actor, observation.to(config.device), space)"

LOOPS = (
    Fault(
        "warm_up_a_step_longer", _TRAIN, _WARM_UP, "if steps <= config.start_steps:", _LOOP,
        "warm-up", "a step longer", "Spinning Up: t > start_steps",
    ),
    Fault(
        "warm_up_never_ends", _TRAIN, _WARM_UP, "if steps < config.start_steps or config.start_steps:", _LOOP,
        "warm-up", "never ends", "nobody known; a usual slip",
    ),
    Fault(
        "warm_up_again_on_resume", "torchrl_impl/config.py", "max(0, config.start_steps - steps)",
        "config.start_steps", _LOOP,
        "warm-up", "begins again on resume", "TorchRL's collector before #1557", None,
    ),
    Fault(
        "noise_on_warm_up_too", _TRAIN, _UNIFORM,
        "normal = torch.randn(space.action_size, generator=stream, dtype=torch.float32)\n"
        "        action = uniform(draw, space.low, space.high)\n"
        "        action, noise = run.parts.explore(action, normal, noise, config, space)",
        _LOOP, "warm-up", "with exploration noise on top", "Stable-Baselines3, on purpose",
    ),
    Fault(
        "noise_drawn_in_the_runs_dtype", _TRAIN, "generator=stream, dtype=torch.float32)",
        "generator=stream, dtype=config.torch_dtype)", _LOOP,
        "draw of the noise", "in the run's precision", "whoever does not know that TorchRL draws float32 always",
        FLOAT64,
    ),
    Fault(
        "target_actor_acts", "reference/learner.py", _ACTED, _ACTED.replace("actor, obs", "target_actor, obs"),
        "one file",
        "who acts", "the target actor", "nobody known; a usual slip",
    ),
    Fault(
        "policy_copy_never_updated", "torchrl_impl/envs.py", "TensorDictSequential(actor,",
        "TensorDictSequential(__import__('copy').deepcopy(actor),", "whole run",
        "who acts", "a copy that no update reaches", "TorchRL's collectors before #2951, #3587 and #3810",
    ),
    Fault(
        "updates_a_step_late", _TRAIN, "steps < config.update_after or", "steps <= config.update_after or", _LOOP,
        "when updates are due", "a step late", "Spinning Up's t > start_steps; Stable-Baselines3's delay before 1.0",
    ),
    Fault(
        "torchrls_updates_a_step_early", _TORCHRL, "steps < config.update_after or",
        "steps + 1 < config.update_after or",
        _LOOP, "when updates are due on TorchRL's side", "a step early", "nobody known; a usual slip",
    ),
    Fault(
        "fewer_transitions_than_a_batch", _TRAIN, "or stored < config.batch_size or", "or", _LOOP,
        "when updates are due", "before replay holds a batch", "Stable-Baselines before 2.6.0", {"update_after": 10},
    ),
    Fault(
        "rounds_ignored", _TRAIN,
        f"if {_DUE}:\n        return 0\n    return config.updates_per_step * config.update_every",
        "if steps < config.update_after or stored < config.batch_size:\n        return 0\n"
        "    return config.updates_per_step",
        _LOOP, "how many updates", "spread over the steps, where they come in rounds", "most libraries, on purpose",
        {"update_every": 10},
    ),
    Fault(
        "updates_per_step_ignored", _TORCHRL, "return config.updates_per_step * config.update_every",
        "return config.update_every", _LOOP,
        "how many updates", "one a step, whatever was asked for", "nobody known; a usual slip", {"updates_per_step": 2},
    ),
    Fault(
        "sampled_before_it_is_stored", _TORCHRL,
        "        add_(run.buffer, frame)\n        anneal_(run.noise, config)\n        frames.append(frame)\n"
        "        for _ in range(updates_due(config, steps, len(run.buffer))):\n"
        "            indices, batch = sample(run.buffer, config.batch_size)\n"
        "            updates.append(update_(run.learner, indices, batch.to(config.device), config))\n"
        "            require_finite_update(updates[-1], progress.update + len(updates), steps, config)\n",
        "        anneal_(run.noise, config)\n        frames.append(frame)\n"
        "        for _ in range(updates_due(config, steps, len(run.buffer) + 1)):\n"
        "            indices, batch = sample(run.buffer, config.batch_size)\n"
        "            updates.append(update_(run.learner, indices, batch.to(config.device), config))\n"
        "            require_finite_update(updates[-1], progress.update + len(updates), steps, config)\n"
        "        add_(run.buffer, frame)\n",
        "whole run", "order within a step", "updates before the transition is stored", "nobody known; a usual slip",
    ),
    Fault(
        "one_batch_for_a_round", _TORCHRL,
        "        for _ in range(updates_due(config, steps, len(run.buffer))):\n"
        "            indices, batch = sample(run.buffer, config.batch_size)\n",
        "        for number in range(updates_due(config, steps, len(run.buffer))):\n"
        "            if number == 0:\n"
        "                indices, batch = sample(run.buffer, config.batch_size)\n",
        "whole run", "order within a step", "one batch for all updates of a round", "nobody known; a line too far left",
        {"updates_per_step": 2},
    ),
    Fault(
        "an_episode_too_many", _TRAIN, "return state.episode >= config.episodes or",
        "return state.episode > config.episodes or", _LOOP,
        "where a run ends", "an episode too late", "nobody known; a usual slip",
        {"episodes": 8, "max_steps_per_episode": 50, "update_after": 100},
    ),
    Fault(
        "a_step_too_many", _TRAIN, "or steps == run.config.total_steps", "or steps - 1 == run.config.total_steps",
        _LOOP,
        "where a run ends", "a step too late", "nobody known; a usual slip", {"total_steps": 1_100},
    ),
    Fault(
        "updates_counted_anew", _TRAIN, "state.update + len(updates)\n    state =", "len(updates)\n    state =",
        "whole run",
        "counters", "updates counted anew in every episode",
        "TorchRL's collector before #1557, with its frames, on load",
    ),
    Fault(
        "probe_an_episode_late", _TRAIN, "due = state.episode % config.probe_every_episodes == 0",
        "due = (state.episode - 1) % config.probe_every_episodes == 0", "whole run",
        "when probes are due", "an episode late", "nobody known; a count from nought",
    ),
    Fault(
        "probe_chosen_anew", _TRAIN, "if chosen is not None or replay.size", "if replay.size", "whole run",
        "probe observations", "drawn anew at every episode's end", "nobody known; a usual slip",
    ),
    Fault(
        "probe_by_the_target_critic", _TRAIN, "first_critic(state.networks.critic)",
        "first_critic(state.networks.target_critic)", "whole run",
        "probe values", "of the target critic", "nobody known; a usual slip",
    ),
)  # fmt: skip
