"""The TD-target calculator: its rules are those of the code, and its script computes by them."""

import json
import shutil
import subprocess
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from harness.presets import PRESETS, preset_config
from parity_tests.studies.page import between_markers
from parity_tests.studies.td_target import __main__ as study
from parity_tests.studies.td_target.rules import FLAGS, RULES, stops, with_flags
from parity_tests.studies.td_target.targets import Inputs
from reference.config import Config

DOCS = Path(__file__).parent.parent / "docs"
PAGE = DOCS / "figures" / "td_target.md"
DATA = DOCS / "figures" / "data" / "td_target.json"


def transitions():
    """Numbers that are exact in float32, in which TorchRL keeps gamma, with each pair of flags."""
    draw = np.random.default_rng(0)
    for flags in FLAGS:
        for _ in range(5):
            reward, gamma, value = draw.integers(-1000, 0) / 8, draw.integers(1, 17) / 16, draw.integers(1, 4000) / 8
            yield with_flags(flags)._replace(reward=reward, gamma=gamma, next_value=-value)


def test_rules_are_what_the_code_answers():
    assert json.loads(DATA.read_text()) == json.loads(json.dumps(study.build()))


def test_rules_are_what_the_page_says():
    assert between_markers(PAGE, "example") == study.example_table()
    assert between_markers(PAGE, "sources") == study.sources()


@pytest.mark.skipif(shutil.which("node") is None, reason="node, which runs the page's script, is not there")
def test_script_answers_as_the_code_does():
    asked = [*transitions()]
    inputs = [{**one._asdict(), "nextValue": one.next_value} for one in asked]
    source = (
        f"const {{ tdTargets }} = require('./td_target.js'); const {{ rules }} = {DATA.read_text()};"
        f"console.log(JSON.stringify({json.dumps(inputs)}.map((one) => tdTargets(rules, one))))"
    )
    scripts = DOCS / "_static" / "interactive"
    answers = json.loads(subprocess.run(["node", "-e", source], capture_output=True, check=True, cwd=scripts).stdout)
    for one, answer in zip(asked, answers, strict=True):
        assert {each["key"]: each["target"] for each in answer} == {k: rule.target(one) for k, rule in RULES.items()}


def test_rules_that_were_read_say_what_the_presets_say():
    """A preset names its source line by line; its flag is what a time limit does in Pendulum-v1, of 200 steps."""
    rules = {"stable-baselines-tf": "stable_baselines", "spinningup": "spinning_up_shorter"}
    rules |= {"sb3": "sb3", "notebook": "notebook"}
    for preset, rule in rules.items():
        assert stops(RULES[rule])["01"] == preset_config(preset).truncation_is_terminal, PRESETS[preset]


def test_rules_agree_where_nothing_ends_and_where_the_environment_does():
    assert {stops(rule)[flags] for rule in RULES.values() for flags in ("00",)} == {False}
    assert {stops(rule)["10"] for rule in RULES.values()} == {True}
    assert sum(stops(rule)["01"] for rule in RULES.values()) == 4  # "four of the eight"
    assert [key for key, rule in RULES.items() if not stops(rule)["11"]] == ["spinning_up"]


def test_worked_numbers_are_right():
    text, example = PAGE.read_text(), Inputs()
    assert "$r = -2$, $\\gamma = 0.99$ and $Q'(s', \\mu'(s')) = -100$" in text
    assert example[:3] == (-2.0, 0.99, -100.0)
    assert RULES["ours"].target(example) == -101 and "= -101$" in text
    limit, value = 200, {True: 0.0, False: 0.0}
    for _, cut in product(range(5_000), value):  # the critic's mean over one state's targets, until it stays
        future = (limit - 1) / limit if cut else 1.0
        value[cut] = example.reward + example.gamma * future * value[cut]
    assert value[False] == pytest.approx(-200) and "-200." in text
    assert value[True] == pytest.approx(-133.8, abs=0.05) and "-133.8." in text
    assert 1 - value[True] / value[False] == pytest.approx(1 / 3, abs=0.01)  # "a third"
    assert Config().gamma == example.gamma
