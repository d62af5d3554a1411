"""Rung: the soft update, for networks of any shapes, precisions and distances, and each tau."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.cases import build, learner_of
from parity_tests.strategies import cases, dtypes, examples, magnitudes, seeds, taus, tensors
from parity_tests.test_soft_update import weight
from reference.soft_update import soft_update
from torchrl_impl.soft_update import soft_update_
from torchrl_impl.update import train_state

RUNG = "soft update"


@examples(40)
@given(cases(batch_size=st.just(1)))
def test_any_soft_update_is_torchrls(case):
    state = build(case).state
    learner = learner_of(build(case))
    with unchanged("input", state):
        ours = {
            "actor": soft_update(state.target_actor, state.actor, weight(case.tau)),
            "critic": soft_update(state.target_critic, state.critic, weight(case.tau)),
        }
    soft_update_(learner.updater)
    theirs = train_state(learner)
    assert_same_bits("target", ours, {"actor": theirs.target_actor, "critic": theirs.target_critic})
    assert_same_bits(
        "online", {"actor": theirs.actor, "critic": theirs.critic}, {"actor": state.actor, "critic": state.critic}
    )


@st.composite
def pairs(draw):
    """A target network and the online one, near to it or far away."""
    target, generator = draw(dtypes.flatmap(tensors)), torch.Generator().manual_seed(draw(seeds))
    apart = draw(magnitudes)
    online = {k: v + apart * torch.randn(v.shape, generator=generator, dtype=v.dtype) for k, v in target.items()}
    return target, online


@examples(100)
@given(pairs(), taus)
def test_a_target_moves_towards_the_online_network_and_never_past_it(pair, tau):
    target, online = pair
    for name, new in soft_update(target, online, weight(tau)).items():
        low, high = torch.minimum(target[name], online[name]), torch.maximum(target[name], online[name])
        assert ((low <= new) & (new <= high)).all()


@examples(60)
@given(pairs())
def test_a_larger_tau_leaves_less_of_the_distance(pair):
    target, online = pair
    left = [
        sum(
            (new - online[name]).double().square().sum()
            for name, new in soft_update(target, online, weight(tau)).items()
        )
        for tau in (1e-3, 0.5, 1.0)
    ]
    assert left[0] >= left[1] >= left[2] == 0.0


@examples(60)
@given(pairs())
def test_a_tau_of_one_copies_any_network(pair):
    assert_same_bits("target", soft_update(*pair, weight(1.0)), pair[1])


@examples(60)
@given(dtypes.flatmap(tensors), taus)
def test_a_target_that_has_arrived_stays(params, tau):
    assert_same_bits("target", soft_update(params, params, weight(tau)), params)
