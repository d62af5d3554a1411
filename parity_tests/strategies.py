"""What the properties are tried on: any case, any action box, any network's worth of tensors.

Tensors come from a drawn seed, not element by element: a counterexample is then one line, which can be
pasted into `cases.CASES`.
"""

import numpy as np
import torch
from hypothesis import Phase, settings
from hypothesis import strategies as st

from parity_tests.cases import Case

DTYPES = {"float32": torch.float32, "float64": torch.float64}

dtypes = st.sampled_from(list(DTYPES))
taus = st.sampled_from([1e-3, 0.005, 0.5, 1.0])
seeds = st.integers(0, 2**16)
magnitudes = st.floats(-6, 6).map(lambda exponent: 10.0**exponent)
powers_of_two = st.integers(-8, 8).map(lambda exponent: 2.0**exponent)  # times which nothing is rounded


def examples(count: int) -> settings:
    """So many examples, the same in every run of the same source, however slow.

    A counterexample is shown as it was found: it is one line, and making it smaller takes longer than finding it.
    """
    return settings(
        max_examples=count,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        report_multiple_bugs=False,
    )


@st.composite
def boxes(draw, size: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Lower and upper bounds of `size` actions, narrow or wide, as float32 numbers."""
    low = draw(st.lists(st.floats(-100, 100, width=32), min_size=size, max_size=size))
    width = draw(st.lists(st.floats(2**-10, 100, width=32), min_size=size, max_size=size))
    # plus 0.0: which of 0.0 and -0.0 a clamp answers with depends on the vector unit, and no environment has a -0.0
    return tuple(at + 0.0 for at in low), tuple(
        float(np.float32(at + by)) + 0.0 for at, by in zip(low, width, strict=True)
    )


@st.composite
def cases(draw, **fields: st.SearchStrategy) -> Case:
    """Any case; `fields` narrows it."""
    low, high = draw(boxes(draw(st.integers(1, 8))))
    strategies = {
        "dtype": dtypes,
        "batch_size": st.integers(1, 300),
        "flags": st.sampled_from(["none", "terminated", "truncated", "both", "mixed", "random"]),
        "reward_scale": magnitudes,
        "gamma": st.floats(0, 1),
        "grad_clip_norm": st.none() | st.sampled_from([1e-3, 1.0, 10.0]),
        "tau": taus,
        "truncation_is_terminal": st.booleans(),
        "observation_size": st.integers(1, 12),
        "hidden_sizes": st.lists(st.integers(1, 40), min_size=1, max_size=3).map(tuple),
        "seed": seeds,
        **fields,
    }
    drawn = {name: draw(strategy) for name, strategy in strategies.items()}
    return Case(action_size=len(low), low=low, high=high, **drawn)


@st.composite
def tensors(draw, dtype: str) -> dict[str, torch.Tensor]:
    """A network's worth of normal numbers of one magnitude, whose tensors have any number of elements."""
    sizes = draw(st.lists(st.integers(1, 300), min_size=1, max_size=6))
    generator, scale = torch.Generator().manual_seed(draw(seeds)), draw(magnitudes)
    values = (scale * torch.randn(size, generator=generator, dtype=DTYPES[dtype]) for size in sizes)
    return {f"{number}.weight": value for number, value in enumerate(values)}
