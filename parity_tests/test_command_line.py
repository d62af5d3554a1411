"""The installed `ddpg`: what it refuses and how, what it writes, how it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest
import torch

from harness.__main__ import main
from harness.run_folder import load_weights

DDPG = str(Path(sys.executable).with_name("ddpg"))
SHORT = (
    "--total-steps 60 --max-steps-per-episode 20 --start-steps 20 --update-after 20 --batch-size 8 --hidden-sizes 8 8"
)
ENVIRONMENT = "parity_tests.environments:"


def ddpg(words, cwd):
    """Runs `ddpg` with one thread's worth of machine, in a folder of its own."""
    return subprocess.run([DDPG, *words.split()], cwd=cwd, capture_output=True, text=True, timeout=300)


class Result(NamedTuple):
    """As `subprocess.run` gives it."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def ddpg_here(monkeypatch, capfd):
    """Runs `ddpg` in this process, which has imported torch already."""
    handler = signal.getsignal(signal.SIGTERM)

    def run(words, cwd):
        monkeypatch.chdir(cwd)
        capfd.readouterr()
        return Result(main(words.split()), *capfd.readouterr())

    yield run
    signal.signal(signal.SIGTERM, handler)


REFUSED = {
    # name: (arguments, words that the one line must hold)
    "discrete_actions": ("train --env-id CartPole-v1", ["action space", "one-dimensional Box", "Discrete"]),
    "dictionary_actions": (f"train --env-id {ENVIRONMENT}DictActions-v0", ["action space", "Dict"]),
    "discrete_observations": (
        f"train --env-id {ENVIRONMENT}DiscreteObservations-v0",
        ["observation space", "Discrete"],
    ),
    "dictionary_observations": (f"train --env-id {ENVIRONMENT}DictObservations-v0", ["observation space", "Dict"]),
    "image_observations": (f"train --env-id {ENVIRONMENT}ImageObservations-v0", ["observation space", "image"]),
    "whole_numbers": (f"train --env-id {ENVIRONMENT}WholeNumberObservations-v0", ["observation space", "uint8"]),
    "unbounded_actions": (f"train --env-id {ENVIRONMENT}UnboundedActions-v0", ["action space", "bounded"]),
    "almost_unbounded_actions": (f"train --env-id {ENVIRONMENT}AlmostUnboundedActions-v0", ["action space", "bounded"]),
    "endless_episodes": (f"train --env-id {ENVIRONMENT}Endless-v0", ["Endless-v0", "time limit", "total_steps"]),
    "unknown_environment": ("train --env-id Pendulums-v1", ["env_id", "Pendulums-v1", "spelling"]),
    "unknown_module": ("train --env-id no_such_module:Env-v0", ["env_id", "no_such_module"]),
    "relative_module": ("train --env-id .x:Y-v0", ["env_id", ".x:Y-v0"]),
    "two_colons": ("train --env-id a:b:c", ["env_id", "a:b:c"]),
    "missing_module_of_a_dependency": (
        "train --env-id phys2d/Pendulum-v0",
        ["env_id", "package that is missing", "jax"],
    ),
    "malformed_environment": ("train --env-id a/b/c/d", ["env_id", "a/b/c/d"]),
    "missing_dependency": (
        f"train --env-id {ENVIRONMENT}NeedsMissingPackage-v0",
        ["env_id", "frobnicate", "pip install"],
    ),
    "negative_actor_lr": ("train --actor-lr -1e-3", ["actor_lr", "above 0", "-0.001"]),
    "zero_critic_lr": ("train --critic-lr 0", ["critic_lr", "above 0"]),
    "tau_zero": ("train --tau 0", ["tau", "(0, 1]", "got 0"]),
    "tau_above_one": ("train --tau 1.5", ["tau", "(0, 1]", "1.5"]),
    "gamma_above_one": ("train --gamma 1.01", ["gamma", "[0, 1]", "1.01"]),
    "gamma_nan": ("train --gamma nan", ["gamma", "finite", "nan"]),
    "batch_beyond_replay": ("train --batch-size 300 --replay-size 200", ["batch_size", "replay_size", "200", "300"]),
    "update_after_beyond_run": ("train --update-after 9000", ["update_after", "8000", "9000"]),
    "update_after_beyond_total": ("compare --total-steps 500", ["update_after", "500", "1000"]),
    "batch_beyond_run": ("train --batch-size 9000", ["batch_size", "8000", "9000"]),
    "rounds_beyond_run": ("train --update-every 9000", ["update_every", "8000", "9000"]),
    "huge_rate": ("train --actor-lr 2", ["actor_lr", "at most 1"]),
    "too_large_for_memory": ("train --replay-size 10000000000000 --out too_large", ["replay_size", "memory"]),
    "compare_off_the_cpu": ("compare --device cuda", ["device", "cpu"]),
    "negative_noise": ("train --noise-sigma -0.1", ["noise_sigma", "at least 0"]),
    "zero_batch": ("train --batch-size 0", ["batch_size", "at least 1"]),
    "word_for_number": ("train --batch-size many", ["--batch-size", "INT", "many"]),
    "fraction_for_whole": ("train --episodes 1.5", ["--episodes", "INT", "1.5"]),
    "unknown_choice": ("train --dtype float16", ["--dtype", "float32", "float16"]),
    "unknown_implementation": ("train --impl jax", ["--impl", "reference", "jax"]),
    "missing_value": ("train --tau", ["--tau"]),
    "no_layers": ("train --hidden-sizes", ["hidden_sizes", "one layer"]),
    "zero_units": ("train --hidden-sizes 64 0", ["hidden_sizes", "at least 1"]),
    "unknown_device": ("train --device tpu9", ["device", "tpu9", "cpu"]),
    "unknown_option": ("train --learning-rate 1", ["--learning-rate", "--help"]),
    "unknown_command": ("trian", ["trian"]),
    "no_command": ("", ["command", "train"]),
    "out_holds_a_run": ("train --out holds_a_run", ["out", "holds_a_run", "already holds a run"]),
    "out_holds_files": ("train --out holds_files", ["out", "holds_files", "already holds"]),
    "out_is_a_file": ("train --out a_file", ["out", "a_file"]),
    "out_cannot_be_written": ("train --out /proc/run", ["out", "/proc/run"]),
    "compare_out_holds_a_run": ("compare --out holds_a_run", ["out", "holds_a_run", "already holds"]),
    "compare_one_side": ("compare reference", ["two sides", "torchrl", "got reference"]),
    "compare_three_sides": ("compare reference torchrl reference", ["two sides"]),
    "compare_misspelt_side": ("compare refrence torchrl", ["side", "refrence", "Did you mean reference?"]),
    "compare_unknown_fault": ("compare --fault gain_of_rely", ["fault", "gain_of_rely", "gain_of_relu"]),
    "report_of_no_run": ("report holds_files", ["run folder", "holds_files", "config.json"]),
    "report_of_nothing": ("report", ["runs"]),
    "report_of_damaged_run": ("report damaged", ["damaged", "tau"]),
    "evaluate_no_run": ("evaluate nowhere", ["run folder", "nowhere"]),
    "evaluate_without_weights": ("evaluate holds_a_run", ["holds_a_run", "weights.pt"]),
    "report_into_nowhere": ("report whole --out nowhere/x.html", ["out", "nowhere/x.html"]),
    "report_of_unknown_implementation": ("report of_jax", ["of_jax", "damaged", "jax"]),
    "report_of_lines_that_are_none": ("report of_no_lines", ["of_no_lines", "damaged", "metrics.jsonl"]),
    "report_of_a_list": ("report of_a_list", ["of_a_list", "damaged", "config.json"]),
    "evaluate_endless_episodes": (
        f"evaluate endless --env-id {ENVIRONMENT}Endless-v0",
        ["endless", "max_steps_per_episode"],
    ),
    "evaluate_zero_episodes": ("evaluate holds_a_run --episodes 0", ["episodes", "at least 1"]),
}


RUNS = {
    # folder: (config.json, run.json, metrics.jsonl)
    "whole": ("{}", '{"impl": "reference"}', ""),
    "holds_a_run": ("{}", '{"impl": "reference"}', ""),
    "damaged": ('{"tau": 7}', '{"impl": "reference"}', ""),
    "of_jax": ("{}", '{"impl": "jax"}', ""),
    "of_no_lines": ("{}", '{"impl": "reference"}', "{}\n"),
    "of_a_list": ("[]", '{"impl": "reference"}', ""),
    "endless": (f'{{"env_id": "{ENVIRONMENT}Endless-v0", "total_steps": 2000}}', '{"impl": "torchrl"}', ""),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Run folders without weights, whole and damaged, one of other files, a file."""
    folder = tmp_path_factory.mktemp("bad_input")
    for name, (config, run, metrics) in RUNS.items():
        (folder / name).mkdir()
        (folder / name / "config.json").write_text(config)
        (folder / name / "run.json").write_text(run)
        (folder / name / "versions.json").write_text("{}")
        (folder / name / "metrics.jsonl").write_text(metrics)
    empty = {name: {} for name in ("actor", "critic", "target_actor", "target_critic")}
    torch.save(empty, folder / "endless" / "weights.pt")
    (folder / "holds_files").mkdir()
    (folder / "holds_files" / "thesis.txt").write_text("precious")
    (folder / "a_file").write_text("precious")
    return folder


