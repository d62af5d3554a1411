r"""One update with its backward pass written out by hand: fast, and a second derivation of the gradients.

It computes what reference/update.py computes, and rounds otherwise: no graph, no gradient that nobody reads, nothing
allocated that was there before, one call of Adam for each network and one lerp for all targets. S agents of several
seeds are stacked and take their updates together; one agent is S = 1.
"""

import torch
from torch import Tensor

from reference.fused_layers import Activations, Layers, action_gradient_, backward_, forward_
from reference.fused_state import Ends, Fused, Trained
from reference.losses import Kind
from reference.noise import smoothing
from reference.state import Batch, Extra, UpdateMetrics
from reference.targets import discount, terminal


def update_(fused: Fused, indices: Tensor, batch: Batch, extra: Extra) -> UpdateMetrics:
    """One update on one batch for each of S agents; writes into `fused`.

    Source: Lillicrap et al. 2016, Algorithm 1, https://arxiv.org/abs/1509.02971; Fujimoto et al. 2018, Algorithm 1

    Args:
        fused: networks and Adam's moments.
        indices: [S, B]; for the record alone.
        batch: fields [S, B, ...].
        extra: as for `update`, each with a leading [S].

    Returns:
        What was computed on the way, each with a leading [S].
    """
    config = fused.config
    critic_loss, value, target = critic_gradient_(fused, batch, extra)
    critic_norm = clip_(fused.critic, fused.agents, config.grad_clip_norm)
    moves = (int(fused.critic.step) + 1) % config.policy_delay == 0
    if not moves:
        adam_(fused.critic, config.critic_lr, config.critic_weight_decay)
        none = torch.full_like(critic_loss, torch.nan)
        return UpdateMetrics(indices, target, value, critic_loss, critic_norm, none, none)
    if config.update_order == "simultaneous":
        actor_loss = actor_gradient_(fused, batch, extra)  # as the old critic sees it
    adam_(fused.critic, config.critic_lr, config.critic_weight_decay)
    if config.update_order == "sequential":
        actor_loss = actor_gradient_(fused, batch, extra)
    actor_norm = clip_(fused.actor, fused.agents, config.grad_clip_norm)
    adam_(fused.actor, config.actor_lr)
    fused.target.lerp_(fused.online, 1.0 - (1.0 - config.tau))  # as update.py rounds it
    return UpdateMetrics(indices, target, value, critic_loss, critic_norm, actor_loss, actor_norm)


def critic_gradient_(fused: Fused, batch: Batch, extra: Extra) -> tuple[Tensor, Tensor, Tensor]:
    r"""The gradient of the critics' loss, into `fused.critic.grads`.

    .. math:: y = r + \gamma (1 - d) \min_c Q_{\phi'_c}(s', a'), \quad
        L = \sum_c \frac{1}{B} \sum_i (Q_{\phi_c}(s_i, a_i) - y_i)^2, \quad
        \frac{\partial L}{\partial Q_c} = \frac{2}{B} (Q_c - y)

    Returns:
        Loss [S]; value [S, B], or [S, C, B] of stacked critics; target [S, B].
    """
    config, space, ends = fused.config, fused.space, fused.critic_ends
    action = policy_(fused, fused.actor.target.layers, fused.in_actor, batch.next_observation)
    if extra.draw is not None:
        action = smoothing(action, extra.draw, config.target_noise, config.target_noise_clip, space.low, space.high)
    read_(ends, batch.next_observation, action)
    forward_(fused.critic.target.layers, fused.in_critic)
    next_value = ends.value.squeeze(1) if config.critics is None else ends.value.amin(dim=1)
    gamma = discount(config.gamma, extra.steps, config.torch_dtype)
    ended = terminal(batch, config.truncation_is_terminal)
    target = torch.where(ended, batch.reward, batch.reward + gamma * next_value)

    read_(ends, batch.observation, batch.action)
    forward_(fused.critic.params.layers, fused.in_critic)
    value = ends.value.clone()
    cost, slope = td_cost_and_slope(value - target.unsqueeze(1), config.loss_function)
    share = shares(extra.weight, config.batch_size)
    torch.mul(slope, share, out=ends.delta)
    backward_(fused.critic.params.layers, fused.critic.grads.layers, fused.in_critic)
    return (cost * share).sum(dim=(1, 2)), value if config.critics is not None else value.squeeze(1), target


