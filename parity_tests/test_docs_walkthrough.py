"""The page that follows one transition: its numbers are those of both sides' own runs, and equal to the bit."""

import re
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

pytest.importorskip("sphinx", reason="the site's own libraries are not installed")

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs" / "_ext"))

import walkthrough_by_hand as by_hand  # noqa: E402
import walkthrough_sides  # noqa: E402
import walkthrough_torchrl  # noqa: E402
from side_source import quote  # noqa: E402
from walkthrough import walked  # noqa: E402
from walkthrough_words import shown, total, verdict  # noqa: E402

from parity_tests.assertions import assert_same_bits  # noqa: E402
from parity_tests.test_docs_side_by_side import quotes_hold  # noqa: E402
from reference.train import train  # noqa: E402

TEXT = (ROOT / "docs" / "walkthrough.md").read_text()
LINES = [
    line for body in re.findall(r"^```{walk}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL) for line in body.split("\n")
]
QUANTITIES = [line.rpartition(" | ")[2] for line in LINES if line and line[:2] not in ("< ", "> ")]
QUOTES = [tuple(line[2:].rsplit(" | ", 1)) for line in LINES if line[:2] in ("< ", "> ")]


@pytest.mark.parametrize("name", QUANTITIES)
def test_a_quantity_of_the_walkthrough_is_the_same_on_both_sides(name):
    ours, theirs = walked()
    assert_same_bits(name, ours[name], theirs[name])
    assert shown(ours[name]) == shown(theirs[name])
    assert verdict(name, ours[name], theirs[name]).startswith("same bits")


def test_the_walkthrough_shows_every_quantity_once():
    ours, _ = walked()
    assert sorted(QUANTITIES) == sorted(ours)


@quotes_hold
@pytest.mark.parametrize("name, text", QUOTES)
def test_a_statement_that_the_walkthrough_quotes_is_there(name, text):
    assert any(text in line.text for line in quote(name, text).lines)


def test_the_walkthroughs_arithmetic_comes_to_what_both_sides_computed():
    ours, theirs = walked()
    names = re.findall(r"{by-hand}`(.*?)`", TEXT)
    assert names == list(by_hand.expressions(ours))
    for name in names:
        expression, result = by_hand.line(name, ours).split(" = ")
        assert eval(expression) == pytest.approx(float(result), rel=1e-5)
        assert by_hand.expressions(theirs)[name][1].item() == pytest.approx(float(result), rel=1e-5)


def test_arithmetic_that_comes_to_something_else_is_refused():
    ours, _ = walked()
    with pytest.raises(ValueError, match=r"by hand, target is .*, where both sides have"):
        by_hand.line("target", {**ours, "next value": ours["next value"] + 1})
    with pytest.raises(ValueError, match="nothing is worked by hand under 'tau'"):
        by_hand.line("tau", ours)


def test_the_walkthroughs_total_counts_every_number_of_every_quantity():
    ours, theirs = walked()
    count = sum(int(re.search(r"all (\d+)", verdict(name, ours[name], theirs[name]) + " all 1")[1]) for name in ours)
    assert total(ours, theirs) == f"{count} numbers of {len(ours)} quantities, {count} of them the same to the bit"
    parted = {**theirs, "target": theirs["target"] + torch.tensor([0.0, 1.0, 0.0])}
    assert total(ours, parted).endswith(f"{count - 1} of them the same to the bit")


def test_the_walkthroughs_own_transition_is_in_its_batch():
    ours, _ = walked()
    assert ours["row"] in ours["indices"].tolist() and len(set(ours["indices"].tolist())) == 3


def test_the_walkthroughs_actor_learns_something():
    # A network this small is easily dead: then its gradient is zero, and the page would show a step of nothing.
    ours, _ = walked()
    assert ours["actor norm"] > 0.01 and ours["critic norm"] > walkthrough_sides.CONFIG.grad_clip_norm


def test_a_walk_that_leaves_the_run_is_refused():
    record = walkthrough_sides.recorded(train)
    walkthrough_sides.check("reference/", walkthrough_sides.reference_numbers(), record)
    other = replace(walkthrough_sides.CONFIG, tau=0.25)
    with pytest.raises(ValueError, match=r"the walkthrough of reference/ is not its run: new target actor\["):
        walkthrough_sides.check("reference/", walkthrough_sides.reference_numbers(other), record)
    with pytest.raises(ValueError, match=r"the walkthrough of torchrl_impl/ is not its run: new target actor\["):
        walkthrough_sides.check("torchrl_impl/", walkthrough_torchrl.torchrl_numbers(other), record)


@pytest.mark.parametrize("shape", [(), (3,), (3, 3), (40,)], ids=str)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_numbers_one_ulp_apart_are_printed_apart(shape, dtype):
    one = torch.rand(shape, dtype=dtype, generator=torch.Generator().manual_seed(7))
    other = one.clone()
    other.view(-1)[-1] = float(np.nextafter(one.view(-1)[-1].numpy(), 2))
    assert shown(one) != shown(other)
    assert shown({"0.weight": one, "0.bias": one}) != shown({"0.weight": other, "0.bias": one})
    assert "expected the same bits" in verdict("it", one, other)


def test_the_walkthrough_leaves_the_global_generator_alone():
    before = torch.get_rng_state()
    walkthrough_torchrl.torchrl_numbers()
    walkthrough_sides.reference_numbers()
    assert torch.equal(before, torch.get_rng_state())
