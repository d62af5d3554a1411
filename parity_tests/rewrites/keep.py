"""Rewrites that keep every bit of a run on this library: the same roundings in the same order."""

from parity_tests.rewrites.rewrite import Rewrite

KEEP = (
    Rewrite(
        "sum_over_n", "a mean as a sum over n", "reference/losses.py",
        "        return x.mean()",
        "        return x.sum() / len(x)",
        "torch's mean is its sum, divided once",
    ),
    Rewrite(
        "minus_the_mean", "the mean of -Q as minus the mean of Q", "reference/losses.py",
        "    return mean(-value, weight)",
        "    return -mean(value, weight)",
        "a sign is a bit of its own: rounding does not look at it",
    ),
    Rewrite(
        "columns", "columns [B, 1] in place of vectors [B]", "reference/losses.py",
        "    errors = td_cost(value, target.expand_as(value), kind)",
        "    errors = td_cost(value.unsqueeze(-1), target.expand_as(value).unsqueeze(-1), kind).squeeze(-1)",
        "the same numbers in the same places of memory",
    ),
    Rewrite(
        "product_with_itself", "a square as a product", "reference/losses.py",
        "            return (value - target).square()",
        "            return (value - target) * (value - target)",
        "forward it is one product; backward 2 e is e + e, which is exact",
    ),
    Rewrite(
        "mse_loss", "a square of a difference as `F.mse_loss`", "reference/losses.py",
        "            return (value - target).square()",
        '            return F.mse_loss(value, target, reduction="none")',
        "the same difference, squared once",
    ),
    Rewrite(
        "where_terminated", "(1 - d) Q' as a choice", "reference/targets.py",
        "    return (reward + gamma * bootstraps * next_value).detach()",
        "    return (reward + gamma * torch.where(terminated, 0.0, next_value)).detach()",
        "times one changes nothing, and times zero is zero",
    ),
    Rewrite(
        "discount_last", "gamma ((1 - d) Q') for (gamma (1 - d)) Q'", "reference/targets.py",
        "    return (reward + gamma * bootstraps * next_value).detach()",
        "    return (reward + gamma * (bootstraps * next_value)).detach()",
        "1 - d is 0 or 1, whose products are exact",
    ),
    Rewrite(
        "index_by_brackets", "`column[index]` for `index_select`", "reference/replay.py",
        "    return Batch(*(torch.index_select(column, 0, index) for column in replay.rows))",
        "    return Batch(*(column[index] for column in replay.rows))",
        "copies are copies",
    ),
    Rewrite(
        "gradient_by_func", "`torch.func.grad_and_value` for `autograd.grad`", "reference/optim.py",
        "    leaves = {name: value.detach().requires_grad_() for name, value in params.items()}\n"
        "    value, extra = loss(leaves)\n"
        "    found = torch.autograd.grad(value, list(leaves.values()))\n",
        "    grads, (value, extra) = torch.func.grad_and_value(loss, has_aux=True)(dict(params))\n"
        "    leaves, found = params, [grads[name] for name in params]\n",
        "the same derivatives are called in the same order",
    ),
    Rewrite(
        "clip_by_dividing_the_bound", "the clipping factor by `torch.minimum`", "reference/optim.py",
        "    scale = (max_norm / (norm + 1e-6)).clamp(max=1.0)",
        "    scale = torch.minimum(max_norm / (norm + 1e-6), torch.ones_like(norm))",
        "the smaller of two numbers is one of them",
    ),
    Rewrite(
        "second_moment_in_one_line", "the second moment by a product and a sum", "reference/optim.py",
        "    square = {k: (state.square[k] * beta2).addcmul_(grads[k], grads[k], value=1 - beta2) for k in params}",
        "    square = {k: torch.addcmul(state.square[k] * beta2, grads[k], grads[k], value=1 - beta2) for k in params}",
        "in place or not is no matter of rounding",
    ),
    Rewrite(
        "roots_of_the_correction", "Adam's correction by `math.pow`", "reference/optim.py",
        "(1 - beta2**step) ** 0.5",
        '__import__("math").pow(1 - __import__("math").pow(beta2, step), 0.5)',
        "Python's ** on floats is the C library's pow",
    ),
    Rewrite(
        "width_of_the_box", "(h - l) / 2 as (h - l) 0.5", "reference/networks.py",
        "    scale, bias = (space.high - space.low) / 2, (space.high + space.low) / 2",
        "    scale, bias = (space.high - space.low) * 0.5, (space.high + space.low) * 0.5",
        "half of a number is exact",
    ),
)  # fmt: skip
