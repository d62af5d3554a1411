"""The drop-in exploration modules in the place of TorchRL's: the same draws, actions, states and errors."""

import copy
import pickle
import re
from unittest.mock import patch

import pytest
import torch
from tensordict import TensorDict
from tensordict.nn import TensorDictModule, TensorDictSequential
from torchrl.data import Bounded, Composite, Unbounded
from torchrl.envs import GymEnv, InitTracker, TransformedEnv
from torchrl.envs.utils import ExplorationType, set_exploration_type
from torchrl.modules import AdditiveGaussianModule, OrnsteinUhlenbeckProcessModule
from torchrl.modules.tensordict_module import exploration

from parity_tests.assertions import assert_same_bits
from torchrl_impl.drop_in import noise as drop_in
from torchrl_impl.drop_in.noise import ReferenceGaussianNoise, ReferenceOrnsteinUhlenbeckNoise

GAUSSIAN = (ReferenceGaussianNoise, AdditiveGaussianModule)
OU = (ReferenceOrnsteinUhlenbeckNoise, OrnsteinUhlenbeckProcessModule)

each_kind = pytest.mark.parametrize("kinds", [GAUSSIAN, OU], ids=["gaussian", "ou"])

GAUSSIAN_OPTIONS = {
    "default": {},
    "constant": {"sigma_init": 0.3, "sigma_end": 0.3},
    "soon_annealed": {"sigma_init": 2.0, "sigma_end": 0.05, "annealing_num_steps": 20},
    "mean-std": {"mean": 0.2, "std": 0.7},
    "whole_numbers": {"sigma_init": 2, "sigma_end": 1, "mean": 1, "std": 2},
    "safe": {"safe": True},
}

OU_OPTIONS = {
    "default": {},
    "soon_annealed": {"eps_init": 2.0, "eps_end": 0.05, "annealing_num_steps": 20},
    "theta-mu-sigma": {"theta": 0.5, "mu": 0.3, "sigma": 0.9},
    "dt": {"dt": 1.0},
    "sigma_min": {"sigma": 0.8, "sigma_min": 0.1, "n_steps_annealing": 13, "dt": 0.3},
    "sigma_min_of_sigma": {"sigma": 0.2, "sigma_min": 0.2},
    "x0": {"x0": 0.4, "dt": 0.3},
    "x0_of_each": {"x0": torch.tensor([0.4, -0.4, 1.0])},
    "x0_in_float64": {"x0": torch.tensor([0.4, -0.4, 1.0], dtype=torch.float64), "sigma": 0.7, "dt": 0.3},
    "sigma_of_each": {"sigma": torch.tensor([0.4, 0.1, 1.0])},
    "whole_numbers": {"theta": 1, "mu": 1, "sigma": 2, "dt": 1, "x0": -2},
    "unsafe": {"safe": False, "dt": 1.0},
}

CASES = {
    **{f"gaussian-{name}": (GAUSSIAN, options) for name, options in GAUSSIAN_OPTIONS.items()},
    **{f"ou-{name}": (OU, options) for name, options in OU_OPTIONS.items()},
}

each_case = pytest.mark.parametrize("kinds, options", CASES.values(), ids=CASES.keys())
each_batch = pytest.mark.parametrize("batch", [(), (5,), (2, 3)], ids=str)

pytestmark = pytest.mark.filterwarnings("ignore:eps_init should be a float", "ignore:__array_wrap__")


def box(dtype=torch.float32):
    return Bounded(torch.tensor([-2.0, -0.5, -1.0]), torch.tensor([1.0, 0.5, 3.0]), dtype=dtype)


def frames(number, memory=None, batch=(5,), dtype=torch.float32):
    """Those of step `number`: actions, the first rows of new episodes, and what the module remembered."""
    generator = torch.Generator().manual_seed(number)
    starts = torch.rand(*batch, 1, generator=generator) < 0.1
    action = torch.randn(*batch, 3, generator=generator, dtype=dtype)
    remembered = {} if memory is None else memory.select("_ou_prev_noise", "_ou_steps", strict=False)
    return TensorDict({"action": action, "is_init": starts}, list(batch)).update(remembered)


def act(module, steps=60, first=0, memory=None, **where):
    """What a module leaves at each step, its scale, and the global generator's state at the end."""
    found = {}
    for number in range(first, first + steps):
        memory = module(frames(number, memory, **where))
        found[number] = dict(memory.items(True, True))
        module.step()
    return {"steps": found, "state": dict(module.state_dict()), "generator": torch.get_rng_state()}, memory


