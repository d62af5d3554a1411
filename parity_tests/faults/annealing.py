"""Faults of annealing, of both kinds of noise."""

from parity_tests.faults.fault import Fault
from parity_tests.faults.places import ANNEALED, ORNSTEIN_UHLENBECK

_NOISE = "reference/noise.py"
_TRAIN = "reference/train.py"
_TORCHRL = "torchrl_impl/config.py"
_LOOP = "environment loop"
_STEP = "scale = noise.scale - (first - final) / config.noise_anneal_steps"
_ANNEAL = "noise = anneal(noise, run.config)"
_ACT = (
    "        transition, noise = interact(run, networks, noise, observation, steps)\n"
    "        steps, observation = steps + 1, transition.next_observation\n"
    "        replay, window = store_(run, replay, window, transition)\n"
)
_SCALE = '"eps_init": first, "eps_end": final'
_OU_ANNEALED = {**ORNSTEIN_UHLENBECK, "noise_sigma_final": 0.1, "noise_anneal_steps": 400}

ANNEALING = (
    Fault(
        "annealed_a_step_too_fast", _NOISE, _STEP,
        "scale = noise.scale - (first - final) / max(config.noise_anneal_steps - 1, 1)", "noise",
        "anneal", "arrives a step early", "nobody known; steps counted for the gaps between them", ANNEALED,
    ),
    Fault(
        "annealed_by_a_factor", _NOISE, _STEP,
        "scale = noise.scale * (final / first) ** (1 / config.noise_anneal_steps)", "noise",
        "anneal", "by a factor a step", "many a library, on purpose: exponential decay", ANNEALED,
    ),
    Fault(
        "annealed_in_float64", _NOISE, "torch.tensor(config.noise_scales, dtype=torch.float32)",
        "torch.tensor(config.noise_scales, dtype=torch.float64)", "noise",
        "anneal", "in float64", "whoever counts with Python's floats", ANNEALED,
    ),
    Fault(
        "annealed_past_the_end", _NOISE, "noise._replace(scale=torch.maximum(final, scale))",
        "noise._replace(scale=scale)", "noise",
        "anneal", "goes on below the final scale", "nobody known; a usual slip",
        ANNEALED,
    ),
    Fault(
        "annealed_to_nothing", _NOISE, _STEP, "scale = noise.scale - first / config.noise_anneal_steps", "noise",
        "anneal", "towards zero, and held at the final scale", "nobody known; a usual slip", ANNEALED,
    ),
    Fault(
        "annealing_never_stepped", "torchrl_impl/noise.py", "        module.step()\n", "        pass\n", "noise",
        "anneal_", "step() forgotten", "users of TorchRL's modules, which do not complain", ANNEALED,
    ),
    Fault(
        "gaussian_final_of_the_module", _TORCHRL, '"sigma_init": first, "sigma_end": final,',
        '"sigma_init": first, "sigma_end": min(first, 0.1),', "noise",
        "AdditiveGaussianModule's arguments", "sigma_end left at 0.1",
        "users of TorchRL's module by default", ANNEALED,
    ),
    Fault(
        "ou_final_of_the_module", _TORCHRL, _SCALE, '"eps_init": first', "noise",
        "OrnsteinUhlenbeckProcessModule's arguments", "eps_end left at 0.1", "users of TorchRL's module by default",
        _OU_ANNEALED,
    ),
    Fault(
        "ou_sigma_min_for_its_factor", _TORCHRL, f"scale = {{{_SCALE}}} | _annealing(config)",
        'process |= {"sigma_min": final * config.ou_sigma}\n'
        '    process |= {"n_steps_annealing": config.noise_anneal_steps or 1}\n'
        '    scale = {"eps_init": 1.0, "eps_end": 1.0}', "noise",
        "OrnsteinUhlenbeckProcessModule's arguments", "sigma_min, which starts again at every episode",
        "nobody known; TorchRL's module has both", _OU_ANNEALED,
    ),
    Fault(
        "annealing_steps_of_the_modules", _TORCHRL, '"annealing_num_steps": config.noise_anneal_steps',
        '"annealing_num_steps": 1000', "noise",
        "the modules' arguments", "annealing_num_steps left at 1,000", "users of TorchRL's modules by default",
        ANNEALED,
    ),
    Fault(
        "annealed_from_the_end_of_warm_up", _TRAIN, _ANNEAL,
        "noise = anneal(noise, run.config) if steps > run.config.start_steps else noise", _LOOP,
        "when noise is annealed", "not during warm-up", "nobody known; only where noise is added", ANNEALED,
    ),
    Fault(
        "annealed_before_the_step", _TRAIN, _ACT + f"        {_ANNEAL}\n", f"        {_ANNEAL}\n" + _ACT, _LOOP,
        "when noise is annealed", "before the step, not after it", "nobody known; a line too far up", ANNEALED,
    ),
    Fault(
        "annealed_at_every_update", "torchrl_impl/train.py",
        "        anneal_(run.noise, config)\n        frames.append(frame)\n"
        "        for _ in range(updates_due(config, steps, len(run.buffer))):\n",
        "        frames.append(frame)\n"
        "        for _ in range(updates_due(config, steps, len(run.buffer))):\n"
        "            anneal_(run.noise, config)\n", _LOOP,
        "when noise is annealed", "at every update, not at every step", "nobody known; a line too far right",
        ANNEALED,
    ),
    Fault(
        "annealed_at_the_end_of_an_episode", _TRAIN, _ANNEAL,
        "noise = anneal(noise, run.config) if transition.terminated or transition.truncated else noise", _LOOP,
        "when noise is annealed", "once an episode", "nobody known; a line too far left", ANNEALED,
    ),
    Fault(
        "annealing_starts_again", _TRAIN, "init_noise(run.config, run.space)._replace(scale=state.noise_scale)",
        "init_noise(run.config, run.space)", _LOOP,
        "scale of an episode's first step", "the first one again", "what TorchRL's sigma_min does, by its design",
        ANNEALED,
    ),
    Fault(
        "scale_forgotten_on_load", "torchrl_impl/train.py", "load_scale_(noise, run_state.noise_scale)", "pass",
        "whole run", "resuming a run", "annealing begins again", "nobody known; a module that is in no checkpoint",
        None,
    ),
)  # fmt: skip
