"""The swap matrix: fillings of both loops' slots, and what `python -m parity_tests.swaps` says of them."""

import functools
from itertools import combinations, product

import pytest

from parity_tests.assertions import tally
from parity_tests.studies.page import between_markers
from parity_tests.swaps import __main__ as command
from parity_tests.swaps.fillings import LOOPS, RUNS, covering, fillings, short
from parity_tests.swaps.matrix import line_of, markdown, summary
from parity_tests.swaps.run import Outcome, difference, run
from torchrl_impl.drop_in import soft_update as drop_in

OWN = {
    "TorchRL pipeline": {
        "replay": "TensorDictReplayBuffer", "loss": "DDPGLoss", "target update": "SoftUpdate", "optimiser": "Adam",
        "exploration": "AdditiveGaussianModule",
    },
    "plain loop": {
        "replay": "reference.replay", "loss": "reference.update", "target update": "reference.soft_update",
        "optimiser": "reference.optim", "exploration": "reference.noise",
    },
}  # fmt: skip
"""What stands in DDPG's slots where nothing is exchanged."""

OTHERS = {
    "TorchRL pipeline": {
        "replay": "ReferenceTensorDictReplayBuffer", "loss": "ReferenceDDPGLoss", "optimiser": "ReferenceAdam",
        "target update": "ReferenceSoftUpdate", "exploration": "ReferenceGaussianNoise",
    },
    "plain loop": OWN["TorchRL pipeline"],
}  # fmt: skip
"""What the other side puts there."""

OF_TD3 = {
    "DDPGLoss": "TD3Loss", "ReferenceDDPGLoss": "ReferenceTD3Loss",
    "AdditiveGaussianModule": "OrnsteinUhlenbeckProcessModule",
    "ReferenceGaussianNoise": "ReferenceOrnsteinUhlenbeckNoise",
}  # fmt: skip
"""DDPG's class -> the one that TD3's run has in its place."""

PLACES = [(name, loop, filling) for name in RUNS for loop in LOOPS for filling in [(), *covering(RUNS[name][1])]]
IDS = [f"{name}-{loop}-{'all' if len(filling) > 1 else ''.join(filling) or 'none'}" for name, loop, filling in PLACES]

each_loop = pytest.mark.parametrize("loop", LOOPS)


@functools.cache
def expected(name):
    """The plain loop with its own functions."""
    return run("plain loop", (), short(name))


def standing(name, loop, filling):
    """What should be seen in each slot."""
    found = OWN[loop] | {slot: OTHERS[loop][slot] for slot in filling}
    return {slot: OF_TD3.get(part, part) for slot, part in found.items()} if name == "TD3" else found


@pytest.mark.parametrize("name, loop, filling", PLACES, ids=IDS)
def test_a_filling_trains_to_the_same_bits_by_the_classes_put_in(name, loop, filling):
    outcome = run(loop, filling, short(name))
    found = difference(outcome, expected(name))
    tally.update(compared=len(outcome.hashes), same=0 if found else len(outcome.hashes))
    assert found is None
    assert outcome.updates > 50
    assert {slot: " + ".join(counts) for slot, counts in outcome.seen.items()} == standing(name, loop, filling)


@each_loop
def test_every_slot_is_called_as_often_as_the_run_needs_it(loop):
    config = short("DDPG")
    seen = run(loop, (), config).seen
    calls = {slot: sum(counts.values()) for slot, counts in seen.items()}
    updates = expected("DDPG").updates
    acting = config.total_steps - config.start_steps
    once = 1 if loop == "TorchRL pipeline" else 2  # `SoftUpdate` moves both targets in a step
    building = 1 if loop == "TorchRL pipeline" else 0  # `Collector` tries the policy when it is built
    assert calls == {
        "replay": config.total_steps + updates,
        "exploration": acting + building,
        "loss": 2 * updates,
        "target update": once * updates,
        "optimiser": 2 * updates,
    }


def test_a_drop_in_that_is_an_ulp_off_is_found_at_its_first_update(monkeypatch):
    exact = drop_in.soft_update
    monkeypatch.setattr(drop_in, "soft_update", lambda target, online, tau: exact(target, online, tau * (1 + 1e-7)))
    found = difference(run("TorchRL pipeline", ("target update",), short("DDPG")), expected("DDPG"))
    assert found.startswith("update 1, target_actor: ")


