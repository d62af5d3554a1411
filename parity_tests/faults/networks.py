"""Faults of the networks: their first weights, their layers, the scaling of actions."""

from parity_tests.faults.fault import Fault
from parity_tests.faults.places import ASYMMETRIC_BOUNDS, FLOAT64

_NETWORKS = "reference/networks.py"
_GAIN = "bound = math.sqrt(3.0) * (math.sqrt(2.0 / 6.0) / math.sqrt(fan_in))"
_SCALED = "return scale * mlp(params, observation).tanh() + bias"
_UPDATE = "reference/update.py"

NETWORKS = (
    Fault(
        "gain_of_relu", _NETWORKS, _GAIN, "bound = math.sqrt(3.0) * (math.sqrt(2.0) / math.sqrt(fan_in))", "networks",
        "initial weights", "the gain of a ReLU", "nobody known; kaiming_uniform_ without torch.nn.Linear's a",
    ),
    Fault(
        "bound_by_the_short_way", _NETWORKS, _GAIN, "bound = 1 / math.sqrt(fan_in)", "networks",
        "initial weights", "the same bound with another last bit", "whoever reads torch.nn.Linear's docs alone",
        FLOAT64,
    ),
    Fault(
        "small_last_layer", _NETWORKS, "final_bound if layer == last else None", "3e-3 if layer == last else None",
        "networks",
        "initial weights", "a small last layer",
        "Lillicrap et al. 2016 and Stable-Baselines (TensorFlow), on purpose",
    ),
    Fault(
        "weights_by_way_of_float32", _NETWORKS, "weight.uniform_(-bound, bound, generator=generator)",
        "weight.float().uniform_(-bound, bound, generator=generator).to(dtype)", "networks",
        "initial weights", "drawn in float32", "nobody known; built before set_default_dtype, cast after", FLOAT64,
    ),
    Fault(
        "biases_zero", _NETWORKS, "bias.uniform_(-bound, bound, generator=generator)", "bias.zero_()", "networks",
        "initial biases", "zero", "Keras and Flax by default",
    ),
    Fault(
        "critic_drawn_first", _UPDATE,
        "    theta = init_actor(generator, config, space)\n    phi = init_critic(generator, config, space)\n",
        "    phi = init_critic(generator, config, space)\n    theta = init_actor(generator, config, space)\n",
        "networks",
        "init_networks", "critic drawn before actor", "nobody known; a usual slip",
    ),
    Fault(
        "targets_drawn_afresh", _UPDATE, "dict(theta), dict(phi), init_adam",
        "init_actor(generator, config, space), init_critic(generator, config, space), init_adam", "networks",
        "init_networks", "targets drawn afresh", "nobody known; four networks built, no weights copied",
    ),
    Fault(
        "no_target_actor", "torchrl_impl/config.py", '"delay_actor": True, "delay_value"',
        '"delay_actor": False, "delay_value"', "networks",
        "DDPGLoss's arguments", "the target actor is the online one", "TorchRL's DDPGLoss by default, to this day",
    ),
    Fault(
        "no_target_critic", "torchrl_impl/config.py", '"delay_value": True', '"delay_value": False', "networks",
        "DDPGLoss's arguments", "the target critic is the online one", "TorchRL's DDPGLoss by default before #1183",
    ),
    Fault(
        "relu_forgotten", _NETWORKS, "        x = F.relu(x)\n", "", "networks",
        "mlp, hidden layers", "no ReLU", "nobody known; a usual slip",
    ),
    Fault(
        "tanh_for_relu", "torchrl_impl/config.py", "nn.ReLU", "nn.Tanh", "networks",
        "MLP's arguments", "another activation", "users of TorchRL's MLP by default",
    ),
    Fault(
        "relu_after_the_last_layer", _NETWORKS, 'return F.linear(x, params[f"{last}.weight"], params[f"{last}.bias"])',
        'return F.relu(F.linear(x, params[f"{last}.weight"], params[f"{last}.bias"]))', "networks",
        "mlp, last layer", "a ReLU after it", "nobody known; a usual slip",
    ),
    Fault(
        "action_before_observation", _NETWORKS, "torch.cat([x, action], dim=-1)", "torch.cat([action, x], dim=-1)",
        "networks",
        "critic's input", "action before observation",
        "nobody known; harmless alone, fatal for weights that are loaded",
    ),
    Fault(
        "value_not_squeezed", _NETWORKS, "return mlp(params, observation, action).squeeze(-1)",
        "return mlp(params, observation, action)", "networks",
        "critic's answer", "[B, 1] for [B]", "TorchRL before #1487, and its DDPG tutorial still, in td_error", None,
    ),
    Fault(
        "bias_dropped", _NETWORKS, _SCALED, "return scale * mlp(params, observation).tanh()", "networks",
        "actor's scaling", "no bias", "Spinning Up and sfujim, who have symmetric bounds in mind", ASYMMETRIC_BOUNDS,
    ),
    Fault(
        "bias_twice", _NETWORKS, _SCALED, "return scale * mlp(params, observation).tanh() + bias + bias", "networks",
        "actor's scaling", "bias added twice", "CleanRL #298", ASYMMETRIC_BOUNDS,
    ),
    Fault(
        "not_scaled", _NETWORKS, _SCALED, "return mlp(params, observation).tanh()", "networks",
        "actor's scaling", "none", "users of TorchRL's TanhModule by default",
    ),
    Fault(
        "clipped_for_tanh", _NETWORKS, ".tanh()", ".clamp(-1, 1)", "networks",
        "actor's squashing", "clipped in place of tanh", "CleanRL #196, #211",
    ),
    Fault(
        "one_bound_for_all", _NETWORKS, "scale, bias = (space.high - space.low) / 2, (space.high + space.low) / 2",
        "scale, bias = space.high[0], 0.0", "networks",
        "actor's scaling", "high[0] for all dimensions", "Spinning Up and sfujim: act_limit, max_action",
        ASYMMETRIC_BOUNDS,
    ),
    Fault(
        "torchrls_own_tanh", _NETWORKS, _SCALED,
        "return space.low + (space.high - space.low) * (mlp(params, observation).tanh() + 1) / 2", "networks",
        "actor's scaling", "the same number with another last bit", "TorchRL's TanhModule",
    ),
    Fault(
        "whole_number_bounds", "torchrl_impl/networks.py",
        "self.scale, self.bias = (space.high - space.low) / 2, (space.high + space.low) / 2",
        "self.scale, self.bias = ((space.high - space.low) / 2).int(), (space.high + space.low) / 2", "networks",
        "ScaledTanh", "the scale as a whole number", "sfujim before 25dfc0a: int(max_action)", ASYMMETRIC_BOUNDS,
    ),
)  # fmt: skip