@pytest.mark.parametrize("arguments, words", REFUSED.values(), ids=REFUSED.keys())
def test_bad_input_is_refused_in_one_line(arguments, words, folder, ddpg_here):
    before = sorted(str(path) for path in folder.rglob("*"))
    result = ddpg_here(arguments, folder)
    assert result.returncode == 2, result.stderr
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert result.stderr.startswith("ddpg: ") and "Traceback" not in result.stderr
    assert [word for word in words if word not in result.stderr] == [], result.stderr
    assert sorted(str(path) for path in folder.rglob("*")) == before


def test_the_installed_command_ends_with_the_same_line_and_status(tmp_path):
    result = ddpg("train --tau 0", tmp_path)
    assert result.returncode == 2 and result.stdout == ""
    assert result.stderr.startswith("ddpg: tau must be in (0, 1]; got 0.0.") and result.stderr.count("\n") == 1


STOPPED = {
    "nan_observation": (f"--env-id {ENVIRONMENT}LaterNan-v0", "observation is not finite at environment step 25"),
    "infinite_observation": (
        f"--env-id {ENVIRONMENT}LaterInfinite-v0",
        "observation is not finite at environment step 25",
    ),
    "nan_at_reset": (f"--env-id {ENVIRONMENT}NanAtReset-v0", "observation is not finite at the reset of episode 3"),
    "nan_reward": (f"--env-id {ENVIRONMENT}LaterNanReward-v0", "reward is not finite at environment step 25"),
    "infinite_reward": (f"--env-id {ENVIRONMENT}LaterInfiniteReward-v0", "reward is not finite at environment step 25"),
    "overflowing_loss": (f"--env-id {ENVIRONMENT}HugeReward-v0", "critic_loss is not finite at update 1"),
}


