"""`ddpg train --update`: what a run records of it, and what it says that the other would have saved."""

import json

import pytest
import torch

from harness.__main__ import main
from harness.fingerprint import flushes_denormals
from harness.other_update import NO_OTHER_UPDATE, other_update, other_update_line
from harness.process import prepare_process
from harness.run_folder import read_run
from harness.whole_run import used_update
from reference.config import Config
from reference.envs import env_space, make_env
from reference.train import train

SHORT = (
    "--total-steps 60 --max-steps-per-episode 20 --start-steps 20 --update-after 20 --batch-size 8 --hidden-sizes 8 8"
)
CONFIG = Config(
    total_steps=60, max_steps_per_episode=20, start_steps=20, update_after=20, batch_size=8, hidden_sizes=(8, 8)
)


def trained(folder, words, capfd):
    capfd.readouterr()
    status = main(f"train {SHORT} --out {folder} {words}".split())
    return status, *capfd.readouterr()


@pytest.mark.parametrize("update", ["autograd", "fused"])
def test_a_run_records_the_update_that_it_used(update, tmp_path, capfd):
    status, printed, _ = trained(tmp_path / "run", f"--update {update} --json", capfd)
    assert status == 0 and json.loads(printed)["update"] == update
    assert json.loads((tmp_path / "run/run.json").read_text())["update"] == update
    assert read_run(tmp_path / "run").update == update
    assert f"<dt>update</dt><dd>{update}</dd>" in (tmp_path / "run/report.html").read_text()


def test_autograd_is_the_default(tmp_path, capfd):
    _, printed, _ = trained(tmp_path / "run", "--json", capfd)
    assert json.loads(printed)["update"] == "autograd"


def test_a_folder_from_before_there_was_a_choice_was_updated_by_autograd(tmp_path, capfd):
    trained(tmp_path / "run", "--json", capfd)
    (tmp_path / "run/run.json").write_text('{"format": 1, "impl": "reference"}')
    assert read_run(tmp_path / "run").update == "autograd"


@pytest.mark.parametrize("update, other", [("autograd", "fused"), ("fused", "autograd")])
def test_the_last_line_says_what_the_other_update_would_have_saved(update, other, tmp_path, capfd):
    _, printed, said = trained(tmp_path / "run", f"--update {update} --json", capfd)
    figures = json.loads(printed)
    assert figures["other_update"] == other and figures["other_update_time"] > 0
    assert said.splitlines()[-1] == f"ddpg: {other_update_line(figures)}"


def test_the_line_tells_a_saving_from_a_cost():
    times = dict(zip(NO_OTHER_UPDATE, ("fused", 0.5, 12.3), strict=True))
    assert "0.50 of an update's time, would have saved about 12.3 s." in other_update_line(
        times | {"update": "autograd"}
    )
    times = dict(zip(NO_OTHER_UPDATE, ("autograd", 2.0, -12.3), strict=True))
    assert "would have cost about 12.3 s more." in other_update_line(times | {"update": "fused"})


def test_a_run_without_an_update_says_nothing_of_others(tmp_path, capfd):
    _, printed, said = trained(tmp_path / "run", "--impl torchrl --json", capfd)
    assert json.loads(printed)["other_update"] is None and "other" not in said and "updated by" not in said


def test_measuring_the_other_update_changes_nothing_of_the_run():
    *_, (_, state) = train(CONFIG)
    env = make_env(CONFIG)
    before = [value.clone() for params in state.networks[:4] for value in params.values()]
    global_state = torch.get_rng_state()
    assert other_update(CONFIG, env_space(env, CONFIG), state, "autograd") is not None
    env.close()
    after = [value for params in state.networks[:4] for value in params.values()]
    assert all(map(torch.equal, before, after)) and torch.equal(torch.get_rng_state(), global_state)


def test_where_the_fused_update_cannot_it_says_so_and_autograd_does(capfd):
    assert used_update(Config(device="cuda"), "fused") == "autograd"
    assert "since device 'cuda' is not cpu; autograd does it." in capfd.readouterr().err


def test_torchrls_side_has_no_fused_update(tmp_path, capfd):
    status, _, said = trained(tmp_path / "run", "--impl torchrl --update fused", capfd)
    assert status == 2 and said.count("\n") == 1 and "update must be autograd with impl torchrl" in said
    assert not (tmp_path / "run").exists()


def test_the_command_line_flushes_denormal_numbers():
    torch.set_flush_denormal(False)
    assert not flushes_denormals()
    prepare_process()
    assert flushes_denormals()
