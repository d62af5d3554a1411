"""Known differences of TorchRL in exploration noise."""

import pytest
import torch
from tensordict import TensorDict
from torchrl.data import Bounded, Composite
from torchrl.modules import AdditiveGaussianModule, OrnsteinUhlenbeckProcessModule

from parity_tests.assertions import assert_same_bits
from parity_tests.known_differences import known_difference


def box():
    return Bounded(-1.0, 1.0, (1,))


def frame(action=1.0):
    """One action of the policy, in mid-episode."""
    return TensorDict({"action": torch.tensor([action]), "is_init": torch.tensor([False])}, [])


@known_difference("ou-not-clipped")
def test_ornstein_uhlenbeck_without_safe_leaves_the_box():
    # by hand: the first noise is 0 + 1 * (4 - 0) * 1, so that the action is 1 + 4
    process = {"theta": 1.0, "mu": 4.0, "sigma": 0.0, "dt": 1.0}
    clipped = OrnsteinUhlenbeckProcessModule(spec=box(), safe=True, **process)(frame())["action"]
    assert_same_bits("action", torch.ones(1), clipped)
    action = OrnsteinUhlenbeckProcessModule(spec=box(), safe=False, **process)(frame())["action"]
    assert action.tolist() == [5.0]
    return action.item() - 1.0


@known_difference("ou-never-resets")
def test_ornstein_uhlenbeck_without_init_tracker_goes_on_across_episodes():
    module = OrnsteinUhlenbeckProcessModule(spec=box())
    with torch.random.fork_rng(devices=[]):
        tracked = frame()
        for is_init in (True, False, True):
            tracked = module(tracked.set("is_init", torch.tensor([is_init])))
        untracked = frame().exclude("is_init")
        for _ in range(3):
            with pytest.warns(UserWarning, match="missing the 'is_init' entry"):
                untracked = module(untracked)
    assert tracked["_ou_steps"].item() == 1  # an episode has just begun
    return untracked["_ou_steps"].item() - tracked["_ou_steps"].item()


@known_difference("ou-writes-into-spec")
def test_ornstein_uhlenbeck_writes_into_the_spec_it_is_given():
    spec = Composite(action=box())
    OrnsteinUhlenbeckProcessModule(spec=spec)
    added = set(spec.keys()) - {"action"}
    assert added == {"_ou_prev_noise", "_ou_steps"}
    return len(added)


def diffusions(module, starts):
    """What multiplies one and the same draw at each step, of a process that forgets its value in one step."""
    frame, noises = TensorDict(), []
    for is_init in starts:
        frame["action"], frame["is_init"] = torch.zeros(1), torch.tensor([is_init])
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            draw = torch.randn(1)
            torch.manual_seed(0)
            frame = module(frame)
        noises.append(round((frame["_ou_prev_noise"] / draw).item(), 6))
    return noises


@known_difference("ou-sigma-min-restarts")
def test_annealing_by_sigma_min_starts_again_with_each_episode():
    forgets = {"theta": 1.0, "dt": 1.0, "sigma": 1.0}
    module = OrnsteinUhlenbeckProcessModule(spec=box(), sigma_min=0.0, n_steps_annealing=10, **forgets)
    sigmas = diffusions(module, [True, False, False, False, False, True, False])
    assert sigmas == [1.0, 0.9, 0.8, 0.7, 0.6, 1.0, 0.9]
    return sigmas[5] - 0.5


@known_difference("ou-anneals-by-default")
def test_ornstein_uhlenbeck_noise_comes_down_though_no_final_value_was_given():
    kept = OrnsteinUhlenbeckProcessModule(spec=box(), eps_end=1.0)
    kept.step(1000)
    assert kept.eps.item() == 1.0
    module = OrnsteinUhlenbeckProcessModule(spec=box())
    module.step(1000)
    return kept.eps.item() - module.eps.item()


def annealed(module, name):
    """The scale after the thousand steps that should take it from 1 to 0.1."""
    module.step(1000)
    return getattr(module, name).item()


@known_difference("annealing-drifts")
def test_annealing_adds_up_the_rounding_of_every_step():
    sigma = annealed(AdditiveGaussianModule(spec=box(), annealing_num_steps=1000), "sigma")
    eps = annealed(OrnsteinUhlenbeckProcessModule(spec=box(), annealing_num_steps=1000), "eps")
    assert sigma == eps
    return sigma - 0.1


@known_difference("whole-number-sigma-buffer")
def test_a_whole_number_sigma_loses_the_fraction_of_a_loaded_one():
    with pytest.warns(UserWarning, match="eps_init should be a float"):  # which is not the argument's name
        module = AdditiveGaussianModule(spec=box(), sigma_init=1)
    assert module.sigma_init.dtype == torch.int64
    module.load_state_dict(AdditiveGaussianModule(spec=box(), sigma_init=0.5).state_dict())
    assert module.sigma.item() == 0.5
    module.step()
    assert module.sigma.item() > 0.5  # it grows: the step is (0 - 0.1)/1000 and not (0.5 - 0.1)/1000
    return 0.5 - module.sigma_init.item()