def actor_gradient_(fused: Fused, batch: Batch, extra: Extra) -> Tensor:
    r"""The gradient of the actor's loss, into `fused.actor.grads`; loss [S].

    .. math:: L = -\frac{1}{B} \sum_i Q_\phi(s_i, \mu_\theta(s_i)), \quad
        \frac{\partial L}{\partial Q} = -\frac{1}{B}, \quad
        \frac{\partial L}{\partial f} = \frac{\partial L}{\partial a} \odot \frac{h - l}{2} (1 - \tanh^2 f)

    The critic of an agent judges, or its first one, and gets no gradient.
    """
    ends, delta, tanh = fused.judge_ends, fused.in_actor.deltas[-1], fused.in_actor.outputs[-1]
    action = policy_(fused, fused.actor.params.layers, fused.in_actor, batch.observation)
    read_(ends, batch.observation, action)
    forward_(fused.judges, fused.in_judges)
    share = shares(extra.weight, fused.config.batch_size)
    loss = -(ends.value * share).sum(dim=(1, 2))
    ends.delta.zero_().sub_(share)
    action_gradient_(fused.judges, fused.in_judges, fused.config.action_layer - 1, delta)
    delta.mul_((1 - tanh.square()) * fused.scale)
    backward_(fused.actor.params.layers, fused.actor.grads.layers, fused.in_actor)
    return loss


def policy_(fused: Fused, layers: Layers, at: Activations, observation: Tensor) -> Tensor:
    r"""The actors' actions [S, B, A] on observations [S, B, O]; leaves tanh f in the last output.

    .. math:: \mu_\theta(s) = \frac{h - l}{2} \tanh f_\theta(s) + \frac{h + l}{2}
    """
    at.inputs[0].copy_(observation)
    return torch.addcmul(fused.middle, forward_(layers, at).tanh_(), fused.scale)


def read_(ends: Ends, observation: Tensor, action: Tensor) -> None:
    """Shows observations [S, B, O] and actions [S, B, A] to all critics of each agent."""
    ends.observation.copy_(observation.unsqueeze(1))
    ends.action.copy_(action.unsqueeze(1))


def td_cost_and_slope(error: Tensor, kind: Kind) -> tuple[Tensor, Tensor]:
    """What TD errors cost, and the derivative of that; `kind` as in losses.py."""
    match kind:
        case "l2":
            return error.square(), 2 * error
        case "l1":
            return error.abs(), error.sign()
        case "smooth_l1":
            return torch.where(error.abs() < 1, error.square() / 2, error.abs() - 0.5), error.clamp(-1, 1)


def shares(weight: Tensor | None, batch_size: int) -> float | Tensor:
    """What each row counts in a mean, to be multiplied with [S, C, B]: 1 / B, or its weight over their sum."""
    return 1 / batch_size if weight is None else (weight / weight.sum(dim=1, keepdim=True)).unsqueeze(1)


def clip_(network: Trained, agents: int, max_norm: float | None) -> Tensor:
    """Scales the gradients of those agents down whose norm is above `max_norm`; the norms before, [S]."""
    grads = network.grads.flat.view(agents, -1)
    norms = torch.linalg.vector_norm(grads, dim=1)
    for grad, norm in zip(grads, norms.tolist(), strict=True):
        if max_norm is not None and norm + 1e-6 > max_norm:
            grad.mul_(max_norm / (norm + 1e-6))
    return norms


def adam_(network: Trained, lr: float, weight_decay: float = 0.0) -> None:
    """One step of Adam on all of a network's parameters at once: what `torch.optim.Adam(fused=True)` calls."""
    network.step.add_(1)
    torch._fused_adam_(
        [network.params.flat], [network.grads.flat], [network.mean.flat], [network.square.flat], [], [network.step],
        lr=lr, beta1=0.9, beta2=0.999, weight_decay=weight_decay, eps=1e-8, amsgrad=False, maximize=False,
    )  # fmt: skip
