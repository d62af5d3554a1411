"""`ddpg bench`: what is asked for becomes jobs, and bad input one line."""

from dataclasses import replace

import pytest

from harness.arguments import Bench
from harness.bench.floor import floor_updates, products_per_update
from harness.bench.plan import plan
from harness.bench.work import FIRST_UPDATE, VARIANTS, Cell, Job, config_of, job_from_json
from harness.errors import InputError
from harness.parser import parse

JOB = Job("fused", "steps", Cell(), (3000, 3400))

REFUSED = {
    "nothing_to_vary": ("widths",),
    "no_units": ("widths", 0),
    "no_threads": ("threads", 0),
    "a_batch_that_replay_cannot_hold": ("batch_sizes", 300_000),
    "updates_that_begin_later_than_the_timing": ("batch_sizes", 4096),
    "a_grid_beside_full": ("full", "widths", 64),
    "a_grid_beside_peers": ("peers", "widths", 64),
    "contenders_beside_peers": ("peers", "contenders", "fused"),
    "a_script_without_peers": ("cleanrl", __file__),
    "no_script": ("peers", "cleanrl", "no/such.py"),
    "full_beside_peers": ("peers", "full"),
    "timing_before_the_first_update": ("from_step", 1000),
    "timing_that_ends_before_it_begins": ("to_step", 2999),
    "fewer_steps_than_repeats": ("to_step", 3004),
    "no_repeats": ("repeats", 0),
    "no_time": ("slice_seconds", 0),
}
"""The option that is named, last but one or last, behind others that it contradicts; and its value."""


def words_of(refused):
    """An option with a value, or without; before it perhaps a flag."""
    flags = [f"--{word}" for word in refused if word in ("peers", "full")]
    rest = [str(word) for word in refused if word not in ("peers", "full")]
    return [*flags, *(f"--{word.replace('_', '-')}" if place == 0 else word for place, word in enumerate(rest))]


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED)
def test_the_option_that_does_not_fit_is_named_in_one_line(refused):
    named = next((word for word in refused if word not in ("peers", "full")), "full")
    with pytest.raises(InputError, match=f"^{named} must be [^\n]*; got [^\n]*\\.$"):
        plan(parse(["bench", *words_of(refused)]))


def test_every_axis_is_crossed_with_every_other():
    words = "bench --variants ddpg td3 --batch-sizes 32 64 --widths 8 16 --threads 1 2"
    cells = [{job.cell for job in jobs} for jobs in plan(parse(words.split()))]
    assert len(cells) == 16 and all(len(cell) == 1 for cell in cells) and len(set.union(*cells)) == 16


def test_the_floor_is_measured_in_every_cell_whose_updates_are():
    for jobs in plan(Bench(full=True)):
        assert [job.measure for job in jobs if job.contender == "floor"] == ["updates"]


def test_full_measures_loops_in_the_cell_in_the_middle_alone():
    jobs = [job for jobs in plan(Bench(full=True)) for job in jobs]
    looped, sizes = (
        {(job.cell.batch_size, job.cell.width) for job in jobs if job.measure in kinds}
        for kinds in (("steps",), ("steps", "updates"))
    )
    assert looped == {(128, 256)} and {(32, 64), (4096, 1024)} <= sizes


def test_no_cell_is_measured_twice():
    jobs = [job for jobs in plan(Bench(full=True)) for job in jobs]
    assert len({(job.contender, job.measure, job.cell) for job in jobs}) == len(jobs)


def test_cleanrl_is_timed_where_its_path_is_given_and_nowhere_else(tmp_path):
    script = tmp_path / "script.py"
    script.touch()
    without, with_it = (
        [job.contender for jobs in plan(Bench(peers=True, cleanrl=path)) for job in jobs] for path in (None, script)
    )
    assert sorted([*without, "cleanrl"]) == sorted(with_it)


def test_among_peers_nobody_clips_gradients():
    assert not any(job.clips for jobs in plan(Bench(peers=True)) for job in jobs)
    assert config_of(replace(JOB, clips=False)).grad_clip_norm is None and config_of(JOB).grad_clip_norm == 1.0


def test_slices_of_steps_and_of_updates_end_at_the_same_places_of_a_run():
    [jobs] = plan(Bench(from_step=3000, to_step=5000, repeats=5))
    steps, updates = (next(job.marks for job in jobs if job.measure == kind) for kind in ("steps", "updates"))
    assert steps == (3000, 3400, 3800, 4200, 4600, 5000)
    assert updates == tuple(mark - FIRST_UPDATE for mark in steps)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_run_does_not_end_before_its_last_mark(variant):
    config = config_of(replace(JOB, cell=Cell(variant, batch_size=2000)))
    assert config.total_steps > JOB.marks[-1] and config.episodes * 200 > JOB.marks[-1]


def test_a_job_comes_back_from_json_as_it_was(tmp_path):
    job = replace(JOB, cleanrl=tmp_path / "script.py")
    assert job_from_json(job.to_json()) == job


# The floor.


@pytest.mark.parametrize(("variant", "count"), [("ddpg", 10), ("td3", 11.5), ("layer_norm", 10), ("paper", 10)])
def test_the_products_of_an_update_are_counted_by_hand(variant, count):
    assert products_per_update(config_of(replace(JOB, cell=Cell(variant)))) == count


@pytest.mark.parametrize(("sizes", "pairs"), [((8, 8), 1), ((8, 6, 4), 2)])
def test_the_floor_does_as_many_products_as_were_counted(monkeypatch, sizes, pairs):
    import torch

    shapes, product = [], torch.mm
    monkeypatch.setattr(torch, "mm", lambda a, b, out: shapes.append((*a.shape, *b.shape)) or product(a, b, out=out))
    config = replace(config_of(replace(JOB, cell=Cell("td3", batch_size=4))), hidden_sizes=sizes)
    floor_updates(config)(2)
    assert len(shapes) == 23 * pairs
    assert set(shapes) == {(4, rows, rows, columns) for rows, columns in zip(sizes, sizes[1:], strict=False)}


def test_a_floor_of_one_hidden_layer_is_refused():
    with pytest.raises(ValueError, match="two layers or more"):
        floor_updates(replace(config_of(JOB), hidden_sizes=(8,)))
