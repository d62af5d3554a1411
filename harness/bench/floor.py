r"""The floor: the matrix products between hidden layers that no update can do without, and nothing else.

Between a hidden layer of V units and the next, of W, a network has one product of B x V and V x W on the way there,
and on the way back one for the gradient of the weights and one for that of what came in. An update of DDPG or TD3
with C critics, whose actor moves at every k-th update, needs of each

.. math:: n = \underbrace{1}_{\mu'} + \underbrace{C}_{Q'} + \underbrace{C + 2C}_{Q,\ \text{there and back}}
    + \frac{1}{k} \Big( \underbrace{1 + 2}_{\mu,\ \text{there and back}}
    + \underbrace{1 + 1}_{Q_1,\ \text{its inputs' gradient}} \Big) = 1 + 4C + \frac{5}{k}

which is 10 for DDPG and 11.5 for TD3. Input and output layers, biases, ReLUs, Adam and targets count as nothing, and
so do the products' different layouts: each is timed as the plain one, into memory that is there.
"""

from collections.abc import Callable
from itertools import pairwise

import torch

from reference.config import Config


def products_per_update(config: Config) -> float:
    """n: how often each product of two neighbouring hidden layers is due in an update, on average."""
    return 1 + 4 * (config.critics or 1) + 5 / config.policy_delay


def floor_updates(config: Config) -> Callable[[int], None]:
    """A function that does the products of so many updates.

    Raises:
        ValueError: there is one hidden layer, and so no product to count.
    """
    if len(config.hidden_sizes) < 2:
        raise ValueError(f"hidden_sizes must be two layers or more for a floor; got {config.hidden_sizes}.")
    operands = []
    for rows, columns in pairwise(config.hidden_sizes):
        sizes = (config.batch_size, rows), (rows, columns), (config.batch_size, columns)
        operands.append(tuple(torch.rand(size, dtype=config.torch_dtype) for size in sizes))
    each = products_per_update(config)

    def run(updates: int) -> None:
        for left, right, out in operands:
            for _ in range(round(each * updates)):
                torch.mm(left, right, out=out)

    return run
