"""`ddpg resume`: where it goes on, what it says, what it refuses; each run beside one that was never stopped."""

import json
import shutil
import signal
import subprocess
import sys

import pytest

from harness.__main__ import main
from harness.checkpoints import FOLDER, manifest_paths
from harness.manifest import manifest_text, parse_manifest
from harness.run_lock import locked
from harness.schedule import Clock, Schedule, parse_schedule
from parity_tests.kills import assert_same_run

SHORT = (
    "--episodes 6 --max-steps-per-episode 20 --start-steps 20 --update-after 30 --batch-size 8 --hidden-sizes 8 8 "
    "--replay-size 70 --checkpoint-every 2"
)
RUNS = {"reference": "", "torchrl": "--impl torchrl", "fused": "--update fused"}


@pytest.fixture(autouse=True)
def _handler():
    handler = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, handler)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Runs that were never stopped, with the checkpoints of episodes 2, 4 and 6."""
    folder = tmp_path_factory.mktemp("whole")
    for name, words in RUNS.items():
        assert main(f"train {SHORT} {words} --out {folder / name}".split()) == 0
    return folder


@pytest.fixture
def broken_off(whole, tmp_path):
    """Makes one that died in its sixth episode, while it wrote a line."""

    def make(name):
        run = shutil.copytree(whole / name, tmp_path / name)
        manifest_paths(run / FOLDER)[0].unlink()
        lines = (run / "metrics.jsonl").read_text().splitlines(keepends=True)
        (run / "metrics.jsonl").write_text("".join(lines[:5]) + lines[5][:50])
        (run / "report.html").unlink()
        (run / "weights.pt").unlink()
        return run

    return make


def resume(words, capfd):
    """Exit status, figures and lines on standard error."""
    capfd.readouterr()
    status = main(f"resume {words} --json".split())
    out, errors = capfd.readouterr()
    return status, json.loads(out) if out else None, errors


@pytest.mark.parametrize("name", RUNS)
def test_a_run_that_was_broken_off_ends_as_one_never_stopped(name, whole, broken_off, capfd):
    run = broken_off(name)
    status, figures, errors = resume(run, capfd)
    assert status == 0 and "episode 4, step 80" in errors
    assert_same_run(run, whole / name)
    recorded = json.loads((run / "run.json").read_text())
    assert (recorded["impl"], recorded["update"]) == (figures["impl"], figures["update"])
    assert recorded["resumed"][0]["episode"] == 4
    assert (figures["episodes"], figures["steps"]) == (6, 120)


@pytest.mark.parametrize("begun, other", [("reference", "torchrl"), ("torchrl", "reference")])
def test_the_other_implementation_goes_on_to_the_same_bits(begun, other, whole, broken_off, capfd):
    run = broken_off(begun)
    status, figures, _ = resume(f"{run} --impl {other}", capfd)
    assert (status, figures["impl"]) == (0, other)
    assert_same_run(run, whole / other)
    assert json.loads((run / "run.json").read_text())["impl"] == other


def test_a_fused_run_cannot_go_on_with_torchrl(broken_off, capfd):
    run = broken_off("fused")
    assert_refused(f"{run} --impl torchrl", ["impl must be reference", "fused"], run, capfd)


def test_a_run_at_its_end_has_nothing_left_to_do(whole, tmp_path, capfd):
    run = shutil.copytree(whole / "reference", tmp_path / "run")
    (run / "weights.pt").unlink()
    (run / "report.html").unlink()
    status, figures, errors = resume(run, capfd)
    assert (status, figures["episodes"]) == (0, 6) and "episode 6, step 120" in errors
    assert_same_run(run, whole / "reference")


def test_a_run_may_be_resumed_twice_in_a_row(whole, broken_off, capfd):
    run = broken_off("reference")
    assert resume(run, capfd)[0] == 0
    manifest_paths(run / FOLDER)[0].unlink()
    assert resume(run, capfd)[0] == 0
    assert_same_run(run, whole / "reference")
    assert [entry["episode"] for entry in json.loads((run / "run.json").read_text())["resumed"]] == [4, 4]


def test_a_damaged_checkpoint_is_named_and_the_one_before_it_used(whole, broken_off, capfd):
    run = broken_off("reference")
    path = manifest_paths(run / FOLDER)[0]
    path.write_bytes(path.read_bytes()[:-9])
    status, _, errors = resume(run, capfd)
    assert status == 0
    refused, used, *_ = errors.splitlines()
    assert refused.startswith(f"ddpg: checkpoint {path} is refused: ") and "000002.json" in used
    assert path.with_name("000004.json.refused").is_file()
    path.with_name("000004.json.refused").unlink()
    assert_same_run(run, whole / "reference")


def test_a_run_that_died_before_its_first_checkpoint_begins_anew(whole, broken_off, capfd):
    run = broken_off("reference")
    shutil.rmtree(run / FOLDER)
    status, _, errors = resume(run, capfd)
    assert status == 0 and "begins anew" in errors
    assert_same_run(run, whole / "reference")


@pytest.mark.parametrize("change", ["numerics", "packages", "python"])
def test_other_numerics_are_said_and_gone_on_with(change, whole, broken_off, capfd):
    run = broken_off("reference")
    path = manifest_paths(run / FOLDER)[0]
    manifest = parse_manifest(path.read_text())
    versions = json.loads(json.dumps(manifest.versions))
    words = {"numerics": "numerics threads", "packages": "torch", "python": "python"}[change]
    if change == "python":
        versions["python"] = "3.9"
    else:
        versions[change][words.removeprefix("numerics ")] = "another"
    path.write_text(manifest_text(manifest._replace(versions=versions)))
    status, _, errors = resume(run, capfd)
    assert status == 0
    assert f"warning: bits will differ from a run never stopped: {words} changed since." in errors


def test_the_same_numerics_are_not_warned_of(broken_off, capfd):
    assert "warning" not in resume(broken_off("reference"), capfd)[2]


def test_the_schedule_is_kept_or_changed(broken_off, capfd):
    run = broken_off("reference")
    assert resume(f"{run} --checkpoint-every 1 --keep-checkpoints 2", capfd)[0] == 0
    assert [path.name for path in manifest_paths(run / FOLDER)] == ["000006.json", "000005.json"]
    recorded = json.loads((run / "run.json").read_text())
    assert (recorded["checkpoint_every"], recorded["keep_checkpoints"]) == ("1", 2)


def test_each_of_several_seeds_is_resumed_alone(tmp_path, capfd):
    assert main(f"train {SHORT} --seeds 3,4 --stack 1 --workers 1 --out {tmp_path / 'both'}".split()) == 0
    assert main(f"train {SHORT} --seed 4 --out {tmp_path / 'alone'}".split()) == 0
    run = tmp_path / "both" / "seed-4"
    manifest_paths(run / FOLDER)[0].unlink()
    status, _, errors = resume(run, capfd)
    assert status == 0 and "warning" not in errors
    assert_same_run(run, tmp_path / "alone")


def test_a_seed_of_a_stack_is_told_that_its_last_bits_will_differ(tmp_path, capfd):
    stacked = "--seeds 3,4 --stack 2 --workers 1 --update fused"
    assert main(f"train {SHORT} {stacked} --out {tmp_path / 'both'}".split()) == 0
    run = tmp_path / "both" / "seed-4"
    manifest_paths(run / FOLDER)[0].unlink()
    status, _, errors = resume(run, capfd)
    assert status == 0 and "last bits will differ" in errors


# Refusals.


@pytest.mark.parametrize("words", ["", "--total-steps 110"])
def test_a_run_that_ended_without_a_checkpoint_is_left_as_it_is(words, tmp_path, capfd):
    run = tmp_path / "run"
    assert main(f"train {SHORT} --checkpoint-every 600s --out {run} {words}".split()) == 0
    assert_refused(run, ["has ended", "nothing left"], run, capfd)


def assert_refused(words, expected, run, capfd):
    """One line, exit status 2, and nothing in the folder changes."""
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    status, _, errors = resume(words, capfd)
    assert (status, [word for word in expected if word not in errors]) == (2, []), errors
    assert errors.splitlines()[-1].startswith("ddpg: ") and "Traceback" not in errors
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


def test_a_run_in_use_is_refused(broken_off, capfd):
    run = broken_off("reference")
    with locked(run):
        assert_refused(run, ["in use by another process"], run, capfd)
    assert resume(run, capfd)[0] == 0


HOLD = "import sys, time; from pathlib import Path; from harness.run_lock import locked\n"
HOLD += "with locked(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"


def test_a_lock_dies_with_its_owner(broken_off, capfd):
    run = broken_off("reference")
    with subprocess.Popen([sys.executable, "-c", HOLD, str(run)], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout.readline() == "held\n"
        assert_refused(run, ["in use by another process"], run, capfd)
        owner.kill()
    assert resume(run, capfd)[0] == 0


def test_a_run_with_no_good_checkpoint_is_refused_and_left_alone(broken_off, capfd):
    run = broken_off("reference")
    for path in manifest_paths(run / FOLDER):
        path.write_text("{}")
    assert_refused(run, ["000004.json", "000002.json", "no good checkpoint left"], run, capfd)


def test_a_run_that_wanted_no_checkpoints_is_refused(tmp_path, capfd):
    run = tmp_path / "run"
    assert main(f"train {SHORT} --checkpoint-every None --out {run}".split()) == 0
    assert not (run / FOLDER).exists()
    assert_refused(run, ["has no checkpoint", "checkpoint_every"], run, capfd)


DAMAGED = {
    "run.json": ['{"impl": "jax"}', "[]", "{", '{"impl": "reference", "keep_checkpoints": "many"}'],
    "config.json": ['{"tau": 7}', "[]", '{"tau": 0.5}'],
}


@pytest.mark.parametrize("name, text", [(name, text) for name, texts in DAMAGED.items() for text in texts])
def test_a_damaged_run_folder_is_refused(name, text, broken_off, capfd):
    run = broken_off("reference")
    (run / name).write_text(text)
    assert_refused(run, ["reference"], run, capfd)


@pytest.mark.parametrize("words", ["--checkpoint-every 3x", "--checkpoint-every 0", "--keep-checkpoints 0"])
def test_a_schedule_that_is_none_is_refused(words, broken_off, capfd):
    run = broken_off("reference")
    assert_refused(f"{run} {words}", [words.split()[0][2:].replace("-", "_")], run, capfd)


# The schedule.


@pytest.mark.parametrize("every", [None, "10", "30s"])
def test_a_schedule_is_recorded_as_it_is_read(every):
    recorded = parse_schedule(every, 2).recorded()
    assert recorded == {"checkpoint_every": every, "keep_checkpoints": 2}


def test_seconds_are_counted_from_the_last_checkpoint_to_an_episodes_end(monkeypatch):
    now = 100.0
    monkeypatch.setattr("harness.schedule.monotonic", lambda: now)
    clock, due = Clock(Schedule(None, 30.0, 1), 0), []
    for episode in range(1, 11):
        now += 12.0
        due.append(clock.due(episode))
    assert due == [False, False, True] * 3 + [False]  # by hand: 36 s are the first sum of 12 s beyond 30 s


def test_episodes_are_counted_from_the_last_checkpoint():
    clock = Clock(Schedule(4, None, 1), 3)
    assert [clock.due(episode) for episode in range(4, 13)] == [False, False, False, True] * 2 + [False]
