r"""Forward and backward passes through a multilayer perceptron, written out, into memory that is there already.

Notation: x is what a layer reads, z what its linear part puts out, n a LayerNorm's normalised z, and for a loss L
:math:`\delta = \partial L / \partial z`. N networks are stacked and read B rows each: each product is N products.
docs/derivation.md derives every line.
"""

from typing import NamedTuple

import torch
from torch import Tensor

EPSILON = 1e-5
"""Added to a LayerNorm's variance, as `torch.nn.functional.layer_norm` does."""


class Layer(NamedTuple):
    """A linear layer of N stacked networks and the LayerNorm behind it; or their gradients."""

    weight: Tensor  # [N, out, in]
    transposed: Tensor  # [N, in, out]; the same memory, since making a view costs as much as adding two numbers
    bias: Tensor  # [N, 1, out]
    gain: Tensor | None = None  # [N, 1, out]; None: there is no LayerNorm
    shift: Tensor | None = None  # [N, 1, out]


Layers = tuple[Layer, ...]


class Activations(NamedTuple):
    """What a forward pass leaves for the backward pass, and room for that; a tensor for each layer."""

    inputs: tuple[Tensor, ...]  # x, [N, B, in]; where the action joins, it has the last columns
    outputs: tuple[Tensor, ...]  # z, then max(0, .), [N, B, out]; the first columns of the next layer's input
    deltas: tuple[Tensor, ...]  # delta, [N, B, out]
    transposed: tuple[Tensor, ...]  # the same memory, [N, out, B]
    normal: tuple[Tensor, ...]  # n, [N, B, out]; empty without LayerNorm
    inverse: tuple[Tensor, ...]  # one over the standard deviation, [N, B, 1]


def init_activations(layers: Layers, rows: int) -> Activations:
    """Room for the passes of `rows` rows through N networks."""

    def room(columns: int) -> Tensor:
        return layers[0].weight.new_zeros(len(layers[0].weight), rows, columns)

    widths = [layer.weight.shape[1] for layer in layers]
    inputs = tuple(room(layer.weight.shape[2]) for layer in layers)
    # A hidden layer writes where the next one reads, so that nothing is copied.
    outputs = (*(x[..., :width] for x, width in zip(inputs[1:], widths, strict=False)), room(widths[-1]))
    normal = tuple(room(0 if layer.gain is None else layer.weight.shape[1]) for layer in layers)
    inverse = tuple(room(0 if layer.gain is None else 1) for layer in layers)
    deltas = tuple(map(room, widths))
    return Activations(inputs, outputs, deltas, tuple(delta.mT for delta in deltas), normal, inverse)


def forward_(layers: Layers, at: Activations) -> Tensor:
    r"""The networks' answers [N, B, out] to what stands in their inputs.

    .. math:: z_l = x_l W_l^\top + b_l, \quad x_{l+1} = \max(0, N(z_l)), \quad \text{the last without } \max, N
    """
    last = len(layers) - 1
    for k, layer in enumerate(layers):
        torch.baddbmm(layer.bias, at.inputs[k], layer.transposed, out=at.outputs[k])
        if k < last:
            normalise_(layer, at, k)
            at.outputs[k].relu_()
    return at.outputs[last]


def backward_(layers: Layers, grads: Layers, at: Activations) -> None:
    r"""The gradient of a loss with respect to every parameter, into `grads`.

    .. math:: \frac{\partial L}{\partial W_l} = \delta_l^\top x_l, \quad \frac{\partial L}{\partial b_l} =
        \sum_B \delta_l

    Args:
        layers: the networks.
        grads: written to.
        at: as `forward_` left it, with the last layer's delta in `deltas[-1]`; its outputs are used up.
    """
    for k in reversed(range(len(layers))):
        torch.bmm(at.transposed[k], at.inputs[k], out=grads[k].weight)
        torch.sum(at.deltas[k], dim=1, keepdim=True, out=grads[k].bias)
        if k > 0:
            pass_back_(layers, at, k)
            normalise_backward_(layers[k - 1], grads[k - 1], at, k - 1)


def action_gradient_(layers: Layers, at: Activations, action_layer: int, gradient: Tensor) -> None:
    r"""The gradient of a loss with respect to the action alone: no parameter's is computed.

    .. math:: \frac{\partial L}{\partial a} = \delta_j W_j^{(a)}

    Args:
        layers: the networks.
        at: as for `backward_`.
        action_layer: j, the layer that the action enters at, from 0; its last columns of weights meet the action.
        gradient: [N, B, A], written to.
    """
    for k in reversed(range(action_layer + 1, len(layers))):
        pass_back_(layers, at, k)
        normalise_backward_(layers[k - 1], None, at, k - 1)
    weight = layers[action_layer].weight[..., -gradient.shape[-1] :]
    torch.bmm(at.deltas[action_layer], weight, out=gradient)


def pass_back_(layers: Layers, at: Activations, k: int) -> None:
    r"""The gradient one layer down: through layer k's weights and the ReLU in front of them.

    .. math:: \delta_{k-1} = \delta_k W_k \odot [x_k > 0]

    The ReLU's derivative is 1 where its value is positive and else 0, which is the value's sign.
    """
    delta, value = at.deltas[k - 1], at.outputs[k - 1]
    torch.bmm(at.deltas[k], layers[k].weight[..., : delta.shape[-1]], out=delta)
    delta.mul_(value.sign_())


def normalise_(layer: Layer, at: Activations, k: int) -> None:
    r"""LayerNorm in place, where there is one.

    .. math:: n = \frac{z - \bar z}{\sqrt{\mathrm{var}(z) + 10^{-5}}}, \quad N(z) = g \odot n + c

    Source: Ba et al. 2016, https://arxiv.org/abs/1607.06450
    """
    if layer.gain is None or layer.shift is None:
        return
    z, n, inverse = at.outputs[k], at.normal[k], at.inverse[k]
    torch.sub(z, z.mean(dim=-1, keepdim=True), out=n)
    torch.rsqrt(n.square().mean(dim=-1, keepdim=True) + EPSILON, out=inverse)
    n.mul_(inverse)
    torch.addcmul(layer.shift, layer.gain, n, out=z)


def normalise_backward_(layer: Layer, grads: Layer | None, at: Activations, k: int) -> None:
    r"""Back through a LayerNorm, where there is one: `deltas[k]` comes as the gradient of g n + c, and leaves as z's.

    .. math:: \frac{\partial L}{\partial g} = \sum_B e \odot n, \quad \frac{\partial L}{\partial c} = \sum_B e, \quad
        h = g \odot e, \quad \delta = \frac{h - \bar h - n \, \overline{h \odot n}}{\sqrt{\mathrm{var}(z) + 10^{-5}}}
    """
    if layer.gain is None:
        return
    e, n = at.deltas[k], at.normal[k]
    if grads is not None:
        torch.sum(e * n, dim=1, keepdim=True, out=grads.gain)
        torch.sum(e, dim=1, keepdim=True, out=grads.shift)
    h = e.mul_(layer.gain)
    along_n = (h * n).mean(dim=-1, keepdim=True)
    h.sub_(h.mean(dim=-1, keepdim=True)).addcmul_(n, along_n, value=-1).mul_(at.inverse[k])
