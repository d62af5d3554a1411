"""`ReferenceAdam` in the place of `torch.optim.Adam`: the same bits, states and errors."""

import copy
import re
from unittest.mock import patch

import pytest
import torch
from torch.optim import Adam
from torch.optim.lr_scheduler import ExponentialLR, OneCycleLR

from parity_tests.assertions import assert_same_bits
from torchrl_impl.drop_in import adam as drop_in
from torchrl_impl.drop_in.adam import ReferenceAdam

SHAPES = (17, 5), (17,), (1, 17), (1,), ()

OPTIONS = {
    "default": {},
    "weight_decay": {"weight_decay": 1e-2},
    "maximize": {"maximize": True},
    "maximize-weight_decay": {"maximize": True, "weight_decay": 0.1},
    "betas-eps": {"betas": (0.5, 0.9), "eps": 1e-4},
    "rate": {"lr": 0.3},
    "rate_0": {"lr": 0.0},
    "tensor_rate": {"lr": torch.tensor(3e-3)},
    "foreach": {"foreach": True, "weight_decay": 1e-2},
    "foreach-maximize": {"foreach": True, "maximize": True},
    "not_foreach": {"foreach": False},
}

each_options = pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS.keys())
each_dtype = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["f32", "f64"])
each_way = pytest.mark.parametrize("first, second", [(Adam, ReferenceAdam), (ReferenceAdam, Adam)])


def parameters(dtype=torch.float32):
    generator = torch.Generator().manual_seed(5)
    return [torch.nn.Parameter(torch.randn(shape, generator=generator, dtype=dtype)) for shape in SHAPES]


def step_(optimizer, params, number, missing=()):
    """The step `number`, with gradients that are the same wherever it is taken."""
    generator = torch.Generator().manual_seed(number)
    for place, parameter in enumerate(params):
        gradient = torch.randn(parameter.shape, generator=generator, dtype=parameter.dtype)
        parameter.grad = None if place in missing else gradient
    optimizer.step()


def everything(optimizer, params):
    return {"params": dict(enumerate(params)), "state": optimizer.state_dict()["state"]}


def run(kind, steps=30, dtype=torch.float32, missing=lambda number: (), **options):
    """What a whole run leaves: parameters and state after each step."""
    params = parameters(dtype)
    optimizer, found = kind(params, **options), {}
    for number in range(steps):
        step_(optimizer, params, number, missing(number))
        found[number] = copy.deepcopy(everything(optimizer, params))
    return found


@each_options
@each_dtype
def test_every_step_is_adams(options, dtype):
    assert_same_bits("step", run(ReferenceAdam, dtype=dtype, **options), run(Adam, dtype=dtype, **options))


@pytest.mark.parametrize("options", [{}, {"foreach": True}], ids=["default", "foreach"])
def test_a_parameter_without_a_gradient_falls_behind_as_in_adam(options):
    def missing(number):
        return {3} | ({1} if number % 3 == 0 else set()) | ({0, 2} if number == 5 else set())

    ours = run(ReferenceAdam, missing=missing, **options)
    assert_same_bits("step", ours, run(Adam, missing=missing, **options))
    assert 3 not in ours[29]["state"] and ours[29]["state"][1]["step"] == 20


def test_each_group_has_its_own_options():
    def groups(kind):
        params = parameters()
        options = {"lr": 0.1, "weight_decay": 0.1}, {"betas": (0.1, 0.2)}
        optimizer = kind([{"params": params[:2], **options[0]}, {"params": params[2:4], **options[1]}], lr=0.01)
        step_(optimizer, params, 0)
        optimizer.add_param_group({"params": params[4:], "maximize": True})
        step_(optimizer, params, 1)
        return everything(optimizer, params)

    assert_same_bits("step", groups(ReferenceAdam), groups(Adam))


def test_what_a_closure_returns_comes_back():
    def closed(kind):
        params = parameters()
        optimizer = kind(params, lr=0.1)

        def closure():
            optimizer.zero_grad()
            loss = sum(parameter.square().sum() for parameter in params)
            loss.backward()
            return loss

        with torch.no_grad():  # the closure has its gradients all the same
            losses = [optimizer.step(closure).detach() for _ in range(5)]
        return {"losses": dict(enumerate(losses)), **everything(optimizer, params)}

    ours = closed(ReferenceAdam)
    assert_same_bits("step", ours, closed(Adam))
    assert ours["losses"][4] < ours["losses"][0]


def test_a_step_without_a_closure_returns_none():
    assert ReferenceAdam(parameters()).step() is None


@each_way
@each_options
def test_a_state_saved_in_mid_run_goes_on_in_the_other_class(first, second, options):
    params = parameters()
    begun = first(params, **options)
    for number in range(7):
        step_(begun, params, number)
    resumed_params = copy.deepcopy(params)
    resumed = second(resumed_params)  # with other options: the loaded ones count
    resumed.load_state_dict(copy.deepcopy(begun.state_dict()))
    for number in range(7, 20):
        step_(begun, params, number)
        step_(resumed, resumed_params, number)
        assert_same_bits(f"after {number}", everything(resumed, resumed_params), everything(begun, params))


