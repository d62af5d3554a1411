"""Faults of Ornstein-Uhlenbeck noise."""

from parity_tests.faults.fault import Fault
from parity_tests.faults.places import FLOAT64, ORNSTEIN_UHLENBECK

_NOISE = "reference/noise.py"
_TORCHRL = "torchrl_impl/config.py"
_PULL = "previous + theta * (mean - previous) * dt"
_DIFFUSION = "(torch.zeros_like(previous) + sigma) * math.sqrt(dt)"
_FROM = "previous = noise.value + config.ou_initial"
_NOISY = "torch.clamp(action + noise.scale * value, space.low, space.high)"
_KEPT = "return noisy, noise._replace(value=value - config.ou_initial)"
_ELSEWHERE = {**ORNSTEIN_UHLENBECK, "ou_initial": 0.5, "ou_dt": 1.0}
_ANNEALED = {**ORNSTEIN_UHLENBECK, "noise_sigma_final": 0.1, "noise_anneal_steps": 400}
_WIDE = {**ORNSTEIN_UHLENBECK, "ou_sigma": 2.0, "ou_dt": 1.0}

ORNSTEIN_UHLENBECK_NOISE = (
    Fault(
        "ou_root_of_dt_forgotten", _NOISE, _DIFFUSION, "(torch.zeros_like(previous) + sigma)", "noise",
        "ornstein_uhlenbeck, a draw's share", "not scaled with time", "nobody known; code written for steps of 1",
        ORNSTEIN_UHLENBECK,
    ),
    Fault(
        "ou_dt_for_its_root", _NOISE, "math.sqrt(dt)", "dt", "noise",
        "ornstein_uhlenbeck, a draw's share", "dt where its root was due", "nobody known; a usual slip",
        ORNSTEIN_UHLENBECK,
    ),
    Fault(
        "ou_sigma_rounded_later", _NOISE, _DIFFUSION,
        "(torch.zeros_like(previous) + sigma * math.sqrt(dt))", "noise",
        "ornstein_uhlenbeck, a draw's share", "the same number with another last bit",
        "whoever multiplies Python's floats first", {**ORNSTEIN_UHLENBECK, "ou_dt": 0.02},
    ),
    Fault(
        "ou_variance_for_deviation", _NOISE, _DIFFUSION, f"({_DIFFUSION}) ** 2", "noise",
        "ornstein_uhlenbeck, a draw's share", "the variance", "nobody known; a usual slip", ORNSTEIN_UHLENBECK,
    ),
    Fault(
        "ou_dt_forgotten_in_the_pull", _NOISE, _PULL, "previous + theta * (mean - previous)", "noise",
        "ornstein_uhlenbeck, the pull", "not scaled with time", "nobody known; code written for steps of 1",
        ORNSTEIN_UHLENBECK,
    ),
    Fault(
        "ou_dt_twice_in_the_pull", _NOISE, _PULL, f"{_PULL} * dt", "noise",
        "ornstein_uhlenbeck, the pull", "dt twice", "nobody known; a theta that had its dt", ORNSTEIN_UHLENBECK,
    ),
    Fault(
        "ou_pushed_away", _NOISE, _PULL, "previous - theta * (mean - previous) * dt", "noise",
        "ornstein_uhlenbeck, the pull", "away from zero", "nobody known; a sign", ORNSTEIN_UHLENBECK,
    ),
    Fault(
        "ou_pulled_to_where_it_began", _NOISE, "config.ou_sigma, config.ou_dt)",
        "config.ou_sigma, config.ou_dt, config.ou_initial)", "noise",
        "ornstein_uhlenbeck, the pull", "to the initial value", "nobody known; x0 taken for mu", _ELSEWHERE,
    ),
    Fault(
        "ou_theta_and_sigma_swapped", _TORCHRL, '"theta": config.ou_theta, "mu": 0.0, "sigma": config.ou_sigma',
        '"theta": config.ou_sigma, "mu": 0.0, "sigma": config.ou_theta', "noise",
        "OrnsteinUhlenbeckProcessModule's arguments", "theta and sigma swapped", "nobody known; a usual slip",
        ORNSTEIN_UHLENBECK,
    ),
    Fault(
        "ou_dt_of_the_module", _TORCHRL, ', "dt": config.ou_dt}', "}", "noise",
        "OrnsteinUhlenbeckProcessModule's arguments", "dt left at 0.01", "users of TorchRL's module by default",
        {**ORNSTEIN_UHLENBECK, "ou_dt": 1.0},
    ),
    Fault(
        "ou_not_clipped", _TORCHRL, '"x0": config.ou_initial, "safe": True', '"x0": config.ou_initial, "safe": False',
        "noise", "OrnsteinUhlenbeckProcessModule's arguments", "safe=False: not clipped to the bounds",
        "TorchRL's own DDPG script", _WIDE,
    ),
    Fault(
        "ou_clipped_to_the_first_bound", _NOISE, _NOISY,
        "torch.clamp(action + noise.scale * value, -space.high[0], space.high[0])", "noise",
        "explore", "clipped to the first bound, mirrored", "Spinning Up's act_limit, put here", None,
    ),
    Fault(
        "ou_initial_forgotten", _NOISE, _FROM, "previous = noise.value", "noise",
        "explore", "starts from zero", "nobody known; a usual slip", _ELSEWHERE,
    ),
    Fault(
        "ou_initial_at_every_step", _NOISE, _KEPT, "return noisy, noise._replace(value=value)", "noise",
        "explore", "the initial value added at every step", "nobody known; half of what TorchRL's module does",
        _ELSEWHERE,
    ),
    Fault(
        "ou_forgets", _NOISE, _KEPT, "return noisy, noise", "noise",
        "explore", "every step begins anew", "nobody known; in JAX, a state that is not returned", ORNSTEIN_UHLENBECK,
    ),
    Fault(
        "ou_scale_not_applied", _NOISE, _NOISY, "torch.clamp(action + value, space.low, space.high)", "noise",
        "explore", "not scaled", "nobody known; a usual slip", _ANNEALED,
    ),
    Fault(
        "ou_scale_on_what_is_kept", _NOISE, _KEPT,
        "return noisy, noise._replace(value=noise.scale * value - config.ou_initial)", "noise",
        "explore", "the scale is on what is remembered too", "nobody known; scaled a line too early", _ANNEALED,
    ),
    Fault(
        "ou_scaled_by_the_range", _NOISE, _NOISY,
        "torch.clamp(action + noise.scale * value * (space.high - space.low) / 2, space.low, space.high)", "noise",
        "explore", "scaled by the range", "Stable-Baselines3, on purpose: noise in the unit box", ORNSTEIN_UHLENBECK,
    ),
    Fault(
        "ou_remembers_in_the_runs_dtype", _NOISE, "Noise(torch.zeros(space.action_size),",
        "Noise(torch.zeros(space.action_size, dtype=config.torch_dtype),", "noise",
        "init_noise", "in the run's precision", "whoever does not know that TorchRL draws float32 always",
        {**ORNSTEIN_UHLENBECK, **FLOAT64},
    ),
    Fault(
        "ou_never_reset", "torchrl_impl/envs.py",
        'tracker = [InitTracker()] if config.noise == "ornstein-uhlenbeck" else []\n',
        "tracker: list[InitTracker] = []\n"
        '    __import__("warnings").filterwarnings("ignore", message="The tensordict passed to Orn")\n',
        "environment loop",
        "the environment's transforms", "no InitTracker: noise goes on from the episode before",
        "keras-rl #182; users of TorchRL's module without InitTracker", ORNSTEIN_UHLENBECK,
    ),
)  # fmt: skip
