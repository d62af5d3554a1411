"""Faults of what the paper's own DDPG has: where the action enters, small last layers, weight decay."""

from parity_tests.faults.fault import Fault
from parity_tests.faults.places import ACTION_AT_LAYER_2, DECAYING_CRITIC, SMALL_LAST_LAYERS

_NETWORKS = "reference/networks.py"
_TORCHRL = "torchrl_impl/networks.py"
_OPTIM = "reference/optim.py"
_UPDATE = "reference/update.py"
_SMALL_BIAS = "return weight, bias.uniform_(generator=generator) * span - span / 2"
_SMALL_WEIGHT = "weight = weight.uniform_(generator=generator) * span - span / 2"
_DECAY = "grads = {k: grads[k].add(params[k], alpha=weight_decay) for k in params}"
_CRITICS_STEP = (
    "    grads, critic_norm = parts.clip_by_global_norm(grads, config.grad_clip_norm)\n"
    "    phi, critic_adam = parts.adam(state.critic, grads, state.critic_adam, config.critic_lr,"
    " config.critic_weight_decay)\n"
)
_ACTORS_STEP = "parts.adam(state.actor, grads, state.actor_adam, config.actor_lr)"

PAPERS = (
    Fault(
        "action_at_the_first_layer", _NETWORKS, "inputs[config.action_layer - 1] += space.action_size",
        "inputs[0] += space.action_size", "networks",
        "init_critic", "the action enters at the first layer", "most libraries, on purpose", ACTION_AT_LAYER_2,
    ),
    Fault(
        "action_a_layer_late", _TORCHRL,
        "config.hidden_sizes[: config.action_layer - 1], config.hidden_sizes[config.action_layer - 1 :]",
        "config.hidden_sizes[: config.action_layer], config.hidden_sizes[config.action_layer :]", "networks",
        "joined_later", "the action enters a layer late", "nobody known; a count from nought", ACTION_AT_LAYER_2,
    ),
    Fault(
        "elu_of_torchrls_critic", _TORCHRL, 'second | mlp_arguments(config, "critic", after)',
        'second | mlp_arguments(config, "critic", after) | {"activation_class": nn.ELU}', "networks",
        "DdpgMlpQNet's arguments", "ELU", "users of TorchRL's DdpgMlpQNet by default", ACTION_AT_LAYER_2,
    ),
    Fault(
        "small_weights_and_usual_biases", _NETWORKS, _SMALL_BIAS,
        "bound = 1 / math.sqrt(fan_in)\n    return weight, bias.uniform_(-bound, bound, generator=generator)",
        "networks", "init_linear, a last layer", "small weights alone",
        "nobody known; .weight.data.uniform_ and no more", SMALL_LAST_LAYERS,
    ),
    Fault(
        "small_weights_and_biases_of_zero", _NETWORKS, _SMALL_BIAS, "return weight, bias.zero_()", "networks",
        "init_linear, a last layer", "biases zero", "Keras and Flax by default", SMALL_LAST_LAYERS,
    ),
    Fault(
        "small_weights_with_another_last_bit", _NETWORKS, _SMALL_WEIGHT,
        "weight = weight.uniform_(-bound, bound, generator=generator)", "networks",
        "init_linear, a last layer", "the same number with another last bit", "whoever writes uniform_, rightly",
        SMALL_LAST_LAYERS,
    ),
    Fault(
        "span_of_torchrls_last_layer", _TORCHRL, "ddpg_init_last_layer(nn.Sequential(last), 2 * config.final_init)",
        "ddpg_init_last_layer(nn.Sequential(last))", "networks",
        "ddpg_init_last_layer's argument", "left at 6e-4: within 3e-4, a tenth of the paper's bound",
        "users of TorchRL's initialiser by default", SMALL_LAST_LAYERS,
    ),
    Fault(
        "bound_taken_for_the_span", _TORCHRL, "2 * config.final_init)", "config.final_init)", "networks",
        "ddpg_init_last_layer's argument", "the bound where the span was due", "nobody known; it is called scale",
        SMALL_LAST_LAYERS,
    ),
    Fault(
        "small_last_layer_of_the_actor_alone", _NETWORKS,
        "layer_norm, config.final_init)\n        for _ in range", "layer_norm, None)\n        for _ in range",
        "networks", "init_critic", "its last layer as any other", "nobody known; a usual slip", SMALL_LAST_LAYERS,
    ),
    Fault(
        "decay_as_adamw", _OPTIM, f"        {_DECAY}\n",
        "        params = {k: params[k] * (1 - lr * weight_decay) for k in params}\n", "adam",
        "adam, weight decay", "apart from the gradient", "Loshchilov and Hutter 2019, on purpose: AdamW",
        DECAYING_CRITIC,
    ),
    Fault(
        "decay_grows", _OPTIM, "alpha=weight_decay", "alpha=-weight_decay", "adam",
        "adam, weight decay", "wrong sign", "nobody known; a sign", DECAYING_CRITIC,
    ),
    Fault(
        "decay_doubled", _OPTIM, "alpha=weight_decay", "alpha=2 * weight_decay", "adam",
        "adam, weight decay", "twice as much", "Keras's l2, which is a square without the half", DECAYING_CRITIC,
    ),
    Fault(
        "decay_spares_biases", _OPTIM, _DECAY,
        'grads = {k: grads[k].add(params[k], alpha=weight_decay * k.endswith("weight")) for k in params}', "adam",
        "adam, weight decay", "not on biases", "many a library, on purpose", DECAYING_CRITIC,
    ),
    Fault(
        "decay_of_the_new_weights", _OPTIM, _DECAY,
        "grads = {k: grads[k].add(params[k] - lr * grads[k], alpha=weight_decay) for k in params}", "adam",
        "adam, weight decay", "of weights already moved", "nobody known; a penalty after the step", DECAYING_CRITIC,
    ),
    Fault(
        "decay_before_clipping", _UPDATE, _CRITICS_STEP,
        "    grads = {k: grads[k].add(state.critic[k], alpha=config.critic_weight_decay) for k in grads}\n"
        + _CRITICS_STEP.replace(", config.critic_weight_decay", ""),
        "clipping", "update, the critic's step", "its decay is clipped with its gradient",
        "nobody known; a penalty in the loss", DECAYING_CRITIC,
    ),
    Fault(
        "decay_on_the_actor_too", _UPDATE, _ACTORS_STEP,
        _ACTORS_STEP.removesuffix(")") + ", config.critic_weight_decay)", "update",
        "update, the actor's step", "decays as the critic does", "TorchRL's own DDPG script, on purpose",
        DECAYING_CRITIC,
    ),
    Fault(
        "decay_never_reaches_adam", "torchrl_impl/update.py", "config.critic_lr, config.critic_weight_decay)",
        "config.critic_lr)", "update",
        "init_networks, the critic's optimiser", "no decay", "nobody known; a usual slip", DECAYING_CRITIC,
    ),
)  # fmt: skip
