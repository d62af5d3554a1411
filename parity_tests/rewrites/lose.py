"""Rewrites that lose a bit sooner or later, each of them correct mathematics."""

from parity_tests.rewrites.rewrite import Rewrite

_LERP = "    return {name: torch.lerp(target[name], online[name], tau) for name in target}"
_MEAN = "    mean = {k: torch.lerp(state.mean[k], grads[k], 1 - beta1) for k in params}"
_NEW = "    new = {k: params[k].addcdiv(mean[k], square[k].sqrt().div_(scale).add_(eps), value=-size) for k in params}"
_LINEAR = '        x = F.linear(x, params[f"{layer}.weight"], params[f"{layer}.bias"])'

LOSE = (
    Rewrite(
        "polyak_of_two_products", "tau theta + (1 - tau) theta' for a lerp", "reference/soft_update.py", _LERP,
        "    return {name: tau * online[name] + (1 - tau) * target[name] for name in target}",
        "two products are rounded, where the lerp rounds one",
    ),
    Rewrite(
        "polyak_in_place", "theta' times (1 - tau), then plus tau theta", "reference/soft_update.py", _LERP,
        "    return {name: (target[name] * (1 - tau)).add_(online[name], alpha=tau) for name in target}",
        "the first product is rounded; the second may be fused with the sum",
    ),
    Rewrite(
        "polyak_by_difference", "theta' + tau (theta - theta') without lerp", "reference/soft_update.py", _LERP,
        "    return {name: target[name] + tau * (online[name] - target[name]) for name in target}",
        "the formula that lerp is documented by, whose kernel fuses product and sum and so rounds once less",
    ),
    Rewrite(
        "textbook_first_moment", "beta m + (1 - beta) g for a lerp", "reference/optim.py", _MEAN,
        "    mean = {k: beta1 * state.mean[k] + (1 - beta1) * grads[k] for k in params}",
        "as above: Adam's paper writes it so",
    ),
    Rewrite(
        "textbook_adam", "m-hat and v-hat for corrected step sizes", "reference/optim.py", _NEW,
        "    hats = {k: (mean[k] / (1 - beta1**step), square[k] / (1 - beta2**step)) for k in params}\n"
        "    new = {k: params[k] - lr * hats[k][0] / (hats[k][1].sqrt() + eps) for k in params}",
        "moments are divided element by element, where torch corrects two numbers",
    ),
    Rewrite(
        "epsilon_before_the_correction", "TensorFlow's Adam: epsilon beside the uncorrected root", "reference/optim.py",
        _NEW,
        "    new = {k: params[k].addcdiv(mean[k], square[k].sqrt().add_(eps * scale), value=-size * scale) "
        "for k in params}",
        "the same number by other steps, with epsilon scaled to match",
    ),
    Rewrite(
        "root_by_math", "`math.sqrt` for the power 0.5", "reference/optim.py",
        "(1 - beta2**step) ** 0.5",
        '__import__("math").sqrt(1 - beta2**step)',
        "pow(x, 0.5) and sqrt(x) differ in the last bit at some steps, 1270 the first; float32 rounds that away",
        {"dtype": "float64"},
    ),
    Rewrite(
        "product_then_bias", "x @ W.T + b for `F.linear`", "reference/networks.py", _LINEAR,
        '        x = x @ params[f"{layer}.weight"].mT + params[f"{layer}.bias"]',
        "`F.linear` gives the bias to the product's kernel, which may begin with it; with 64 units it kept every bit",
    ),
    Rewrite(
        "clamp_at_zero", "a ReLU as a clamp", "reference/networks.py",
        "        x = F.relu(x)",
        "        x = torch.clamp(x, min=0.0)",
        "it rounds nothing, but where a sum is exactly 0 its derivative is 1, and ReLU's is 0",
        {"seed": 0, "start_steps": 2_000},  # a run that is known to meet such a sum
    ),
    Rewrite(
        "sorted_batch", "the batch sorted by row of replay", "reference/replay.py",
        "    index = indices(generator, replay.size, batch_size)",
        "    index = indices(generator, replay.size, batch_size).sort().values",
        "sums over a batch go in another order",
    ),
    Rewrite(
        "batch_backwards", "the critic reads the batch from its last row on", "reference/update.py",
        "        value = critic(phi, batch.observation, batch.action)\n        return parts.critic_loss",
        "        value = critic(phi, batch.observation.flip(0), batch.action.flip(0)).flip(0)\n"
        "        return parts.critic_loss",
        "every value stays; their gradients are added up in another order",
    ),
    Rewrite(
        "action_first", "the critic reads [a, s] for [s, a], its weights' columns swapped to match",
        "reference/networks.py",
        "            x = torch.cat([x, action], dim=-1)\n" + _LINEAR,
        "            a = action.shape[-1]\n"
        '            weight = params[f"{layer}.weight"]\n'
        "            weight = torch.cat([weight[..., -a:], weight[..., :-a]], dim=-1)\n"
        '            x = F.linear(torch.cat([action, x], dim=-1), weight, params[f"{layer}.bias"])\n'
        "        else:\n"
        '            x = F.linear(x, params[f"{layer}.weight"], params[f"{layer}.bias"])',
        "a product adds its terms in the order of the columns",
    ),
    Rewrite(
        "norm_of_all_at_once", "the norm over one long vector for the norm of norms", "reference/optim.py",
        "    norm = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(grad) for grad in grads.values()]))",
        "    norm = torch.linalg.vector_norm(torch.cat([grad.reshape(-1) for grad in grads.values()]))",
        "squares are added in another order",
    ),
    Rewrite(
        "two_half_batches", "the mean over a batch as the mean of two halves' means", "reference/losses.py",
        "        return x.mean()",
        "        return (x[: len(x) // 2].mean() + x[len(x) // 2 :].mean()) / 2",
        "the loss is added up in another order; its gradient, 1/B a row, is not",
    ),
    Rewrite(
        "tau_itself", "tau for 1 - (1 - tau)", "reference/update.py",
        "    tau = 1.0 - (1.0 - config.tau)",
        "    tau = config.tau",
        "TorchRL keeps 1 - tau; in float32 both round to one number, in float64 they do not",
        {"dtype": "float64"},
    ),
)  # fmt: skip