@pytest.mark.parametrize("impl", ["reference", "torchrl"])
@pytest.mark.parametrize("arguments, words", STOPPED.values(), ids=STOPPED.keys())
def test_a_number_that_is_none_stops_training_and_keeps_what_was_written(arguments, words, impl, tmp_path, ddpg_here):
    result = ddpg_here(f"train {SHORT} {arguments} --impl {impl} --out run", tmp_path)
    assert result.returncode == 1, result.stderr
    assert words in result.stderr and "Traceback" not in result.stderr
    lines = (tmp_path / "run" / "metrics.jsonl").read_text().splitlines()
    assert [json.loads(line)["episode"] for line in lines] == list(range(1, len(lines) + 1))
    assert (tmp_path / "run" / "report.html").stat().st_size > 1_000_000


@pytest.mark.parametrize("impl", ["reference", "torchrl"])
def test_train_writes_a_whole_run_folder(impl, tmp_path):
    result = ddpg(f"train {SHORT} --impl {impl} --out run --json", tmp_path)
    assert result.returncode == 0, result.stderr
    figures = json.loads(result.stdout)
    assert (figures["episodes"], figures["steps"], figures["updates"]) == (3, 60, 41)
    names = {"config.json", "run.json", "versions.json", "metrics.jsonl", "weights.pt", "report.html"}
    assert {path.name for path in (tmp_path / "run").iterdir()} == names


