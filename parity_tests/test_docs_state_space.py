"""The data of the figures of Pendulum's state space and of an episode, and what their pages say of it."""

import json
from pathlib import Path

import gymnasium
import numpy as np
import pytest
import torch

from harness.fingerprint import versions
from parity_tests.runs import short
from parity_tests.studies.state_space import __main__ as study
from parity_tests.studies.state_space.looks import ANGLES, SPEEDS, looks
from parity_tests.studies.state_space.packing import difference, pack, unpack
from parity_tests.studies.state_space.play import EPISODE, FOLLOWED, SHOWN, play, returns_received
from parity_tests.studies.state_space.snapshots import first_networks, moments, snapshot
from parity_tests.studies.state_space.stages import STAGES, stage
from reference.config import Config

FIGURES = Path(__file__).parent.parent / "docs" / "figures"
PAGES = {name: (FIGURES / f"{name}.md").read_text() for name in ("state_space", "episode")}


def data(name):
    return json.loads((FIGURES / "data" / f"{name}.json").read_text())


def test_packing_refuses_values_outside_its_bounds():
    with pytest.raises(ValueError, match=r"pack needs values from -2.0 to 2.0; got 0.0 to 2.1"):
        pack(np.array([0.0, 2.1]), -2.0, 2.0)


def test_data_has_the_shapes_that_the_scripts_read():
    maps, episodes = data("state_space"), data("episode")
    states = len(maps["angles"]) * len(maps["speeds"])
    assert (len(maps["angles"]), len(maps["speeds"])) == (len(ANGLES), len(SPEEDS))
    assert f"{states:,} states, {len(ANGLES)} angles by {len(SPEEDS)} speeds" in PAGES["state_space"]
    assert [one["episode"] for one in maps["snapshots"]] == [*range(Config().episodes + 1)]
    for one in maps["snapshots"]:
        for quantity in ("policy", "value"):
            assert {len(unpack(one[quantity][side])) for side in ("reference", "torchrl")} == {states}
        assert len(unpack(one["path"]["angle"])) == len(unpack(one["path"]["speed"])) == SHOWN
    assert [one["episode"] for one in episodes["stages"]] == [*STAGES]
    columns = ("angle", "speed", "torque", "reward", "value", "received")
    assert {len(one[name]) for one in episodes["stages"] for name in columns} == {episodes["shown"]} == {SHOWN}
    assert (FIGURES / "data" / "state_space.json").stat().st_size < 1_000_000


def test_data_says_that_nothing_differs_between_the_sides():
    for one in data("state_space")["snapshots"]:
        for quantity in ("policy", "value"):
            assert one[quantity]["difference"] == {"differing": 0, "of": len(ANGLES) * len(SPEEDS), "largest": 0.0}
            assert unpack(one[quantity]["reference"]).tolist() == unpack(one[quantity]["torchrl"]).tolist()
        assert one["path_differing"] == 0
    assert {one["differing"] for one in data("episode")["stages"]} == {0}
    assert {one["of"] for one in data("episode")["stages"]} == {5 * (SHOWN + FOLLOWED)}


def test_data_of_a_short_run_says_so_too_and_moves():
    found, _ = study.build(short(total_steps=None, episodes=3), stages=())
    assert [one["update"] for one in found["snapshots"]] == [0, 0, 101, 301]
    for one in found["snapshots"]:
        assert {one[quantity]["difference"]["differing"] for quantity in ("policy", "value")} == {0}
        assert one["path_differing"] == 0
    first, last = (unpack(found["snapshots"][place]["policy"]["reference"]) for place in (0, -1))
    assert np.abs(first - last).max() > 0.1


def test_data_tells_one_weight_that_is_an_ulp_off():
    config = short()
    moment = next(moments(config))
    weight = moment.networks["torchrl"].actor["4.bias"]
    moment.networks["torchrl"].actor["4.bias"] = torch.nextafter(weight, weight + 1)
    found = snapshot(moment, looks(config), config)["policy"]["difference"]
    assert 0 < found["differing"] <= found["of"] and 0 < found["largest"] < 1e-6
    assert np.abs(unpack(found["map"])).max() == pytest.approx(found["largest"])


