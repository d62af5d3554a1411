"""`python -m parity_tests.studies.ou_table`: writes the tables of `docs/noise.md`.

Nothing in them is sampled. Noise is linear in its draws, so that its weights on them, which the reference's own
function gives when it is handed ones and zeros, say all that there is to know of it.
"""

import math
import sys
from pathlib import Path

import numpy as np
import torch

from parity_tests.studies.page import write_between_markers
from reference.config import Config
from reference.noise import ornstein_uhlenbeck

PAGE = Path("docs/noise.md")
EPISODE = 200
"""Steps of an episode of Pendulum-v1."""
PLACES = (1, 10, 100, 200)
SPANS = (1_000, 20_000, 1_000_000)
"""Of annealing, in steps."""


def process(dt):
    """The process with the paper's constants, and a step of this length."""
    return Config(noise="ornstein-uhlenbeck", ou_theta=0.15, ou_sigma=0.2, ou_dt=dt)


def constants(config):
    """What `ornstein_uhlenbeck` takes of a configuration."""
    return config.ou_theta, config.ou_sigma, config.ou_dt


def weights(config, steps):
    """How much the k-th draw weighs in the n-th value: [steps, steps], float64."""
    value, rows = torch.zeros(steps, dtype=torch.float64), []
    for draw in torch.eye(steps, dtype=torch.float64):
        value = ornstein_uhlenbeck(value, draw, *constants(config))
        rows.append(value)
    return torch.stack(rows)


def correlations(weight):
    """Of any two values: [steps, steps]."""
    unit = weight / weight.norm(dim=1, keepdim=True)
    return unit @ unit.T


def sign_changes(weight):
    """How often the sign changes from one value to the next, on average.

    Two normal numbers whose correlation is r differ in sign with probability arccos(r) / pi (Sheppard 1899).
    """
    return (correlations(weight).diagonal(1).arccos() / math.pi).sum().item()


def long_run(config):
    """Standard deviation that is come to in the end: each draw's share, added up as a geometric series."""
    keeps = 1 - config.ou_theta * config.ou_dt
    return config.ou_sigma * math.sqrt(config.ou_dt / (1 - keeps**2))


def column(weight, in_the_end, fades_in):
    """The figures of one kind of noise, as they are printed."""
    deviation = weight.norm(dim=1)
    return [
        *(f"{deviation[place - 1].item():.3f}" for place in PLACES),
        f"{in_the_end:.3f}",
        fades_in,
        f"{correlations(weight)[99, 199].item():.2f}",
        f"{sign_changes(weight):.1f}",
        f"{weight.mean(0).norm().item():.3f}",
    ]


def noise_table():
    """What each kind of noise does in an episode."""
    names = [f"standard deviation at step {place}" for place in PLACES]
    names += ["in the long run", "steps in which a value fades to 1/e", "correlation of steps 100 and 200"]
    names += ["changes of sign in 200 steps, on average", "standard deviation of an episode's mean"]
    slow, fast = process(0.01), process(1.0)
    columns = [column(0.1 * torch.eye(EPISODE, dtype=torch.float64), 0.1, "none")]
    for config in (slow, fast):
        fades_in = f"{-1 / math.log(1 - config.ou_theta * config.ou_dt):.1f}"
        columns.append(column(weights(config, EPISODE), long_run(config), fades_in))
    heading = ["in action units", "gaussian, 0.1", "Ornstein-Uhlenbeck, dt = 0.01", "dt = 1"]
    return _table(heading, zip(names, *columns, strict=True))


def annealed(span):
    """A float32 that comes down from 1 to 0.1 in so many steps, half way and at the end; in NumPy, for its speed."""
    scale, final = np.float32(1), np.float32(0.1)
    share, seen = (scale - final) / np.float32(span), []
    for step in range(1, span + 1):
        scale = max(final, scale - share)
        if step in (span // 2, span):
            seen.append(scale)
    return seen


def annealing_table():
    """Where annealing stands, against where it should."""
    rows = ([f"{span:,}", *(f"{scale:.7f}" for scale in annealed(span))] for span in SPANS)
    return _table(["steps from 1 to 0.1", "half way, where 0.55 is meant", "at the end, where 0.1 is meant"], rows)


def _table(heading, rows):
    lines = [heading, ["---", *["--:"] * (len(heading) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def text():
    """What stands between the page's markers."""
    return f"{noise_table()}\n\n{annealing_table()}"


def main(arguments):
    """Writes the tables; 2 on bad input."""
    if arguments or not PAGE.is_file():
        print(f"ou_table takes no arguments, and writes to {PAGE} of the repository's root.", file=sys.stderr)
        return 2
    write_between_markers(PAGE, text())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
