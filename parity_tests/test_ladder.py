"""The ladder as a tool: its order, its stop at the first broken rung, and candidates from elsewhere."""

import subprocess
import sys

import pytest

from parity_tests.rungs import ORDER, RUNGS, rung, that_repeat

LADDER = """
from parity_tests.rungs import rung

@rung("whole run")
def test_run():
    assert False, "a repeat"

@rung("noise")
def test_noise():
    pass

def test_off_the_ladder():
    pass

@rung("targets")
def test_targets():
    assert {targets}

@rung("losses")
def test_losses():
    assert False, "another repeat"
"""

CANDIDATE = """
from parity_tests.candidates.reference import Reference
from parity_tests.conventions import Conventions

class Good(Reference):
    pass

class Halved:
    conventions = Conventions()
    def load(self, problem):
        self.inner = Reference()
        self.inner.load(problem)
    def target(self, batch):
        return self.inner.target(batch)
    def losses(self, batch):
        critic, actor = self.inner.losses(batch)
        return type(self.inner.losses(batch))(critic / 2, actor)
    def gradients(self, batch):
        return self.inner.gradients(batch)
"""


def run(folder, *words):
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True)


def ladder(folder, *options, targets="False"):
    (folder / "test_ladder.py").write_text(LADDER.format(targets=targets))
    return run(folder, *options, "test_ladder.py")


def test_the_ladder_runs_lowest_rung_first(tmp_path):
    result = ladder(tmp_path, "--collect-only", "-q")
    names = [line.partition("::")[2] for line in result.stdout.splitlines() if "::" in line]
    assert names == ["test_noise", "test_targets", "test_losses", "test_run", "test_off_the_ladder"]


@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_ladder_stops_at_its_first_broken_rung(tmp_path, workers):
    result = ladder(tmp_path, "-n", workers)
    assert "the ladder broke at: targets" in result.stdout
    assert "`terminated or truncated` used as the mask" in result.stdout
    assert "build on it and can only repeat it: losses, gradients, update, one file, whole run." in result.stdout
    if workers == "0":
        assert "1 failed, 2 passed, 2 skipped" in result.stdout
    assert result.returncode == 1


def test_all_goes_on_above_a_broken_rung(tmp_path):
    result = ladder(tmp_path, "--all")
    assert "3 failed, 2 passed" in result.stdout and "the ladder broke at: targets" in result.stdout


def test_a_whole_ladder_says_nothing_of_breaks(tmp_path):
    result = ladder(tmp_path, "-k", "noise or targets", targets="True")
    assert result.returncode == 0 and "broke" not in result.stdout


def test_ladder_leaves_out_what_stands_on_no_rung(tmp_path):
    result = ladder(tmp_path, "--ladder", "-k", "noise or off_the")
    assert "1 passed" in result.stdout and "4 deselected" in result.stdout


def test_every_rung_builds_on_lower_ones_alone():
    for here in RUNGS:
        assert all(ORDER[below] < ORDER[here.name] for below in here.builds_on), here.name
        assert here.likely_causes
    assert that_repeat("targets") == ["losses", "gradients", "update", "one file", "whole run"]


def test_a_rung_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match=r"rung needs one of networks, .*; got 'target'"):
        rung("target")


def candidate(folder, name, *options):
    (folder / "mine.py").write_text(CANDIDATE)
    return run(folder, "--pyargs", "parity_tests", "--candidate", f"mine:{name}", *options)


def test_a_candidate_from_elsewhere_climbs(tmp_path):
    result = candidate(tmp_path, "Good", "-k", "b5 or b1-truncated")
    assert result.returncode == 0, result.stdout
    assert "same bits" in result.stdout and "ours in everything" in result.stdout


def test_a_candidates_break_is_named_and_what_it_lacks_is_not_passed(tmp_path):
    result = candidate(tmp_path, "Halved", "-k", "b5 or b1-truncated or not_offered")
    assert result.returncode == 1
    assert "the ladder broke at: losses" in result.stdout
    assert "losses.critic: " in result.stdout and "the oracle's" in result.stdout
    words = " ".join(result.stdout.split())
    assert "networks │ not offered" in words and "gradients │ not run" in words


def test_a_candidate_that_cannot_be_loaded_is_refused_in_one_line(tmp_path):
    result = candidate(tmp_path, "Missing")
    assert result.returncode == 4
    assert result.stdout == "" and len(result.stderr.strip().splitlines()) == 1
    assert result.stderr.startswith("ERROR: candidate 'mine:Missing' cannot be built: AttributeError")
