"""What README.md says that `make demo` compares: counts follow from its length, and a short run has their rates."""

import json
import re
from contextlib import redirect_stdout
from io import StringIO

import pytest

from harness.__main__ import main
from parity_tests.page_blocks import ROOT
from reference.config import Config

SHORT = {"total_steps": 650, "max_steps_per_episode": 130, "start_steps": 600, "update_after": 640}
"""Five episodes, so that one has a probe, as every fifth of the demo has; the first fills a batch to draw it from."""

BY_STEP = {"stored transitions"}
BY_EPISODE = {
    "actor and target actor", "critic and target critic", "Adam states", "replay contents", "random streams",
    "probe snapshots", "returns, flags, counters",
}  # fmt: skip


def counts(config):
    """Steps, updates, episodes, and replay's rows added up over the ends of episodes."""
    length = config.max_steps_per_episode or 200
    steps = min(config.total_steps or 10**9, config.episodes * length)
    rows = sum(range(length, steps + 1, length))
    return steps, steps - config.update_after + 1, steps // length, rows


@pytest.fixture(scope="module")
def short():
    return Config(**SHORT)


@pytest.fixture(scope="module")
def compared(short):
    """What `ddpg compare --json` says of the short run."""
    words = [word for name, value in SHORT.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    printed = StringIO()
    with redirect_stdout(printed):
        assert main(["compare", "--json", *words]) == 0
    return json.loads(printed.getvalue())


def scaled(found, short, what):
    """A count of each kind, at the demo's length."""
    (steps, updates, episodes, rows), whole = counts(short), counts(Config())
    total = 0
    for kind, number in found[what].items():
        if kind == "replay contents" and what == "numbers":
            each = found["numbers"]["stored transitions"] // steps  # of a row
            total += each * whole[3] + (number - each * rows) // episodes * whole[2]
        else:
            place = 0 if kind in BY_STEP else 2 if kind in BY_EPISODE else 1
            total += number * whole[place] // (steps, updates, episodes)[place]
    return total


def test_readme_says_how_much_the_demo_compares(short, compared):
    said = re.search(r"│ all +│ +([\d,]+) │ +([\d,]+) │ +(\d+) │", (ROOT / "README.md").read_text())
    assert set(compared["compared"]) >= BY_STEP | BY_EPISODE
    expected = (scaled(compared, short, "compared"), scaled(compared, short, "numbers"), 0)
    assert said.groups() == tuple(f"{number:,}" for number in expected)


def test_readme_says_how_many_episodes_the_demo_has(short, compared):
    said = re.search(r"│ returns, flags, counters │ +(\d+) │ +(\d+) │ +0 │", (ROOT / "README.md").read_text())
    each = compared["compared"]["returns, flags, counters"] // compared["episodes"]
    assert said.groups() == (str(each * Config().episodes),) * 2
    assert f"# {Config().env_id}, {counts(Config())[0]:,} steps" in (ROOT / "README.md").read_text()