def test_difference_is_of_bits_before_rounding_for_the_page():
    ours = np.array([1.0, 2.0, 0.0], dtype=np.float32)
    theirs = np.nextafter(ours, np.float32(3))
    assert difference(ours, ours) == {"differing": 0, "of": 3, "largest": 0.0}
    assert difference(ours, theirs)["differing"] == 3
    assert difference(ours[2:], -ours[2:])["differing"] == 1  # 0 and -0 are equal numbers of other bits


def test_data_begins_with_the_networks_that_the_seed_draws():
    stored = data("state_space")
    here = versions()["numerics"]["hash"]
    if stored["numerics"] != here:
        pytest.skip(f"the data was made under arithmetic {stored['numerics']}, this is {here}")
    config = Config()
    moment, asked = next(moments(config)), looks(config)
    assert json.loads(json.dumps(snapshot(moment, asked, config))) == stored["snapshots"][0]
    assert json.loads(json.dumps(stage(moment, asked, config))) == data("episode")["stages"][0]


def test_episode_begins_hanging_and_no_earlier_one_does():
    config = Config()
    look, networks = looks(config)["reference"], first_networks(config)["reference"]
    begins = [play(config, networks, look, 50, episode).angle[0] for episode in range(1, EPISODE + 1)]
    assert np.abs(begins[-1]) > 2.9 and np.abs(begins[:-1]).max() < 2.9
    assert data("episode")["stages"][0]["angle"][0] == pytest.approx(begins[-1], abs=1e-4)


def test_episode_page_knows_the_environment():
    """What its words and its script take of Pendulum-v1: 20 steps a second, the torque's bound, what torque costs."""
    env = gymnasium.make("Pendulum-v1")
    assert env.unwrapped.dt == 0.05 and env.spec.max_episode_steps == SHOWN
    assert (env.unwrapped.max_torque, env.unwrapped.max_speed) == (2.0, SPEEDS[-1])
    env.reset(seed=0)
    env.unwrapped.state = np.zeros(2)
    assert env.step(np.array([2.0], dtype=np.float32))[1] == pytest.approx(-0.001 * 2.0**2)
    assert env.unwrapped.state[0] > 0  # a positive torque turns towards positive angles
    env.close()


def test_episode_sums_returns_as_the_page_writes_them():
    received = returns_received(np.ones(12, dtype=np.float32), 0.5, shown=2, followed=10)
    assert received.tolist() == [2 - 0.5**9] * 2  # by hand: 1 + 1/2 + ... + 1/512
    assert f"0.99^{{{FOLLOWED}}}$, {0.99**FOLLOWED:.5f}, each" in PAGES["episode"]


def test_pages_say_what_the_data_holds():
    """What `episode.md` and `state_space.md` tell of this run, in words."""
    stages = {one["episode"]: one for one in data("episode")["stages"]}
    upright = {k: {name: np.array(v[100:]) for name, v in stages[k].items() if isinstance(v, list)} for k in (20, 40)}
    assert all(np.abs(one["angle"]).max() < 0.1 for one in upright.values())  # both hold it
    changes = {k: np.mean(np.sign(one["torque"][1:]) != np.sign(one["torque"][:-1])) for k, one in upright.items()}
    assert changes[40] > 0.5 and changes[20] == 0 and np.abs(upright[20]["torque"]).mean() < 0.3
    assert upright[40]["value"].min() > 0 > upright[40]["received"].max()  # above zero, where no return can be
    shares = {k: stages[k]["value"][0] / stages[k]["received"][0] for k in (20, 40)}
    assert 0 < shares[20] < 0.5 < shares[40] < 1
    snapshots = data("state_space")["snapshots"]
    assert [one["update"] for one in snapshots[:6]] == [0, 0, 0, 0, 0, 1]
    policy, value = (unpack(snapshots[-1][name]["reference"]).reshape(41, 49) for name in ("policy", "value"))
    speed, angle = np.meshgrid(SPEEDS, ANGLES, indexing="ij")
    assert np.mean(np.abs(policy) > 1.9) > 0.5 and value[20, 24] > 0
    hanging = (np.abs(angle) > 2.6) & (np.abs(speed) > 0.5) & (np.abs(speed) < 4)
    standing = (np.abs(angle) < 1) & (np.abs(angle) > 0.1) & (np.abs(speed) < 0.5)
    assert np.mean(np.sign(policy) == np.sign(speed), where=hanging) > 0.9
    assert np.mean(np.sign(policy) == -np.sign(angle), where=standing) > 0.9
