"""`ddpg bench`: from slices to figures, tables and a page. No test here looks at a clock."""

import io
import json

import pytest
from rich.console import Console

from harness.bench import paced, speed_page
from harness.bench.figures import growth, steps_per_second
from harness.bench.page import bench_page
from harness.bench.process import Slice, Timed
from harness.bench.results import ratios, row
from harness.bench.speed_page import main, page
from harness.bench.tables import missing, tables
from harness.bench.work import Cell, Job


def timed(contender, measure, walls, cell=None, missing=None):
    """A contender that did 10 in each of those seconds, at half as much CPU time."""
    slices = [Slice(10, wall, wall / 2) for wall in walls]
    job = Job(contender, measure, cell or Cell(), (20, 20 + 10 * len(walls)))
    return Timed(job, slices, missing, memory=100.0, versions={"torch": "2.13.0"})


def found(*groups):
    """What the command has to print and draw."""
    return {
        "cpu": "a processor",
        "cores": 2,
        "versions": {"torch": "2.13.0"},
        "results": [row(each) for group in groups for each in group],
        "ratios": [ratio for group in groups for ratio in ratios(group)],
    }


GRID = [
    [timed(name, "updates", [cost * batch * width, cost * batch * width], Cell(batch_size=batch, width=width))
     for name, cost in (("floor", 1 / 2**20), ("fused", 1 / 2**19), ("torchrl", 1 / 2**17))]
    for batch in (32, 128) for width in (64, 256)
]  # fmt: skip
LOOPS = [
    timed("autograd", "steps", [4.0, 4.0]),
    timed("fused", "steps", [2.0, 1.0]),
    timed("sbx", "steps", [], missing="jax is not installed: pip install 'ddpg-parity[peers]'"),
]


def printed(result, width=80):
    console = Console(width=width, record=True, file=io.StringIO())
    for table in tables(result):
        console.print(table)
    return console.export_text()


def test_a_rate_is_the_median_over_slices_and_its_spread_the_quartiles():
    result = row(timed("fused", "steps", [1.0, 2.0, 4.0]))
    assert result["per_second"] == {"median": 5.0, "q1": 3.75, "q3": 7.5}  # of 10, 5 and 2.5
    assert result["per_cpu_second"]["median"] == 10.0


def test_a_ratio_is_taken_round_by_round():
    [ratio] = ratios([timed("autograd", "steps", [1.0, 8.0, 3.0]), timed("fused", "steps", [0.5, 2.0, 3.0])])
    assert (ratio["of"], ratio["to"], ratio["repeats"]) == ("fused", "autograd", [2.0, 4.0, 1.0])
    assert ratio["wall"]["median"] == 2.0


def test_a_ratio_to_one_that_is_missing_is_left_out():
    assert [(ratio["of"], ratio["to"]) for ratio in ratios(LOOPS)] == [("fused", "autograd")]


def test_updates_are_not_divided_by_steps():
    assert ratios([timed("floor", "updates", [1.0]), timed("fused", "steps", [1.0])]) == []


KEYS = {
    "contender", "measure", "variant", "batch_size", "width", "threads", "first", "last", "clips_gradients", "missing",
    "per_second", "per_cpu_second", "peak_memory_mib", "repeats", "versions",
}  # fmt: skip


def test_every_row_has_the_same_keys_and_is_json():
    result = json.loads(json.dumps(found(LOOPS, *GRID), allow_nan=False))
    assert all(set(each) == KEYS for each in result["results"])
    assert result["results"][0]["repeats"] == [{"count": 10, "wall": 4.0, "cpu": 2.0}] * 2


def test_a_missing_peer_is_one_line_that_says_what_to_install():
    assert missing(found(LOOPS, LOOPS)) == ["SBX (JAX): jax is not installed: pip install 'ddpg-parity[peers]'"]


def test_the_tables_fit_into_eighty_columns():
    lines = printed(found(LOOPS, *GRID)).splitlines()
    assert "│ autograd │      2.5 │  0.0% │" in "\n".join(lines) and max(map(len, lines)) <= 80
    assert "…" not in "\n".join(lines)


