"""Faults of exploration noise, of warm-up actions, and of the lending of streams."""

from parity_tests.faults.fault import Fault
from parity_tests.faults.places import ASYMMETRIC_BOUNDS

_NOISE = "reference/noise.py"
_NOISY = "torch.clamp(action + draw * sigma, low, high)"
_UNIFORM = "torch.clamp(draw * (high - low) + low, low, high)"
_SIGMA = '{"sigma_init": first, "sigma_end": final,'
_STREAMS = "torchrl_impl/streams.py"

NOISES = (
    Fault(
        "noise_subtracted", _NOISE, _NOISY, "torch.clamp(action - draw * sigma, low, high)", "noise",
        "gaussian", "subtracted", "nobody known; harmless in law, not in bits",
    ),
    Fault(
        "noise_never_added", _NOISE, _NOISY, "torch.clamp(action, low, high)", "noise",
        "gaussian", "never added", "TorchRL's AdditiveGaussianWrapper before #447",
    ),
    Fault(
        "variance_for_deviation", _NOISE, _NOISY, "torch.clamp(action + draw * sigma**2, low, high)", "noise",
        "gaussian", "sigma squared", "nobody known; a usual slip",
    ),
    Fault(
        "noise_not_clipped", _NOISE, _NOISY, "action + draw * sigma", "noise",
        "gaussian", "not clipped to the bounds",
        "TorchRL's Ornstein-Uhlenbeck module with safe=False, as its script has it",
        {"noise_sigma": 1.0},
    ),
    Fault(
        "noise_clipped_by_the_first_bound", _NOISE, _NOISY, "torch.clamp(action + draw * sigma, -high[0], high[0])",
        "noise", "gaussian", "clipped to the first bound, mirrored",
        "Spinning Up; Stable-Baselines before 2.9.0 on bounds that are not symmetric", ASYMMETRIC_BOUNDS,
    ),
    Fault(
        "one_draw_for_all_dimensions", _NOISE, _NOISY, "torch.clamp(action + draw[:1] * sigma, low, high)", "noise",
        "gaussian", "one draw for all dimensions", "sfujim before 7baf951 and CleanRL #279, in target noise",
        ASYMMETRIC_BOUNDS,
    ),
    Fault(
        "noise_scaled_by_the_range", _NOISE, _NOISY,
        "torch.clamp(action + draw * sigma * (high - low) / 2, low, high)", "noise",
        "gaussian", "scaled by the range", "sfujim and CleanRL, on purpose",
    ),
    Fault(
        "noise_centred_on_the_box", _NOISE, _NOISY,
        "torch.clamp(action + draw * sigma + (high + low) / 2, low, high)", "noise",
        "gaussian", "centred on the middle of the box", "CleanRL #299", ASYMMETRIC_BOUNDS,
    ),
    Fault(
        "draw_clipped", _NOISE, _NOISY, "torch.clamp(action + draw.clamp(-0.5, 0.5) * sigma, low, high)", "noise",
        "gaussian", "the draw clipped first", "nobody known; TD3's clipping of smoothing noise, put here",
    ),
    Fault(
        "sigma_of_one", "torchrl_impl/config.py", _SIGMA, '{"sigma_init": 1.0, "sigma_end": 1.0,', "noise",
        "AdditiveGaussianModule's arguments", "sigma left at one",
        "users of TorchRL's module by default: sigma_init=1.0",
    ),
    Fault(
        "warm_up_in_the_unit_box", _NOISE, _UNIFORM, "torch.clamp(draw * 2 - 1, low, high)", "noise",
        "uniform", "in the unit box", "tianshou #512, #568; Stable-Baselines before 2.9.0",
    ),
    Fault(
        "warm_up_from_zero", _NOISE, _UNIFORM, "torch.clamp(draw * high, low, high)", "noise",
        "uniform", "from zero to the upper bound", "nobody known; a usual slip",
    ),
    Fault(
        "stream_not_taken_back", _STREAMS, "generator.set_state(torch.get_rng_state())", "pass", "networks",
        "lend", "the stream stays where it was", "nobody known; every episode would have the same noise",
    ),
    Fault(
        "callers_generator_left_moved", _STREAMS, "torch.set_rng_state(callers)", "pass", "networks",
        "lend", "the caller's generator is not put back",
        "TorchRL's set_seed before #2195, check_env_specs before #1872",
        None,
    ),
)  # fmt: skip
