"""Rung: the TD target, for any shapes, precisions, bounds, rewards, discounts and flags.

The algebra is asked of the reference alone: to the bit, TorchRL's target is the same.
"""

from fractions import Fraction

import torch
from hypothesis import given
from hypothesis import strategies as st

from parity_tests.assertions import assert_same_bits, unchanged
from parity_tests.cases import build, learner_of, reference_target
from parity_tests.strategies import DTYPES, cases, dtypes, examples, powers_of_two
from reference.targets import td_target
from torchrl_impl import targets as torchrl_targets
from torchrl_impl.state import tensordict_of
from torchrl_impl.update import train_state

RUNG = "targets"

with_all_flags = st.sampled_from(["mixed", "random"])
whole_numbers = st.integers(-(10**6), 10**6)


def with_batch(material, **columns):
    return material._replace(batch=material.batch._replace(**columns))


@examples(40)
@given(cases())
def test_any_target_is_torchrls(case):
    material = build(case)
    learner, batch = learner_of(material), tensordict_of(material.batch)
    with unchanged("input", material.batch, material.state, train_state(learner), dict(batch.items(True, True))):
        ours, theirs = reference_target(material), torchrl_targets.td_target(learner.loss, batch)
    assert_same_bits("target", ours, theirs)
    assert torch.isfinite(ours).all() and not ours.requires_grad and not theirs.requires_grad


@examples(20)
@given(cases(gamma=st.just(0.0)))
def test_without_discount_the_target_is_the_reward(case):
    material = build(case)
    assert_same_bits("target", reference_target(material), material.batch.reward.to(DTYPES[case.dtype]))


@examples(40)
@given(cases(flags=with_all_flags))
def test_the_target_of_a_terminated_row_ignores_its_next_observation(case):
    material = build(case)
    elsewhere = torch.where(material.batch.terminated[:, None], 1e3, material.batch.next_observation)
    assert_same_bits(
        "target", reference_target(with_batch(material, next_observation=elsewhere)), reference_target(material)
    )


@examples(40)
@given(cases(truncation_is_terminal=st.just(False)))
def test_the_target_ignores_truncation(case):
    material = build(case)
    flipped = with_batch(material, truncated=~material.batch.truncated)
    assert_same_bits("target", reference_target(flipped), reference_target(material))


@examples(40)
@given(cases(truncation_is_terminal=st.just(True), flags=with_all_flags))
def test_the_target_takes_a_truncation_for_a_termination_where_config_says_so(case):
    material, terminal = build(case), build(case._replace(truncation_is_terminal=False))
    either = terminal.batch.terminated | terminal.batch.truncated
    assert_same_bits("target", reference_target(material), reference_target(with_batch(terminal, terminated=either)))


@examples(40)
@given(
    st.lists(st.tuples(whole_numbers, st.booleans(), whole_numbers), min_size=1, max_size=300),
    st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0]),
    dtypes,
)
def test_the_target_is_exact_where_no_number_needs_rounding(rows, gamma, dtype):
    reward, terminated, next_value = zip(*rows, strict=True)
    target = td_target(
        torch.tensor(reward, dtype=torch.float32),
        torch.tensor(terminated),
        torch.tensor(next_value, dtype=DTYPES[dtype]),
        gamma,
    )
    # Rational arithmetic: sums of whole numbers and quarters below 2^22 fit into float32's 24 bits.
    exact = [r + Fraction(gamma) * (0 if d else v) for r, d, v in rows]
    assert [Fraction(y) for y in target.tolist()] == exact


@examples(40)
@given(cases(), powers_of_two)
def test_the_target_is_scaled_as_rewards_and_values_are(case, factor):
    material = build(case)
    phi, last = material.state.target_critic, 2 * len(case.hidden_sizes)
    louder = {f"{last}.weight": factor * phi[f"{last}.weight"], f"{last}.bias": factor * phi[f"{last}.bias"]}
    scaled = with_batch(material, reward=factor * material.batch.reward)
    scaled = scaled._replace(state=material.state._replace(target_critic={**phi, **louder}))
    assert_same_bits("target", reference_target(scaled), factor * reference_target(material))
