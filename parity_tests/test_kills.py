"""Real processes, killed with SIGKILL and resumed by others, end as a run never stopped; `make kills` has more."""

import random

import pytest

from parity_tests.kills import Kill, assert_same_run, killed_run, whole_run
from parity_tests.studies.kills import at


@pytest.mark.parametrize("name, side, runs", [("td3", "reference", 3), ("annealed", "torchrl", 1)])
def test_killed_runs_end_as_one_never_stopped(name, side, runs, tmp_path, capsys):
    whole, chance = whole_run(name, side, tmp_path / "whole"), random.Random(3)
    ends = [at(whole, place) for place in range(1, len(whole.places) + 1)]
    inside = [len(end.places) for end in ends if end.in_a_checkpoint]
    unnamed = [len(end.places) for end in ends if end.between_file_and_name]
    plans = [
        [Kill(chance.choice(unnamed))],
        [Kill(chance.choice(inside)), Kill(chance.choice(inside[:9]))],  # the second while it is resumed
        [Kill(chance.randint(1, len(whole.places)))],  # by time, as in `make kills`, it may have ended before
    ]
    for number, kills in enumerate(plans[:runs]):
        found = killed_run(name, side, tmp_path / str(number), kills)
        assert_same_run(tmp_path / str(number) / "run", tmp_path / "whole" / "run")
        assert [end.status for end in found] == [-9] * len(kills)
        with capsys.disabled():
            print("".join(f"\n{name}, {side}: killed after {end.seconds:.1f} s, {end.where}" for end in found), end="")
        assert number > 0 or found[0].between_file_and_name