def test_a_drop_in_that_raises_is_a_difference(monkeypatch):
    monkeypatch.delattr(drop_in, "soft_update")
    outcome = run("TorchRL pipeline", ("target update",), short("DDPG"))
    assert "NameError" in outcome.error
    assert difference(outcome, expected("DDPG")) == outcome.error


# Fillings.


def test_there_are_thirty_two_fillings_of_five_slots_and_sixteen_of_four():
    for name, count in {"DDPG": 32, "TD3": 16}.items():
        found = fillings(RUNS[name][1])
        assert len(set(found)) == len(found) == count


def test_the_subset_fills_any_two_slots_in_all_four_ways():
    for slots in (slots for _, slots in RUNS.values()):
        for one, other in combinations(slots, 2):
            ways = {(one in filling, other in filling) for filling in covering(slots)}
            assert ways == set(product((False, True), repeat=2))


def test_the_runs_are_as_long_as_the_page_says():
    assert {name: config.total_steps for name, (config, _) in RUNS.items()} == {"DDPG": 2_000, "TD3": 1_000}


# What is printed.


def outcome_of(hashes, filling=(), error=None):
    return Outcome("plain loop", filling, {"loss": {"DDPGLoss": 2}, "replay": {"A": 1, "B": 1}}, 7, hashes, error)


HASHES = [("update 1, target", "aa"), ("update 1, critic", "bb")]


@pytest.mark.parametrize(
    "hashes, error, found",
    [
        (HASHES, None, None),
        ([HASHES[0], ("update 1, critic", "cc")], None, "update 1, critic: cc against bb"),
        ([HASHES[1]], None, "update 1, critic where update 1, target is due"),
        (HASHES[:1], None, "1 quantities fewer"),
        ([*HASHES, HASHES[0]], None, "1 quantities more"),
        (HASHES[:1], "ValueError: no", "ValueError: no"),
    ],
)
def test_the_first_difference_is_named(hashes, error, found):
    assert difference(outcome_of(hashes, error=error), outcome_of(HASHES)) == found


def test_a_line_holds_what_stood_in_each_slot_and_what_differs():
    same, other = outcome_of(HASHES), outcome_of(HASHES[:1])
    assert line_of(same, same, ("replay", "loss", "optimiser")) == ("A + B", "DDPGLoss", "nothing", same.digest, "none")
    assert line_of(other, same, ("loss",)) == ("DDPGLoss", other.digest, "1 quantities fewer")
    assert same.digest != other.digest


def test_the_page_has_a_row_for_each_filling():
    line = ("DDPGLoss", "0123", "none")
    text = markdown("DDPG", ("loss",), {"plain loop": [line], "TorchRL pipeline": [line, line]})
    assert text.count("| `DDPGLoss` | `0123` | none |") == 3


def test_the_summary_counts_what_was_compared():
    text = summary("TD3", [outcome_of(HASHES), outcome_of(HASHES)], 1)
    assert text == "TD3: 2 fillings of 7 updates each, 4 hashes compared, 1 fillings with a difference."


# The command.


@pytest.mark.parametrize(
    "words", [["PPO"], ["--write"], ["--write", "no/such.md"], ["--out", "x"]], ids=["run", "no_page", "page", "option"]
)
def test_bad_input_is_one_line_and_status_2(words, capsys):
    assert command.main(words) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.count("\n") == 1
    assert "swaps takes the names of runs" in printed.err


@pytest.mark.parametrize("differing, status", [(0, 0), (1, 1)])
def test_the_status_says_whether_any_filling_differs(differing, status, monkeypatch, tmp_path):
    page = tmp_path / "swaps.md"
    page.write_text("<!-- TD3: begin -->\n<!-- TD3: end -->\n")
    monkeypatch.setattr(command, "report", lambda name: (f"matrix of {name}", differing))
    assert command.main(["TD3", "--write", str(page)]) == status
    assert between_markers(page, "TD3") == "matrix of TD3"