def test_the_share_of_the_floor_stands_beside_updates_and_not_beside_steps():
    first, second = tables(found(GRID[0], LOOPS))[:2]
    assert "of floor" in [column.header for column in first.columns]
    assert "of floor" not in [column.header for column in second.columns]
    assert [*first.columns[4].cells] == ["1.00", "0.50", "0.12"]


# The page.


@pytest.mark.parametrize(("along", "panel"), [("width", "batch_size"), ("batch_size", "width")])
def test_cost_is_drawn_along_an_axis_with_a_panel_for_each_value_of_the_other(along, panel):
    figure = growth(found(*GRID)["results"], along, panel)
    assert len(figure.data) == 6  # three contenders in two panels
    assert {"width": (64, 256), "batch_size": (32, 128)}[along] == figure.data[0].x
    assert figure.data[0].y[1] / figure.data[0].y[0] == pytest.approx(4, rel=1e-3)  # of four digits


def test_the_grid_is_drawn_of_ddpg_on_one_thread_where_others_were_measured_too():
    others = [[timed("fused", "updates", [9.0], Cell("td3"))], [timed("fused", "updates", [9.0], Cell(threads=2))]]
    assert (
        growth(found(*others, *GRID)["results"], "width", "batch_size").data
        == growth(found(*GRID)["results"], "width", "batch_size").data
    )


def test_a_bar_is_drawn_for_each_loop_that_was_timed():
    [bars] = steps_per_second(found(LOOPS)["results"]).data
    assert bars.y == ("fused", "autograd") and bars.x == (7.5, 2.5)


def test_the_page_shows_the_figures_that_there_is_something_in_and_every_number():
    grid, loops = bench_page(found(*GRID)), bench_page(found(LOOPS))
    assert 'id="along_width"' in grid and 'id="steps"' not in grid
    assert 'id="along_width"' not in loops and 'id="steps"' in loops
    assert grid.count("<tr>") == 1 + 12 and "jax is not installed" in loops


# The clock.


def test_a_pace_counts_from_the_begin_of_a_step_to_the_begin_of_another():
    seen = []
    pace = paced.Pace((3, 5), lambda count, wall, cpu: seen.append(count))
    counts = []
    for _ in range(8):
        pace()
        counts.append(len(seen))
    assert seen == [3, 2] and counts == [0, 0, 0, 1, 1, 2, 2, 2]


def test_time_spent_in_a_report_is_nobodys(monkeypatch):
    clock, seen = [0.0], []
    monkeypatch.setattr(paced.time, "perf_counter", lambda: clock[0])

    def report(count, wall, cpu):
        seen.append(wall)
        clock[0] += 1000

    pace = paced.Pace((1, 2), report)
    for _ in range(3):
        pace()
        clock[0] += 1
    assert seen == [1, 1]


# The page of the documentation.


def test_the_pages_tables_are_those_that_the_command_prints():
    text = page([found(LOOPS), found(*GRID)])
    assert "**Steps 20 to 40; ddpg, batch 128, width 256, 1 thread**\n\n|  | a second | IQR |" in text
    assert "| fused | 7.5 | 33.3% | 66.667 | 100 | 20 |" in text and "| fused / autograd | 3.00 | 3.00 |" in text
    assert "- SBX (JAX): jax is not installed" in text and text.count("\n## Ours\n") == 2


def test_the_page_is_written_from_a_file_of_the_commands_json(tmp_path, monkeypatch):
    (tmp_path / "bench.json").write_text(json.dumps(found(LOOPS)))
    monkeypatch.setattr(speed_page, "PAGE", tmp_path / "speed.md")
    assert main([tmp_path / "bench.json"]) == 0
    assert (tmp_path / "speed.md").read_text() == page([found(LOOPS)])


def test_what_the_command_did_not_print_is_refused_in_one_line(tmp_path, capsys):
    (tmp_path / "other.json").write_text("[]")
    assert main([tmp_path / "other.json"]) == main([]) == main([tmp_path / "none.json"]) == 2
    assert capsys.readouterr().err.count("\n") == 3