SCHEDULES = {
    "exponential": lambda optimizer: ExponentialLR(optimizer, 0.9),
    "one_cycle": lambda optimizer: OneCycleLR(optimizer, max_lr=0.1, total_steps=20),  # which moves betas too
}


@pytest.mark.parametrize("make", SCHEDULES.values(), ids=SCHEDULES.keys())
@pytest.mark.parametrize("rate", [0.1, torch.tensor(0.1)], ids=["number", "tensor"])
def test_a_scheduler_moves_the_rate_as_it_moves_adams(make, rate):
    def scheduled(kind):
        params = parameters()
        optimizer = kind(params, lr=copy.deepcopy(rate))
        scheduler = make(optimizer)
        for number in range(15):
            step_(optimizer, params, number)
            scheduler.step()
        return everything(optimizer, params) | {"rate": optimizer.param_groups[0]["lr"]}

    ours = scheduled(ReferenceAdam)
    assert_same_bits("step", ours, scheduled(Adam))
    assert float(ours["rate"]) != pytest.approx(0.1)


def test_parameters_moments_and_steps_stay_in_the_memory_that_they_were_in():
    params = parameters()
    optimizer = ReferenceAdam(params)
    step_(optimizer, params, 0)
    held = {"param": params[0], **optimizer.state[params[0]]}
    before = {key: value.data_ptr() for key, value in held.items()}
    step_(optimizer, params, 1)
    after = {"param": params[0], **optimizer.state[params[0]]}
    assert all(after[key] is value and value.data_ptr() == before[key] for key, value in held.items())
    assert held["step"] == 2


def test_hooks_run_around_a_step():
    params, seen = parameters(), []
    optimizer = ReferenceAdam(params)
    optimizer.register_step_pre_hook(lambda *_: seen.append("before"))
    optimizer.register_step_post_hook(lambda *_: seen.append("after"))
    step_(optimizer, params, 0)
    assert seen == ["before", "after"]


def test_the_arithmetic_is_the_references_and_not_torchs():
    with patch("torch.optim.adam.adam", side_effect=AssertionError("torch's arithmetic was asked")):
        run(ReferenceAdam, steps=2)
    asked = RuntimeError("the reference was asked")
    with patch.object(drop_in, "adam", side_effect=asked), pytest.raises(RuntimeError, match="the reference was asked"):
        run(ReferenceAdam, steps=1)


REFUSED = {
    "amsgrad": True,
    "fused": True,
    "capturable": True,
    "differentiable": True,
    "decoupled_weight_decay": True,
    "betas": (torch.tensor(0.9), torch.tensor(0.99)),
}

each_refused = pytest.mark.parametrize("option, value", REFUSED.items(), ids=REFUSED.keys())


def refusal(option):
    return pytest.raises(ValueError, match=rf"^ReferenceAdam computes .*; got {option}=.* use torch\.optim\.Adam\.$")


@each_refused
def test_an_option_with_another_arithmetic_is_refused(option, value):
    with refusal(option):
        ReferenceAdam(parameters(), **{option: value})


@each_refused
def test_a_group_with_another_arithmetic_is_refused(option, value):
    optimizer = ReferenceAdam(parameters())
    with refusal(option):
        optimizer.add_param_group({"params": parameters(), option: value})


@each_refused
def test_a_loaded_state_with_another_arithmetic_is_refused_at_the_next_step(option, value):
    params = parameters()
    optimizer, other = ReferenceAdam(params), Adam(parameters(), **{option: value})
    optimizer.load_state_dict(other.state_dict())
    with refusal(option):
        step_(optimizer, params, 0)
    assert_same_bits("parameter", dict(enumerate(params)), dict(enumerate(parameters())))


def test_complex_parameters_are_refused():
    parameter = torch.nn.Parameter(torch.ones(2, dtype=torch.complex64))
    parameter.grad = torch.ones_like(parameter)
    with pytest.raises(ValueError, match="needs real parameters; got complex ones"):
        ReferenceAdam([parameter]).step()


WRONG = {
    "negative_rate": {"lr": -1.0},
    "beta_of_one": {"betas": (0.9, 1.0)},
    "negative_eps": {"eps": -1e-8},
    "negative_decay": {"weight_decay": -1.0},
    "rate_of_two": {"lr": torch.tensor([0.1, 0.2])},
    "tensor_rate-foreach": {"lr": torch.tensor(0.1), "foreach": True},
    "no_such_option": {"momentum": 0.9},
}


def message(kind, arguments):
    with pytest.raises((ValueError, TypeError)) as caught:
        kind(parameters(), **arguments)
    return caught.type, re.sub("ReferenceAdam", "Adam", str(caught.value))


@pytest.mark.parametrize("arguments", WRONG.values(), ids=WRONG.keys())
def test_wrong_arguments_are_refused_as_by_adam(arguments):
    assert message(ReferenceAdam, arguments) == message(Adam, arguments)
