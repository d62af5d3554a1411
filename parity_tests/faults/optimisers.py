"""Faults of Adam and of clipping."""

from parity_tests.faults.fault import Fault
from parity_tests.faults.places import FLOAT64

_OPTIM = "reference/optim.py"
_SIZES = "size, scale = lr / (1 - beta1**step), (1 - beta2**step) ** 0.5"
_ROOT = "square[k].sqrt().div_(scale).add_(eps)"
_REFERENCE = "reference/update.py"
_TORCHRL = "torchrl_impl/update.py"
_CLIPPED = "    critic_norm = clip_by_global_norm_(critic_params(learner.loss), config.grad_clip_norm)\n"
_ADAM_OF_ACTOR = "parts.adam(state.actor, grads, state.actor_adam, config.actor_lr)"

OPTIMISERS = (
    Fault(
        "epsilon_inside_the_root", _OPTIM, _ROOT, "(square[k] + eps).sqrt().div_(scale)", "adam",
        "adam", "epsilon inside the root", "nobody known; a usual slip",
    ),
    Fault(
        "epsilon_before_the_correction", _OPTIM, _ROOT, "square[k].sqrt().add_(eps).div_(scale)", "adam",
        "adam", "epsilon before the correction", "TensorFlow's Adam and baselines' MpiAdam, on purpose",
    ),
    Fault(
        "epsilon_1e-5", "torchrl_impl/config.py", '"eps": 1e-8', '"eps": 1e-5', "adam",
        "Adam's arguments", "epsilon 1e-5", "Stoix, on purpose",
    ),
    Fault(
        "betas_swapped", "torchrl_impl/config.py", "(0.9, 0.999)", "(0.999, 0.9)", "adam",
        "Adam's arguments", "betas swapped", "nobody known; a usual slip",
    ),
    Fault(
        "weight_decay", "torchrl_impl/optim.py", "weight_decay=weight_decay", "weight_decay=1e-4", "adam",
        "Adam's arguments", "weight decay", "TorchRL's own DDPG script, and sfujim's DDPG, on purpose",
    ),
    Fault(
        "amsgrad", _OPTIM, _ROOT, "torch.maximum(square[k], state.square[k]).sqrt().div_(scale).add_(eps)", "adam",
        "adam", "a second moment that never shrinks", "Reddi et al. 2018, on purpose: AMSGrad",
    ),
    Fault(
        "first_correction_missing", _OPTIM, _SIZES, "size, scale = lr, (1 - beta2**step) ** 0.5", "adam",
        "adam", "no bias correction of the mean", "nobody known; a usual slip",
    ),
    Fault(
        "second_correction_missing", _OPTIM, _SIZES, "size, scale = lr / (1 - beta1**step), 1.0", "adam",
        "adam", "no bias correction of the square", "nobody known; a usual slip",
    ),
    Fault(
        "stale_step", _OPTIM, "state.step + 1", "max(state.step, 1)", "adam",
        "adam", "the step before's number", "nobody known; a usual slip",
    ),
    Fault(
        "step_never_counted", _OPTIM, "AdamState(mean, square, step)", "AdamState(mean, square, state.step)", "adam",
        "adam", "the step is not counted", "nobody known; a usual slip",
    ),
    Fault(
        "root_by_math_sqrt", _OPTIM, _SIZES,
        "import math\n\n    size, scale = lr / (1 - beta1**step), math.sqrt(1 - beta2**step)", "adam",
        "adam", "another root: one ulp at step 1270", "this reference, until a run in float64 showed it",
        {**FLOAT64, "updates_per_step": 5},
    ),
    Fault(
        "step_forgotten_on_load", "torchrl_impl/state.py", '"step": torch.tensor(float(state.step))',
        '"step": torch.tensor(0.0)', "adam",
        "loading Adam's state", "the step begins at zero", "nobody known; moments saved without the step", None,
    ),
    Fault(
        "adam_loaded_by_reference", "torchrl_impl/state.py", 'state.mean[name].clone()', "state.mean[name]", "adam",
        "loading Adam's state", "shares the caller's tensors", "TorchRL's replay buffers before #3966", None,
    ),
    Fault(
        "critic_steps_at_the_actors_rate", _REFERENCE, "state.critic_adam, config.critic_lr,",
        "state.critic_adam, config.actor_lr,", "update",
        "update, the critic's step", "the actor's rate", "nobody known; a usual slip", {"actor_lr": 1e-4},
    ),
    Fault(
        "rates_swapped", _TORCHRL, "parts.adam(loss.actor_network_params, config.actor_lr)",
        "parts.adam(loss.actor_network_params, config.critic_lr)", "update",
        "init_networks, the actor's optimiser", "the critic's rate", "nobody known; a usual slip", {"actor_lr": 1e-4},
    ),
    Fault(
        "one_step_count_for_both", _REFERENCE, _ADAM_OF_ACTOR,
        "parts.adam(state.actor, grads, state.actor_adam._replace(step=critic_adam.step), config.actor_lr)", "update",
        "update, the actor's Adam", "counts the critic's steps too", "nobody known; one optimiser's state for two",
    ),
    Fault(
        "optimiser_made_anew", _REFERENCE, _ADAM_OF_ACTOR,
        "parts.adam(state.actor, grads, optim.init_adam(state.actor), config.actor_lr)", "update",
        "update, the actor's Adam", "begins afresh at every update", "nobody known; the optimiser made inside the loop",
    ),
    Fault(
        "clipped_tensor_by_tensor", _OPTIM,
        "return {name: grad * scale for name, grad in grads.items()}, norm",
        "return {\n"
        "        name: grad * (max_norm / (torch.linalg.vector_norm(grad) + 1e-6)).clamp(max=1.0)\n"
        "        for name, grad in grads.items()\n"
        "    }, norm",
        "clipping", "clip_by_global_norm", "each tensor by its own norm",
        "nobody known; Keras has both as clipnorm and global_clipnorm",
    ),
    Fault(
        "clipped_by_value", "torchrl_impl/optim.py", "    return clip_grad_norm_(parameters, max_norm)\n",
        "    norm = get_total_norm([parameter.grad for parameter in parameters])\n"
        "    torch.nn.utils.clip_grad_value_(parameters, max_norm)\n"
        "    return norm\n",
        "clipping", "clip_by_global_norm_", "by value", "nobody known; the neighbour in torch.nn.utils",
        {"grad_clip_norm": 0.01},
    ),
    Fault(
        "largest_element_for_norm", "torchrl_impl/optim.py", "clip_grad_norm_(parameters, max_norm)",
        'clip_grad_norm_(parameters, max_norm, norm_type="inf")', "clipping",
        "clip_by_global_norm_", "the largest element for the norm", "nobody known; a usual slip",
    ),
    Fault(
        "no_guard_against_zero", _OPTIM, "(norm + 1e-6)", "norm", "clipping",
        "clip_by_global_norm", "no 1e-6 in the divisor", "whoever writes clipping from the paper",
    ),
    Fault(
        "short_gradients_lengthened", _OPTIM, ".clamp(max=1.0)", "", "clipping",
        "clip_by_global_norm", "short gradients are made longer", "nobody known; normalising for clipping",
    ),
    Fault(
        "norm_told_after_clipping", _OPTIM, "for name, grad in grads.items()}, norm",
        "for name, grad in grads.items()}, norm * scale", "clipping",
        "clip_by_global_norm", "the norm is that after clipping", "nobody known; a usual slip",
        {"grad_clip_norm": 0.01},
    ),
    Fault(
        "step_before_clipping", _TORCHRL,
        _CLIPPED + "    learner.critic_adam.step()\n",
        "    learner.critic_adam.step()\n" + _CLIPPED,
        "update", "update_, the critic's step", "before its gradient is clipped", "nobody known; a usual slip",
        {"grad_clip_norm": 0.01},
    ),
    Fault(
        "other_network_clipped", _TORCHRL,
        "actor_norm = clip_by_global_norm_(learner.loss.actor_network_params,",
        "actor_norm = clip_by_global_norm_(critic_params(learner.loss),", "update",
        "update_, the actor's step", "the critic's gradient is clipped in its place", "nobody known; a line copied",
    ),
    Fault(
        "clipped_gradient_thrown_away", _REFERENCE, "grads, critic_norm = parts.clip",
        "_, critic_norm = parts.clip", "update",
        "update, the critic's step", "on the gradient as it was before clipping", "nobody known; a usual slip",
        {"grad_clip_norm": 0.01},
    ),
)  # fmt: skip
