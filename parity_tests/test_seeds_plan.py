"""Which seeds the words name, what they contradict, and who trains which."""

import pytest

from harness import seeds_plan
from harness.errors import InputError
from harness.parser import parse
from harness.seeds_plan import Plan, plan
from harness.seeds_words import parse_seeds
from reference.config import Config


@pytest.mark.parametrize(
    "text, seeds",
    [("5", (5,)), ("0..3", (0, 1, 2, 3)), ("0,3,7", (0, 3, 7)), ("9,0..2", (9, 0, 1, 2)), ("4..4, 1", (4, 1))],
)
def test_seeds_are_numbers_and_ranges_with_both_ends(text, seeds):
    assert parse_seeds(text) == seeds


@pytest.mark.parametrize(
    "text, word",
    [
        ("", "whole numbers"), ("a", "whole numbers"), ("1..", "whole numbers"), ("-1..2", "whole numbers"),
        ("1.5", "whole numbers"), ("0...3", "whole numbers"), ("3..1", "rise"), ("1,0..2", "each seed once"),
        ("0..1000", "1,000 at most"), ("0..999999999999999999", "1,000 at most"),
        ("0..600,1000..1600", "1,000 at most"),
    ],
)  # fmt: skip
def test_other_seeds_are_refused(text, word):
    with pytest.raises(InputError, match=word):
        parse_seeds(text)


@pytest.mark.parametrize(
    "words, start",
    [
        ("--seeds 0..3 --seed 3", "seed must be left out beside seeds"),
        ("--seeds 0..3 --seed=3", "seed must be left out beside seeds"),
        ("--workers 2", "workers must be left out without seeds"),
        ("--stack 2", "stack must be left out without seeds"),
        ("--seeds 0..3 --workers 0", "workers must be at least 1; got 0"),
        ("--seeds 0..3 --stack -1", "stack must be at least 1; got -1"),
        ("--seeds 0..3 --stack 2", "stack must be left out, or 1, with update autograd"),
        ("--seeds 0..3 --stack 2 --impl torchrl", "stack must be left out, or 1, with update autograd"),
        ("--seeds 0..3 --impl torchrl --update fused", "update must be autograd with impl torchrl"),
        ("--seeds 0..x", "seeds must be whole numbers"),
    ],
)
def test_words_that_contradict_each_other_are_refused(words, start):
    with pytest.raises(InputError, match=f"^{start}"):
        parse(["train", *words.split()])


def test_every_seed_has_one_place():
    for number in range(1, 20):
        seeds = tuple(range(number))
        for workers in (1, 2, 3, 30):
            for stack in (None, 1, 2, 5):
                made = plan(seeds, Config(), "fused", workers, stack)
                assert sum(made.stacks, ()) == seeds and 1 <= made.workers <= number
                sizes = {len(part) for part in made.stacks}
                assert max(sizes) <= (stack or 1) and max(sizes) - min(sizes) <= 1


def test_there_are_as_many_workers_as_cores(monkeypatch):
    monkeypatch.setattr(seeds_plan, "cores", lambda: 3)
    assert plan(tuple(range(7)), Config(), "fused", None, 3) == Plan(3, ((0, 1), (2, 3), (4, 5, 6)))
    assert plan((0, 1), Config(), "fused", None, None) == Plan(2, ((0,), (1,)))


def test_seeds_are_not_stacked_unless_asked():
    assert plan((0, 1, 2), Config(), "fused", 2, None) == Plan(2, ((0,), (1,), (2,)))


@pytest.mark.parametrize("config, update", [(Config(), "autograd"), (Config(device="cuda"), "fused")])
def test_what_the_fused_update_does_not_do_is_not_stacked(config, update):
    assert plan((0, 1, 2), config, update, 2, 2) == Plan(2, ((0,), (1,), (2,)))
