"""The oracle's networks of the variants: LayerNorm, and an action that enters late; every derivative by hand.

Each hidden layer computes, with [x, a] in place of x where the action enters,

    z = W x + b,    y = max(0, n),    n = z, or with LayerNorm n = g * h + c,  h = (z - mean(z)) / s,
                                                               s = sqrt(mean((z - mean(z))^2) + 1e-5)

(Ba et al. 2016, https://arxiv.org/abs/1607.06450; means are over the units of a row). A loss whose derivative by n
is d has, by g and c, the sums over rows of d * h and d. By z, through mean and s too, with e = g * d:

    (e - mean(e) - h * mean(e * h)) / s

since dh_i/dz_j = (delta_ij - 1/N - h_i h_j / N) / s.
"""

from typing import NamedTuple

import numpy as np
from numpy import ndarray

Params = dict[str, ndarray]
"""One network: weights "k.weight" [out, in] and biases "k.bias" of linear layers, gains and biases [out] of norms."""


class Layer(NamedTuple):
    """What one linear layer, and what stands behind it, saw on the way forward."""

    name: str  # of the linear layer
    norm: str | None  # of the LayerNorm behind it
    read: ndarray  # [B, in], the action at its end where it enters here
    action_size: int  # columns of it that are the action
    normed: ndarray | None  # [B, out]; h
    spread: ndarray | None  # [B, 1]; s
    open: ndarray | None  # [B, out], bool; where the ReLU passes; None: the last layer has none


def forward(params: Params, x: ndarray, action: ndarray | None = None, enters: int = 1) -> tuple[ndarray, list[Layer]]:
    """The output [B, out], and what each layer saw; the action, where there is one, enters layer `enters`, from 1."""
    seen: list[Layer] = []
    places = _places(params)
    for number, (name, norm) in enumerate(places, start=1):
        action_size = 0
        if action is not None and number == enters:
            x, action_size = np.hstack([x, action]), action.shape[1]
        z = x @ params[f"{name}.weight"].T + params[f"{name}.bias"]
        if number == len(places):
            return z, [*seen, Layer(name, None, x, action_size, None, None, None)]
        normed = spread = None
        if norm is not None:
            centred = z - z.mean(axis=1, keepdims=True)
            spread = np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-5)
            normed = centred / spread
            z = params[f"{norm}.weight"] * normed + params[f"{norm}.bias"]
        seen.append(Layer(name, norm, x, action_size, normed, spread, z > 0))
        x = np.maximum(0.0, z)
    raise ValueError("a network needs a layer")


def backward(params: Params, seen: list[Layer], output_gradient: ndarray) -> tuple[Params, ndarray | None]:
    """The derivative by each parameter, and by the action [B, A], of a loss whose derivative by the output is given."""
    gradient: Params = {}
    action_gradient, d = None, output_gradient
    for layer in reversed(seen):
        if layer.open is not None:
            d = d * layer.open
        if layer.norm is not None:
            gradient[f"{layer.norm}.weight"] = (d * layer.normed).sum(axis=0)
            gradient[f"{layer.norm}.bias"] = d.sum(axis=0)
            d = _before_norm(d * params[f"{layer.norm}.weight"], layer)
        gradient[f"{layer.name}.weight"] = d.T @ layer.read
        gradient[f"{layer.name}.bias"] = d.sum(axis=0)
        d = d @ params[f"{layer.name}.weight"]
        if layer.action_size:
            d, action_gradient = d[:, : -layer.action_size], d[:, -layer.action_size :]
    return {name: gradient[name] for name in params}, action_gradient


def _before_norm(e: ndarray, layer: Layer) -> ndarray:
    along = (e * layer.normed).mean(axis=1, keepdims=True)
    return (e - e.mean(axis=1, keepdims=True) - layer.normed * along) / layer.spread


def _places(params: Params) -> list[tuple[str, str | None]]:
    """Each linear layer with the LayerNorm behind it, lowest first: a norm's gain has one dimension."""
    found: list[tuple[str, str | None]] = []
    for key, value in params.items():
        name, kind = key.split(".")
        if kind == "weight" and value.ndim == 2:
            found.append((name, None))
        elif kind == "weight":
            found[-1] = (found[-1][0], name)
    return found
