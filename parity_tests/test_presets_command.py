"""`--preset` and `ddpg presets`: options win over a preset, and what is wrong is refused in one line."""

import json
import signal
from dataclasses import asdict

import pytest

from harness.__main__ import main
from harness.parser import parse
from harness.preset import differences
from harness.presets import PRESETS, preset_config
from reference.config import Config

SMALL = (
    "--total-steps 300 --start-steps 100 --update-after 100 --batch-size 32 --replay-size 1000 --hidden-sizes 40 30 "
    "--probe-n 8"
)


@pytest.fixture(autouse=True)
def handler():
    """`main` sets the process's own handler for SIGTERM."""
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def config_of(words):
    return parse(words.split()).config


@pytest.mark.parametrize("command", ["train", "record", "compare"])
def test_options_win_over_a_preset_wherever_they_stand(command):
    config = config_of(f"{command} --tau 0.5 --preset td3 --batch-size=7")
    assert asdict(config) == asdict(preset_config("td3")) | {"tau": 0.5, "batch_size": 7}


def test_an_option_wins_where_it_is_the_default():
    assert config_of("train --preset td3 --batch-size 128").batch_size == 128


def test_no_preset_is_the_default_configuration():
    assert config_of("train") == Config()


def test_a_value_that_contradicts_the_preset_is_refused(capsys):
    assert main(["train", "--preset", "spinningup", "--total-steps", "300"]) == 2
    assert capsys.readouterr().err.startswith("ddpg: update_after must be at most the 300 steps of the run; got 1000.")


@pytest.mark.parametrize(
    "words",
    ["train --preset papr", "record --preset=papr", "compare --preset papr", "presets papr"],
    ids=["train", "record", "compare", "presets"],
)
def test_an_unknown_preset_is_refused_in_one_line(words, capsys):
    assert main(words.split()) == 2
    output = capsys.readouterr()
    assert output.out == "" and output.err.count("\n") == 1
    assert "preset must be one of notebook" in output.err and "Did you mean paper?" in output.err


def test_a_preset_beside_a_fault_is_refused_in_one_line(capsys):
    assert main(["compare", "--preset", "td3", "--fault", "gain_of_relu"]) == 2
    assert capsys.readouterr().err.startswith("ddpg: preset must be left out beside fault")


def test_a_trace_and_a_preset_of_other_values_contradict_each_other(tmp_path, capsys):
    trace = tmp_path / "paper.jsonl"
    assert main(f"record --preset paper {SMALL} --out {trace} --json".split()) == 0
    assert main(f"compare reference {trace} --preset td3 {SMALL}".split()) == 2
    assert "as in the trace" in capsys.readouterr().err
    assert config_of(f"compare reference {trace} --preset paper {SMALL}") == config_of(f"train --preset paper {SMALL}")


def test_help_shows_the_values_of_the_preset(capsys):
    shown = {}
    for words in ["train --help", "train --preset rl-zoo-pendulum --help", "train --preset papr --help"]:
        with pytest.raises(SystemExit):
            parse(words.split())
        shown[words] = "default: 0.98" in capsys.readouterr().out
    assert list(shown.values()) == [False, True, False]


def test_config_json_holds_what_came_of_preset_and_options(tmp_path):
    words = f"--preset td3 {SMALL} --total-steps 120"
    assert main(f"train {words} --out {tmp_path / 'run'} --json".split()) == 0
    written = json.loads((tmp_path / "run" / "config.json").read_text())
    assert written == json.loads(json.dumps(asdict(config_of(f"train {words}"))))
    assert (written["target_noise"], written["policy_delay"], written["batch_size"]) == (0.4, 2, 32)


@pytest.mark.parametrize("name", ["paper", "td3"])
def test_both_implementations_agree_on_a_preset_scaled_down(name, capsys):
    assert main(f"compare --preset {name} {SMALL} --json".split()) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["equal"] and answer["compared"]["TD targets"] == 201


def test_presets_prints_the_fields_that_differ_and_nothing_wider_than_80_columns(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["presets"]) == 0
    text = capsys.readouterr().out
    assert max(map(len, text.splitlines())) <= 80
    shown = {line.split()[0] for line in text.splitlines() if line.startswith(" ") and line.split()}
    assert shown >= {row.field for preset in PRESETS.values() for row in differences(preset)}
    assert text.count("Not reproduced:") == sum(bool(preset.missing) for preset in PRESETS.values())


def test_presets_prints_those_asked_for(capsys):
    assert main(["presets", "td3", "paper"]) == 0
    text = capsys.readouterr().out
    assert [line.split()[1] for line in text.splitlines() if line.startswith("--preset")] == ["td3", "paper"]


@pytest.mark.parametrize("name", PRESETS)
def test_presets_as_json_holds_every_value_with_its_source(name, capsys):
    assert main(["presets", name, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == [name]
    config = answer[name]["config"]
    assert config == json.loads(json.dumps(asdict(preset_config(name))))
    assert {field: item["value"] for field, item in answer[name]["fields"].items()}.items() <= config.items()
    assert all(item["source"] for item in answer[name]["fields"].values())
    assert answer[name]["differs"] == [row.field for row in differences(PRESETS[name])]
