"""Rung: whole runs of variants together, broken off and gone on with on the other side."""

from itertools import combinations, islice, product

import pytest

from harness.lockstep import lockstep
from harness.watch import watch
from parity_tests.assertions import tally
from parity_tests.combinations import LEVELS, SURROUNDINGS, TRIPLES, covering, everything, name_of, pairs_of, tiny
from reference.config import Config

RUNG = "whole run"

ROWS = covering()

each_row = pytest.mark.parametrize("row", ROWS, ids=map(name_of, ROWS))


def assert_agree(ours, theirs, config):
    found = list(lockstep(ours, theirs, config))
    compared = sum(episode.quantities.total() for episode in found)
    differences = [episode.difference for episode in found if episode.difference is not None]
    tally.update(compared=compared, same=0 if differences else compared)
    assert not differences, differences[0]
    assert compared > 100


@each_row
def test_variants_together_agree_in_every_bit(row):
    config = tiny(row)
    assert_agree(watch("reference", config), watch("torchrl", config), config)


@pytest.mark.parametrize("row", ROWS[::5], ids=map(name_of, ROWS[::5]))
def test_variants_together_go_on_from_the_other_sides_state(row):
    # The third episode has updates before it and after it; noise, window and delay stand in the middle of things.
    config = tiny(row)
    for begun_by, gone_on_with in (("reference", "torchrl"), ("torchrl", "reference")):
        whole = islice(watch("reference", config), 3, None)
        state = next(islice(watch(begun_by, config), 2, 3)).state
        assert_agree(whole, watch(gone_on_with, config, state), config)


def test_n_step_returns_with_noise_that_remembers_go_on_from_the_other_sides_state():
    config = tiny({"n_step": "3-step", "noise": "ou", "annealing": "annealed", "replay": "wraps"})
    whole = islice(watch("reference", config), 3, None)
    state = next(islice(watch("torchrl", config), 2, 3)).state
    assert_agree(whole, watch("reference", config, state), config)


def test_every_pair_of_levels_meets():
    levels = LEVELS | SURROUNDINGS
    wanted = {frozenset({(a, x), (b, y)}) for a, b in combinations(levels, 2) for x, y in product(levels[a], levels[b])}
    assert wanted <= pairs_of(ROWS)
    assert all(any(set(triple) <= set(row.values()) for row in ROWS) for triple in TRIPLES)


def test_every_level_is_a_configuration_of_its_own():
    for factor, choices in (LEVELS | SURROUNDINGS).items():
        configs = [tiny({factor: level}) for level in choices]
        assert len({repr(config) for config in configs}) == len(choices), factor


def test_the_cross_product_holds_every_choice_once():
    sizes = [len(choices) for choices in LEVELS.values()]
    rows = everything()
    product_of_sizes = 1
    for size in sizes:
        product_of_sizes *= size
    assert len(rows) == len({name_of(row) for row in rows}) == product_of_sizes
    assert all(isinstance(tiny(row), Config) for row in rows)
