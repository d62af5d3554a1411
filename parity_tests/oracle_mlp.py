"""The oracle's multilayer perceptron, forward and backward; equation numbers are those of `../docs/derivation.md`."""

import numpy as np
from numpy import ndarray

Params = dict[str, ndarray]
"""One network, keyed as `reference.state.Params`: "0.weight", "0.bias", "2.weight", ..."""


def forward(params: Params, x: ndarray) -> tuple[ndarray, list[ndarray]]:
    """Equation 1: the output [B, out] for x [B, in], and what each layer read: x, then each hidden layer's units."""
    read = [x]
    *hidden, last = _layers(params)
    for name in hidden:
        read.append(np.maximum(0.0, _linear(params, name, read[-1])))
    return _linear(params, last, read[-1]), read


def backward(params: Params, read: list[ndarray], output_gradient: ndarray) -> tuple[Params, ndarray]:
    """The derivative by each parameter, and by the input [B, in], of a loss whose derivative by the output is given.

    Takes what `forward` says each layer read, and `output_gradient` [B, out].
    """
    gradient: Params = {}
    z_gradient = output_gradient
    for name, x in reversed(list(zip(_layers(params), read, strict=True))):
        gradient[f"{name}.weight"] = z_gradient.T @ x  # equation 7
        gradient[f"{name}.bias"] = z_gradient.sum(axis=0)
        x_gradient = z_gradient @ params[f"{name}.weight"]
        z_gradient = x_gradient * (x > 0)  # equation 8; below the first layer there is no ReLU, and no use for it
    return {name: gradient[name] for name in params}, x_gradient


def _linear(params: Params, name: int, x: ndarray) -> ndarray:
    return x @ params[f"{name}.weight"].T + params[f"{name}.bias"]


def _layers(params: Params) -> range:
    """The layers' names, lowest first: even numbers, since the activations between them count too."""
    return range(0, len(params), 2)
