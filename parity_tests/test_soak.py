"""`make soak` in small: what it logs, how it judges, and that no tensor is left behind by an episode."""

import gc
from dataclasses import replace

import pytest
import torch

from harness.watch import watch
from parity_tests.runs import short
from parity_tests.studies import soak as study
from parity_tests.studies.soak_verdict import EPISODES, FLOORS, SIDES, Episode, judge, page, rows

SHORT = ["--steps", "250", "--replay", "40", "--hidden-sizes", "16", "16"]


def test_a_short_soak_compares_every_update_and_logs_every_episode(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(study, "config_of", lambda options: small(options))
    log = tmp_path / "new" / "soak.jsonl"
    status = study.main([*SHORT, "--log", str(log)])
    episodes = study.read(log)
    assert status in (0, 1)  # memory is noise at this length
    assert [episode.step for episode in episodes] == list(range(5, 251, 5))
    assert episodes[-1].update == 250 - 29 and {episode.difference for episode in episodes} == {None}
    assert all(episode.resident > 10_000_000 and episode.wall.keys() == {*SIDES, "floor"} for episode in episodes)
    assert "differing" in capsys.readouterr().out


def small(options):
    return short(
        total_steps=options.steps,
        replay_size=options.replay,
        hidden_sizes=options.hidden_sizes,
        max_steps_per_episode=5,
        start_steps=10,
        update_after=30,
        batch_size=16,
    )


def test_a_soak_ends_at_the_first_difference(monkeypatch):
    taus = iter([0.005, 0.006])
    monkeypatch.setattr(study, "watch", lambda side, config: watch(side, replace(config, tau=next(taus))))
    episodes = list(study.soak(small(study.Soak(steps=100, replay=40, hidden_sizes=(16, 16)))))
    assert "update 1 " in episodes[-1].difference and len(episodes) == 6


def an_episode(place, resident=100_000_000, seconds=1.0, difference=None, floor=1.0):
    clocks = {**dict.fromkeys(SIDES, seconds), "floor": floor}
    return Episode(200 * place, 200 * place, resident, clocks, clocks, 10, 100, difference)


def a_log(**last):
    """100 episodes; replay of 4,000 wraps after 20; the last 20 are as `last` says."""
    return [an_episode(place, **(last if place > 80 else {})) for place in range(1, 101)]


@pytest.mark.parametrize("grown, good", [(100_000_000, True), (100_990_000, True), (101_010_000, False)])
def test_memory_may_grow_by_less_than_a_hundredth_after_the_wrap(grown, good):
    verdict = judge(a_log(resident=grown), replay=4_000)
    assert verdict.good == good and verdict.growth == pytest.approx(grown / 1e8 - 1)


def test_growth_before_the_wrap_does_not_count():
    log = [an_episode(place, resident=10_000_000 * min(place, 20)) for place in range(1, 101)]
    assert judge(log, replay=4_000).growth == 0


def test_one_difference_is_enough():
    verdict = judge(a_log(difference="episode 81, update 7"), replay=4_000)
    assert not verdict.good and ("differing", "episode 81, update 7") in rows(verdict)


def test_speed_is_that_of_the_first_and_last_tenth_of_the_updates():
    verdict = judge(a_log(seconds=2.0), replay=4_000)
    assert verdict.speeds["wall"]["torchrl"] == (200.0, 100.0)


def test_a_machine_that_is_slower_at_the_end_slows_the_floor_too():
    busy, slower = judge(a_log(seconds=2.0, floor=2.0), 4_000), judge(a_log(seconds=2.0), 4_000)
    step = 1 / 200 / (1 / FLOORS)  # by hand: a second for 200 steps, a second for so many updates' products
    assert busy.floors == dict.fromkeys(SIDES, (step, step))
    assert slower.floors == dict.fromkeys(SIDES, (step, 2 * step))


def test_a_log_that_ends_before_the_wrap_is_refused():
    with pytest.raises(ValueError, match=f"{2 * EPISODES} episodes after 19,000 steps.*got 5"):
        judge(a_log(), replay=19_000)


def test_the_page_holds_both_tables():
    text = page(judge(a_log(), replay=4_000), a_log(), "Pendulum-v1:")
    assert "| differing | 0 |" in text and "| resident, MB | 100.0 |" in text and "2,0" in text


def test_an_old_log_is_refused_in_one_line(tmp_path, capsys):
    (tmp_path / "log").write_text("precious")
    assert study.main(["--log", str(tmp_path / "log")]) == 2
    assert capsys.readouterr().err.count("\n") == 1 and (tmp_path / "log").read_text() == "precious"


@pytest.mark.parametrize("side", SIDES)
def test_no_episode_leaves_a_tensor_behind(side):
    """Exact, where resident size is not: as many tensors, of as many bytes, at every later episode's end."""
    config = short(
        total_steps=160, max_steps_per_episode=10, start_steps=20, update_after=30, batch_size=8, replay_size=40
    )
    held = []
    for place, seen in enumerate(watch(side, config)):
        del seen
        if place in (7, 10, 12):  # replay had wrapped by the fifth; each fifth record holds a probe
            held.append(tensors())
    assert len(set(held)) == 1, held


def tensors():
    """How many tensors there are, and their storages' bytes."""
    gc.collect()
    # By their own types alone: another test's `torch.compile` may have left tensors without storage.
    kinds = (torch.Tensor, torch.nn.Parameter, torch.nn.Buffer)
    found = [thing for thing in gc.get_objects() if type(thing) in kinds]
    storages = {thing.untyped_storage().data_ptr(): thing.untyped_storage().nbytes() for thing in found}
    return len(found), sum(storages.values())