def compare(kinds, options, spec=None, **where):
    sides = []
    for kind in kinds:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(4)
            module = kind(spec=box() if spec is None else spec.clone(), **copy.deepcopy(options))
            sides.append(act(module, **where)[0])
    assert_same_bits("step", *sides)
    return sides[0]


@each_batch
@each_case
def test_actions_and_memory_are_torchrls(kinds, options, batch):
    compare(kinds, options, batch=batch)


@pytest.mark.parametrize("spec_dtype", [torch.float32, torch.float64], ids=["spec_f32", "spec_f64"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["f32", "f64"])
@each_kind
def test_precisions_are_torchrls(kinds, dtype, spec_dtype):
    compare(kinds, {}, box(spec_dtype), dtype=dtype)


@each_case
def test_a_default_of_float64_gives_torchrls_bits(kinds, options):
    torch.set_default_dtype(torch.float64)
    try:
        compare(kinds, options, box(torch.float64), dtype=torch.float64)
    finally:
        torch.set_default_dtype(torch.float32)


@each_kind
def test_a_module_converted_to_float64_gives_torchrls_bits(kinds):
    def converted(kind):
        return lambda **options: kind(**options).double()

    compare([converted(kind) for kind in kinds], {}, box(torch.float64), dtype=torch.float64)


@each_kind
def test_actions_under_a_nested_key_are_torchrls(kinds):
    def step(kind):
        torch.manual_seed(4)
        module = kind(spec=box(), action_key=("agents", "action"))
        memory = None
        for number in range(30):
            found = frames(number, memory)
            found["agents"] = TensorDict({"action": found.pop("action")}, found.batch_size)
            memory = module(found)
        return dict(memory.items(True, True))

    with torch.random.fork_rng(devices=[]):
        assert_same_bits("step", *map(step, kinds))


@pytest.mark.parametrize("agents", [(), (2,)], ids=["a_flag_a_row", "a_flag_an_agent"])
def test_an_agents_flags_are_read_as_by_torchrl(agents):
    def step(kind):
        torch.manual_seed(4)
        generator = torch.Generator().manual_seed(1)
        module, memory = kind(spec=box(), action_key=("agents", "action"), dt=1.0), None
        for _ in range(30):
            inner = TensorDict({"action": torch.randn(5, 2, 3, generator=generator)}, [5, *agents])
            found = TensorDict({"agents": inner, "is_init": torch.rand(5, 2, 1, generator=generator) < 0.1}, [5])
            memory = module(found if memory is None else found.update(memory.select("_ou_prev_noise", "_ou_steps")))
        return dict(memory.items(True, True))

    with torch.random.fork_rng(devices=[]):
        ours, theirs = map(step, OU)
        assert_same_bits("step", ours, theirs)
        assert ours["_ou_steps"].shape == (5, *agents)


@pytest.mark.parametrize(
    "spec",
    [Unbounded((3,)), Composite(action=Unbounded((3,))), Composite(action=box()), box().expand(5, 3)],
    ids=["unbounded", "composite_unbounded", "composite", "batched"],
)
@each_kind
def test_other_specs_are_torchrls(kinds, spec):
    batched = Composite(spec, shape=()) if isinstance(spec, Composite) else spec
    compare(kinds, {}, batched)


@each_kind
def test_actions_at_the_bounds_are_clipped_and_not_projected_otherwise(kinds):
    ours = compare(kinds, {"sigma_init": 50.0} if kinds is GAUSSIAN else {"eps_init": 50.0, "dt": 1.0})
    actions = torch.cat([step["action"] for step in ours["steps"].values()])
    low, high = box().space
    assert ((actions >= low) & (actions <= high)).all() and (actions == low).any() and (actions == high).any()


@pytest.mark.parametrize("first, second", [(0, 1), (1, 0)], ids=["to_torchrls", "from_torchrls"])
@each_kind
def test_a_module_saved_in_mid_run_goes_on_as_the_other_class(kinds, first, second):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        whole, other = kinds[1 - first](spec=box()), kinds[1 - second](spec=box())
        _, memory = act(whole, steps=20)
        other.load_state_dict(whole.state_dict())
        held, generator = memory.clone(), torch.get_rng_state()
        theirs, _ = act(whole, first=20, memory=memory)
        torch.set_rng_state(generator)
        ours, _ = act(other, first=20, memory=held)
    assert_same_bits("step", ours, theirs)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda module: pickle.loads(pickle.dumps(module))])
@each_kind
def test_a_copy_is_the_drop_in_still(kinds, copied):
    def copied_kind(**options):
        return copied(kinds[0](**options))

    compare((copied_kind, kinds[1]), {})


