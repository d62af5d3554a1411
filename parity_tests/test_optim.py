"""Rung: Adam."""

import pytest
import torch
from tensordict import TensorDict
from tensordict.nn import TensorDictParams

from parity_tests.assertions import assert_same_bits, unchanged
from reference.optim import adam, init_adam
from reference.state import AdamState
from torchrl_impl.optim import adam as torchrl_adam
from torchrl_impl.state import adam_state_of, load_adam_state_, params_of

RUNG = "adam"

SHAPES = {"0.weight": (17, 5), "0.bias": (17,), "2.weight": (1, 17), "2.bias": (1,)}
LR = 2e-3

each_dtype = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["f32", "f64"])
each_start = pytest.mark.parametrize("step", [0, 7], ids=["fresh", "from_step_7"])


def stream():
    return torch.Generator().manual_seed(8)


def normal(generator, dtype, scale=1.0):
    return {name: scale * torch.randn(shape, generator=generator, dtype=dtype) for name, shape in SHAPES.items()}


def start(generator, dtype, step):
    """Parameters, and Adam's memory of the steps before."""
    params = normal(generator, dtype)
    if step == 0:
        return params, init_adam(params)
    square = {name: value.square() for name, value in normal(generator, dtype, 0.1).items()}
    return params, AdamState(normal(generator, dtype, 0.1), square, step)


class Theirs:
    """`torch.optim.Adam` on a network of TorchRL's form."""

    def __init__(self, params, state):
        nested = {tuple(name.split(".")): value.clone() for name, value in params.items()}
        self.network = TensorDictParams(TensorDict(nested).unflatten_keys("."))
        self.optimizer = torchrl_adam(self.network, LR)
        if state.step > 0:
            load_adam_state_(self.optimizer, self.network, state)

    def step_(self, grads):
        for key, parameter in self.network.items(True, True):
            parameter.grad = grads[".".join(key)].clone()
        self.optimizer.step()

    def state(self):
        return {"params": params_of(self.network), "adam": adam_state_of(self.optimizer, self.network)}


def compare(params, state, each_grads):
    """Steps both sides through the same gradients, and compares them after each."""
    theirs = Theirs(params, state)
    for number, grads in enumerate(each_grads, start=1):
        with unchanged("input", params, grads, state):
            new, new_state = adam(params, grads, state, LR)
        theirs.step_(grads)
        params, state = new, new_state
        assert_same_bits(f"after {number}", {"params": params, "adam": state}, theirs.state())


@each_start
@each_dtype
def test_one_step_is_torchs(dtype, step):
    generator = stream()
    compare(*start(generator, dtype, step), [normal(generator, dtype)])


@each_start
@each_dtype
def test_fifty_steps_are_torchs(dtype, step):
    generator = stream()
    compare(*start(generator, dtype, step), [normal(generator, dtype, 0.5**k) for k in range(50)])


@pytest.mark.parametrize("step", [1269, 2581, 3068])
@each_dtype
def test_the_root_of_the_second_correction_is_torchs(dtype, step):
    # Of these steps math.sqrt gives another last bit than the power 0.5. Parameters of zero show the whole step.
    generator = stream()
    params, state = start(generator, dtype, step)
    compare({name: torch.zeros_like(value) for name, value in params.items()}, state, [normal(generator, dtype)])


EXTREMES = {"zero": 0.0, "tiny": 1e-30, "huge": 1e10}


@pytest.mark.parametrize("scale", EXTREMES.values(), ids=EXTREMES.keys())
@each_start
@each_dtype
def test_extreme_gradients_are_stepped_as_by_torch(dtype, step, scale):
    generator = stream()
    compare(*start(generator, dtype, step), [normal(generator, dtype, scale) for _ in range(3)])


@each_dtype
def test_the_memory_before_the_first_step_is_torchs(dtype):
    params = normal(stream(), dtype)
    ours = init_adam(params)
    assert_same_bits("adam", ours, Theirs(params, ours).state()["adam"])


@each_dtype
def test_a_loaded_memory_is_a_copy(dtype):
    generator = stream()
    params, state = start(generator, dtype, 7)
    with unchanged("memory it was loaded from", state):
        Theirs(params, state).step_(normal(generator, dtype))


def path(grads, lr):
    """Where one parameter that starts at 1 stands after each step."""
    params = {"x": torch.tensor([1.0], dtype=torch.float64)}
    state, found = init_adam(params), []
    for value in grads:
        params, state = adam(params, {"x": torch.tensor([value], dtype=torch.float64)}, state, lr)
        found.append(f"{params['x'].item():.10f}")
    return found


def test_the_first_step_is_the_rate_whatever_the_gradient():
    # by hand: 1 - 0.1 g / (|g| + 1e-8), since both moments, corrected, are g and g^2
    assert path([2.0], lr=0.1) == ["0.9000000005"]
    assert path([-50.0], lr=0.1) == ["1.1000000000"]


def test_epsilon_is_added_to_the_corrected_root():
    assert path([1e-8], lr=0.1) == ["0.9500000000"]  # by hand: 1 - 0.1 * 1e-8 / (1e-8 + 1e-8)


def test_a_constant_gradient_steps_by_the_same_amount():
    assert path([2.0, 2.0], lr=0.1) == ["0.9000000005", "0.8000000010"]  # by hand: 1 - 2 * 0.1 * (1 - 5e-9)


def test_a_gradient_that_turns_meets_what_is_remembered():
    # by hand: mean (0.09 - 0.1) / 0.19 = -1/19, square 0.001999 / 0.001999 = 1, so 0.900000001 + 0.1 / 19.00000019
    assert path([1.0, -1.0], lr=0.1) == ["0.9000000010", "0.9052631588"]


def test_a_zero_gradient_at_first_moves_nothing():
    assert path([0.0], lr=0.1) == ["1.0000000000"]  # by hand: 0 / (0 + 1e-8)
