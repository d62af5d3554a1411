"""The variants of DDPG, and the batches and networks that each of them is tried on."""

from contextlib import contextmanager
from typing import Any

import pytest
import torch
from tensordict import TensorDict

from parity_tests.cases import Case, Material, build
from reference.state import Extra
from torchrl_impl.state import STEPS, tensordict_of
from torchrl_impl.streams import lend

VARIANTS: dict[str, dict[str, Any]] = {
    "layer_norm": {"layer_norm": "both"},
    "layer_norm-actor": {"layer_norm": "actor"},
    "layer_norm-critic": {"layer_norm": "critic"},
    "twin_critics": {"twin_critics": True},
    "target_noise": {"target_noise": 0.3, "target_noise_clip": 0.4},
    "policy_delay-moves": {"policy_delay": 2},  # the next step of Adam in a case is the eighth
    "policy_delay-waits": {"policy_delay": 3},
    "td3": {"twin_critics": True, "target_noise": 0.4, "target_noise_clip": 0.5, "policy_delay": 2},
    "action_layer": {"action_layer": 2},
    "weight_decay": {"critic_weight_decay": 1e-2},
    "paper": {"action_layer": 2, "final_init": 3e-3, "critic_weight_decay": 1e-2, "grad_clip_norm": None},
    "l1": {"loss_function": "l1"},
    "smooth_l1": {"loss_function": "smooth_l1"},
    "n_step": {"n_step": 3},
    "weights": {},
    "truncation_is_terminal-td3": {"truncation_is_terminal": True, "twin_critics": True},
    "all": {
        "layer_norm": "both", "twin_critics": True, "target_noise": 0.4, "policy_delay": 4, "action_layer": 2,
        "final_init": 3e-3, "critic_weight_decay": 1e-3, "loss_function": "smooth_l1", "n_step": 5,
    },
}  # fmt: skip
"""Name -> the fields of `Config` that make it; an empty one differs in what an update is handed."""

WEIGHTED = {"weights", "all"}
"""The variants whose batches come with importance weights."""

SHAPES = {
    "f32-b64": Case("float32", 64, "mixed", 1.0, 0.99),
    "f32-b7-3_actions-large_rewards": Case("float32", 7, "mixed", 1e3, 0.95, action_size=3),
    "f32-b8-2_actions-tight_clipping": Case("float32", 8, "mixed", 1.0, 0.9, action_size=2, grad_clip_norm=1e-3),
    "f32-b1": Case("float32", 1, "truncated", 1.0, 0.9),
    "f64-b5-2_actions-small_rewards": Case("float64", 5, "mixed", 1e-3, 0.97, action_size=2, tau=0.5),
    "f64-b1": Case("float64", 1, "none", 10.0, 0.5, grad_clip_norm=None),
}

_PAIRS = [(variant, shape) for variant in VARIANTS for shape in SHAPES]


def material_of(variant: str, shape: str, **fields: Any) -> Material:
    """The tensors of one variant in one shape, drawn from a seed; `fields` go into its `Case`."""
    of_case = {name: value for name, value in VARIANTS[variant].items() if name in Case._fields}
    of_config = {name: value for name, value in VARIANTS[variant].items() if name not in Case._fields}
    material = build(SHAPES[shape]._replace(**of_case, **fields), **of_config)
    config, rows, seed = material.config, material.batch.reward.shape, list(VARIANTS).index(variant)
    generator = torch.Generator().manual_seed(seed)
    steps = weight = draw = None
    if config.n_step > 1:
        steps = torch.randint(1, config.n_step + 1, rows, generator=generator)
    if variant in WEIGHTED:
        # Far from one another, as priorities are; none of them zero, and their mean is not one.
        weight = torch.rand(rows, generator=generator, dtype=config.torch_dtype) ** 3 * 4 + 0.01
    if config.critics is not None:
        draw = torch.randn(material.batch.action.shape, generator=_draws(seed), dtype=config.torch_dtype)
    return material._replace(extra=Extra(steps, weight, draw), draw_seed=seed)


each_variant = pytest.mark.parametrize("pair", _PAIRS, ids=["-".join(pair) for pair in _PAIRS])
"""Gives a test the argument `pair`, a variant and a shape, once for each."""


def frames_of(material: Material) -> TensorDict:
    """The batch and what comes beside it, as TorchRL's losses read them."""
    frames, extra = tensordict_of(material.batch), material.extra
    if extra.steps is not None:
        frames[STEPS] = extra.steps
    if extra.weight is not None:
        frames["priority_weight"] = extra.weight
    return frames


@contextmanager
def drawing(material: Material):
    """Within, what `TD3Loss` draws from torch's global generator are the draws of the material."""
    with lend(_draws(material.draw_seed)):
        yield


def _draws(seed):
    return torch.Generator().manual_seed(1000 + seed)