@each_kind
def test_in_a_collectors_policy_episodes_are_torchrls(kinds):
    def rollout(kind):
        torch.manual_seed(4)
        env = TransformedEnv(GymEnv("Pendulum-v1"), InitTracker())
        env.set_seed(7)
        net = TensorDictModule(torch.nn.Linear(3, 1), in_keys=["observation"], out_keys=["action"])
        policy = TensorDictSequential(net, kind(spec=env.action_spec.clone()))
        with torch.no_grad():
            found = env.rollout(230, policy, break_when_any_done=False)
        assert int(found["next", "done"].sum()) == 1
        return dict(found.items(True, True))

    with torch.random.fork_rng(devices=[]), set_exploration_type(ExplorationType.RANDOM):
        assert_same_bits("rollout", *map(rollout, kinds))


@each_kind
def test_without_exploration_nothing_is_drawn_or_added(kinds):
    found, state = frames(0), torch.get_rng_state()
    found["action"] *= 0.1  # inside the bounds, on which a safe module projects all the same
    before = found.clone()
    with set_exploration_type(ExplorationType.DETERMINISTIC):
        kinds[0](spec=box())(found)
    assert_same_bits("frames", dict(found.items()), dict(before.items()))
    assert_same_bits("generator", torch.get_rng_state(), state)


@each_kind
def test_building_one_draws_nothing(kinds):
    state = torch.get_rng_state()
    kinds[0](spec=box())
    assert_same_bits("generator", torch.get_rng_state(), state)


ARITHMETIC = {"gaussian": (GAUSSIAN[0], "gaussian"), "ou": (OU[0], "ornstein_uhlenbeck")}


@pytest.mark.parametrize("kind, function", ARITHMETIC.values(), ids=ARITHMETIC.keys())
def test_the_arithmetic_is_the_references_and_not_torchrls(kind, function):
    stop = AssertionError("TorchRL's arithmetic was asked")
    process = exploration._OrnsteinUhlenbeckProcess
    first = patch.object(AdditiveGaussianModule, "_add_noise", side_effect=stop)
    with first, patch.object(process, "add_sample", side_effect=stop):
        kind(spec=box())(frames(0))
    asked = RuntimeError("the reference was asked")
    with (
        patch.object(drop_in, function, side_effect=asked),
        pytest.raises(RuntimeError, match="the reference was asked"),
    ):
        kind(spec=box())(frames(0))


def message(kind, kinds, wrong):
    with pytest.raises((ValueError, RuntimeError)) as caught:
        wrong(kind)
    return caught.type, str(caught.value).replace(kinds[0].__name__, kinds[1].__name__)


def call(kind, action=(5, 3), spec=None, **options):
    return kind(spec=spec or box(), **options)(TensorDict({"action": torch.zeros(action), "is_init": STARTS}, [5]))


STARTS = torch.zeros(5, 1, dtype=torch.bool)
WRONG = {
    "gaussian-sigma_rises": (GAUSSIAN, lambda kind: kind(spec=box(), sigma_init=0.1, sigma_end=0.2)),
    "gaussian-no_spec": (GAUSSIAN, lambda kind: kind()(frames(0))),
    "gaussian-one_action_in_three_bounds": (GAUSSIAN, lambda kind: call(kind, action=(5, 1))),
    "ou-eps_rises": (OU, lambda kind: kind(spec=box(), eps_init=0.1, eps_end=0.2)),
    "ou-no_spec": (OU, lambda kind: kind(spec=None)),
    "ou-no_annealing_steps": (OU, lambda kind: kind(spec=box(), annealing_num_steps=0).step()),
    "ou-one_action_in_three_bounds": (OU, lambda kind: call(kind, action=(5, 1))),
}


@pytest.mark.parametrize("kinds, wrong", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_refused_as_by_torchrl(kinds, wrong):
    assert message(kinds[0], kinds, wrong) == message(kinds[1], kinds, wrong)


def test_flags_that_fit_no_row_are_refused_in_one_line():
    inner = TensorDict({"action": torch.zeros(4, 3)}, [4])
    found = TensorDict({"agents": inner, "is_init": torch.zeros(5, 2, 1, dtype=torch.bool)}, [])
    module = ReferenceOrnsteinUhlenbeckNoise(spec=box(), action_key=("agents", "action"))
    with pytest.raises(ValueError, match=r"needs 'is_init' of shape \(4,\).*; got \(5, 2, 1\)\. Give it one flag"):
        module(found)


def test_a_missing_is_init_is_warned_of_as_by_torchrl():
    def warning(kind):
        with pytest.warns(UserWarning, match="missing the 'is_init' entry") as caught:
            kind(spec=box())(frames(0).exclude("is_init"))
        return re.sub(OU[0].__name__, OU[1].__name__, str(caught[0].message))

    assert warning(OU[0]) == warning(OU[1])