def test_both_implementations_evaluate_a_run_to_the_same_returns(tmp_path, ddpg_here):
    assert ddpg_here(f"compare {SHORT} --out both", tmp_path).returncode == 0
    answers = [ddpg_here(f"evaluate both/{impl} --episodes 2 --json", tmp_path) for impl in ("reference", "torchrl")]
    returns = [json.loads(answer.stdout)["returns"] for answer in answers]
    assert len(returns[0]) == 2 and returns[0] == returns[1]


def test_compare_prints_one_json_object(tmp_path, ddpg_here):
    result = ddpg_here(f"compare {SHORT} --json", tmp_path)
    answer = json.loads(result.stdout)
    assert result.returncode == 0 and answer["equal"] and answer["difference"] is None
    assert answer["compared"]["TD targets"] == 41
    assert list(tmp_path.iterdir()) == []


def test_report_overlays_several_runs(tmp_path, ddpg_here):
    for seed in (1, 2):
        ddpg_here(f"train {SHORT} --seed {seed} --out run{seed}", tmp_path)
    result = ddpg_here("report run1 run2 --out both.html", tmp_path)
    assert result.returncode == 0, result.stderr
    page = (tmp_path / "both.html").read_text()
    assert "run1" in page and "run2" in page


ENDLESS = "--episodes 100000 --max-steps-per-episode 20 --start-steps 20 --update-after 20 --batch-size 8"


def interrupt(words, folders, number, cwd):
    """Starts `ddpg`, waits until each of the run folders holds five episodes, and sends a signal; what came of it."""
    command = [DDPG, *words.split()]
    process = subprocess.Popen(command, cwd=cwd, stderr=subprocess.PIPE, text=True)
    logs = [cwd / folder / "metrics.jsonl" for folder in folders]
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and not all(log.exists() and log.read_text().count("\n") >= 5 for log in logs):
        time.sleep(0.05)
    os.kill(process.pid, number)
    _, stderr = process.communicate(timeout=120)
    return process.returncode, stderr


def assert_whole(folder):
    """A run folder that was interrupted: whole lines, weights that load, and nothing half written."""
    text = (folder / "metrics.jsonl").read_text()
    assert text.endswith("\n") and len([json.loads(line) for line in text.splitlines()]) >= 5
    assert set(load_weights(folder)) == {"actor", "critic", "target_actor", "target_critic"}
    assert not list(folder.glob("*.part"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl_c", "sigterm"])
def test_an_interrupt_leaves_whole_lines_weights_and_a_report(number, tmp_path):
    status, stderr = interrupt(f"train {ENDLESS} --out run", ["run"], number, tmp_path)
    assert status == 130 and "Traceback" not in stderr, stderr
    assert_whole(tmp_path / "run")
    assert (tmp_path / "run" / "report.html").is_file()


def test_an_interrupt_of_compare_leaves_both_runs_whole(tmp_path):
    runs = ["both/reference", "both/torchrl"]
    status, stderr = interrupt(f"compare {ENDLESS} --out both", runs, signal.SIGINT, tmp_path)
    assert status == 130 and "Traceback" not in stderr, stderr
    for run in runs:
        assert_whole(tmp_path / run)
    assert (tmp_path / "both" / "report.html").is_file()
    assert not (tmp_path / "both" / "compare.json").exists()  # nothing came of the comparison


def test_python_m_harness_is_the_same_command(tmp_path):
    result = subprocess.run([sys.executable, "-m", "harness", "--help"], cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0 and "compare" in result.stdout
