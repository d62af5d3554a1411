"""Gradients, their clipping, and Adam, as functions that return new parameters."""

from collections.abc import Callable

import torch
from torch import Tensor

from reference.state import AdamState, Params


def gradient(loss: Callable[[Params], tuple[Tensor, Tensor]], params: Params) -> tuple[Params, Tensor, Tensor]:
    r"""Gradient of a loss with respect to one network's parameters.

    .. math:: \nabla_\theta L(\theta)

    Mirror: `.backward()` on the loss, in torchrl_impl/update.py. `torch.func.grad_and_value` gives the same
    bits and is what `one_file.py` reads by; it takes half as long again.

    Args:
        loss: from parameters to (loss [], anything else worth keeping). What it closes over gets no gradient.
        params: the point; not changed, and not part of any graph.

    Returns:
        The gradient, keyed as `params`; the loss; what else `loss` returned; both detached.
    """
    leaves = {name: value.detach().requires_grad_() for name, value in params.items()}
    value, extra = loss(leaves)
    found = torch.autograd.grad(value, list(leaves.values()))
    # Gradients out of vmap are strided; a norm would sum them in another order than `.grad`'s.
    grads = {name: grad.contiguous() for name, grad in zip(leaves, found, strict=True)}
    return grads, value.detach(), extra.detach()


def clip_by_global_norm(grads: Params, max_norm: float | None) -> tuple[Params, Tensor]:
    r"""Scales a gradient down to a largest Euclidean norm over all its tensors together.

    .. math:: g \leftarrow g \, \min\left(1, \frac{c}{\lVert g \rVert + 10^{-6}}\right)

    Source: Pascanu et al. 2013, https://arxiv.org/abs/1211.5063; the 1e-6 is `torch.nn.utils.clip_grad_norm_`'s
    Mirror: torchrl_impl/optim.py, clip_by_global_norm_

    Args:
        grads: one network's gradient.
        max_norm: c; None leaves the gradient as it is.

    Returns:
        The clipped gradient, and its norm before clipping: [].
    """
    norm = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(grad) for grad in grads.values()]))
    if max_norm is None:
        return grads, norm
    scale = (max_norm / (norm + 1e-6)).clamp(max=1.0)
    return {name: grad * scale for name, grad in grads.items()}, norm


def init_adam(params: Params) -> AdamState:
    """Adam's memory before its first step."""
    zeros = {name: torch.zeros_like(value) for name, value in params.items()}
    return AdamState(mean=zeros, square=dict(zeros), step=0)


def adam(
    params: Params,
    grads: Params,
    state: AdamState,
    lr: float,
    weight_decay: float = 0.0,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> tuple[Params, AdamState]:
    r"""One step of Adam.

    .. math::
        m_t = m_{t-1} + (1 - \beta_1)(g_t - m_{t-1}), \quad v_t = \beta_2 v_{t-1} + (1 - \beta_2) g_t^2, \\
        \theta_t = \theta_{t-1} - \frac{\eta}{1 - \beta_1^t} \frac{m_t}{\sqrt{v_t} / \sqrt{1 - \beta_2^t} + \epsilon}

    Source: Kingma and Ba 2015, Algorithm 1, https://arxiv.org/abs/1412.6980, in the order of rounding of
        `torch.optim.Adam(foreach=False)`
    Mirror: torchrl_impl/optim.py, adam

    Args:
        params: theta; not changed.
        grads: g, keyed as `params`.
        state: m, v and t before the step; not changed.
        lr: eta.
        weight_decay: lambda of an L2 penalty, which adds lambda * theta to g. Adam then divides it by the root of v
            as it does g, unlike the decay of AdamW.
        betas: how much of m and of v stays from step to step.
        eps: epsilon, added outside the root.

    Returns:
        New parameters and the new state.
    """
    (beta1, beta2), step = betas, state.step + 1
    if weight_decay:
        grads = {k: grads[k].add(params[k], alpha=weight_decay) for k in params}
    mean = {k: torch.lerp(state.mean[k], grads[k], 1 - beta1) for k in params}
    # A trailing underscore writes into what the line itself has just made.
    square = {k: (state.square[k] * beta2).addcmul_(grads[k], grads[k], value=1 - beta2) for k in params}
    # The power 0.5, as torch takes it, is not always math.sqrt: at steps 1270, 2582, ... the last bit differs.
    size, scale = lr / (1 - beta1**step), (1 - beta2**step) ** 0.5
    new = {k: params[k].addcdiv(mean[k], square[k].sqrt().div_(scale).add_(eps), value=-size) for k in params}
    return new, AdamState(mean, square, step)
