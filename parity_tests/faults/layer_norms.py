"""Faults of LayerNorm."""

from parity_tests.faults.fault import Fault
from parity_tests.faults.places import LAYER_NORM

_NETWORKS = "reference/networks.py"
_NORM = 'x = F.layer_norm(x, x.shape[-1:], params[f"{layer + 1}.weight"], params[f"{layer + 1}.bias"])'
_NORMED = f"        if layer_norm:\n            {_NORM}\n"
_RELU = "        x = F.relu(x)\n"
_LAST = 'return F.linear(x, params[f"{last}.weight"], params[f"{last}.bias"])'
_AFFINE = 'x * params[f"{layer + 1}.weight"] + params[f"{layer + 1}.bias"]'

LAYER_NORMS = (
    Fault(
        "norm_after_relu", _NETWORKS, _NORMED + _RELU, _RELU + _NORMED, "networks",
        "mlp, LayerNorm", "after ReLU", "nobody known; both orders are in use", LAYER_NORM,
    ),
    Fault(
        "norm_on_the_answer_too", _NETWORKS, _LAST,
        'x = F.linear(x, params[f"{last}.weight"], params[f"{last}.bias"])\n'
        "    return F.layer_norm(x, x.shape[-1:]) if layer_norm else x", "networks",
        "mlp, LayerNorm", "on the last layer too", "nobody known; a usual slip", LAYER_NORM,
    ),
    Fault(
        "norm_with_another_epsilon", _NETWORKS, _NORM, _NORM.removesuffix(")") + ", 1e-6)", "networks",
        "mlp, LayerNorm", "epsilon 1e-6", "Flax by default", LAYER_NORM,
    ),
    Fault(
        "norm_without_gain_and_bias", _NETWORKS, _NORM, "x = F.layer_norm(x, x.shape[-1:])", "networks",
        "mlp, LayerNorm", "without gain and bias", "nobody known; elementwise_affine=False", None,
    ),
    Fault(
        "norm_without_centring", _NETWORKS, _NORM,
        'x = F.rms_norm(x, x.shape[-1:], params[f"{layer + 1}.weight"]) + params[f"{layer + 1}.bias"]', "networks",
        "mlp, LayerNorm", "the mean stays", "nobody known; RMSNorm, put here", LAYER_NORM,
    ),
    Fault(
        "norm_over_the_batch", _NETWORKS, _NORM,
        f"x = (x - x.mean(0)) / (x.var(0, correction=0) + 1e-5).sqrt()\n            x = {_AFFINE}", "networks",
        "mlp, LayerNorm", "over the batch, as BatchNorm has it",
        "Lillicrap et al. 2016, on purpose: batch normalisation", LAYER_NORM,
    ),
    Fault(
        "norm_by_the_sample_variance", _NETWORKS, _NORM,
        f"x = (x - x.mean(-1, keepdim=True)) / (x.var(-1, keepdim=True) + 1e-5).sqrt()\n            x = {_AFFINE}",
        "networks", "mlp, LayerNorm", "divides by n - 1", "nobody known; torch.var by default", LAYER_NORM,
    ),
    Fault(
        "norm_in_the_actor_only_where_both_are_asked", _NETWORKS,
        'layer_norm = config.layer_norm in ("actor", "both")', 'layer_norm = config.layer_norm == "both"', "networks",
        "init_actor", "no LayerNorm where the actor alone is asked", "nobody known; a usual slip",
        {"layer_norm": "actor"},
    ),
    Fault(
        "norm_in_torchrls_networks_only_where_both_are_asked", "torchrl_impl/config.py",
        'config.layer_norm in (network, "both")', 'config.layer_norm == "both"', "networks",
        "MLP's arguments", "no LayerNorm where one network alone is asked", "nobody known; a usual slip",
        {"layer_norm": "critic"},
    ),
    Fault(
        "norm_with_a_gain_of_nought", _NETWORKS, "torch.ones(fan_out, dtype=dtype)",
        "torch.zeros(fan_out, dtype=dtype)", "networks",
        "init_mlp, LayerNorm", "a gain of nought", "nobody known; gains that are stored less one", LAYER_NORM,
    ),
)  # fmt: skip
