"""The notebook: it runs from top to bottom in fast mode, and what it says of itself holds."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

jupytext = pytest.importorskip("jupytext", reason="the notebook's libraries are not installed")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbclient")
pytest.importorskip("ipykernel")

ROOT = Path(__file__).parent.parent
TEXT = ROOT / "docs/ddpg.py"
WIDTH = 82
"""Characters of a line of code that the page shows without a scroll bar."""

FIGURES = {
    "Return per episode": 2,  # both sides; ten episodes to average over there are not
    "Q-values against TD targets": 6,
    "Losses": 4,
    "Policy on the probe states": 1,
    "Q on the probe states": 1,
    "How far apart the twins' policies are": 1,
}
"""Title -> traces."""

SCRIPT = """
import sys
sys.path[:0] = ["docs/_ext"]
from pathlib import Path
import jupytext, nbformat
from notebook_run import run
notebook = run(jupytext.read(sys.argv[1]), Path.cwd(), FAST="1", PLOTLY_RENDERER="plotly_mimetype")
nbformat.write(notebook, sys.argv[2])
"""


def executed(text, out):
    """Runs a notebook as the site does, in a process apart, whose sockets and event loop stay there."""
    words = [sys.executable, "-c", SCRIPT, str(text), str(out)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return nbformat.read(out, as_version=4)


def code():
    return [cell for cell in jupytext.read(TEXT).cells if cell.cell_type == "code"]


def cells_of(notebook):
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def outputs_of(notebook):
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def printed(notebook):
    return "".join(output.text for output in outputs_of(notebook) if output.output_type == "stream")


def tables(notebook):
    """Every table as rows of cells, emphasis taken off."""
    found = [output.get("data", {}).get("text/markdown") for output in outputs_of(notebook)]
    return [[row.strip("| ").replace("**", "").split(" | ") for row in text.splitlines()] for text in found if text]


def check_comparisons(notebook):
    """Each cell that calls `same` printed a line for each call, none with a difference."""
    lines = re.findall(r"^(.*?) +([\d,]+) compared, (\d+) differing$", printed(notebook), re.MULTILINE)
    calls = sum(cell.source.count("same(") for cell in code()) - 1  # its definition
    assert len(lines) == calls + 4, "two of the calls are made for three updates"
    assert {differing for _, _, differing in lines} == {"0"}
    assert all(int(count.replace(",", "")) > 0 for _, count, _ in lines)


def check_tables(notebook):
    """Targets of four implementations, the count of the lockstep, and what the agent earns."""
    targets, lockstep, earned = tables(notebook)
    assert [row[:2] for row in targets[2:]] == [[a, b] for a in ("False", "True") for b in ("False", "True")]
    for terminated, _, reward, _, *answers in targets[2:]:
        assert len(set(answers)) == 1, "reference, oracle and the equation by hand"
        assert (answers[0] == reward) == (terminated == "True")
    counts = [[int(number.replace(",", "")) for number in row[1:]] for row in lockstep[2:]]
    assert lockstep[-1][0] == "all" and all(quantities > 0 for quantities, _, _ in counts)
    assert counts[-1] == [sum(column) for column in zip(*counts[:-1], strict=True)]
    assert {differing for *_, differing in counts} == {0}
    assert [row[0] for row in earned[2:]] == ["before training", "after training"]


def check_figures(notebook):
    """Every figure is there, with its traces, and none of them is empty."""
    kind = "application/vnd.plotly.v1+json"
    drawn = [output.data[kind] for output in outputs_of(notebook) if kind in output.get("data", {})]
    assert {figure["layout"]["title"]["text"]: len(figure["data"]) for figure in drawn} == FIGURES
    assert all(trace.get("y") or trace.get("z") for figure in drawn for trace in figure["data"])


def check_text_of(notebook):
    """Written as text, the notebook that has run is the one that was to run: no answer stays in it."""
    text = jupytext.writes(notebook, "py:percent")
    assert "compared, 0 differing" in printed(notebook) and text.count("compared, 0 differing") == 1
    assert cells_of(jupytext.reads(text, "py:percent")) == cells_of(jupytext.read(TEXT))


def test_the_notebook_runs_from_top_to_bottom_and_every_comparison_agrees(tmp_path):
    notebook = executed(TEXT, tmp_path / "ddpg.ipynb")
    check_comparisons(notebook)
    check_tables(notebook)
    check_figures(notebook)
    assert printed(notebook).count("within 1e-12 of the oracle's") == 2
    assert "actor[0.weight]: 1 element differs, at (5, 2), bit patterns 1 apart" in printed(notebook)
    assert all(output.get("name") != "stderr" for output in outputs_of(notebook))
    check_text_of(notebook)


def test_a_cell_that_fails_is_named(tmp_path):
    broken = tmp_path / "broken.py"
    broken.write_text("# %%\nx = 1\n\n# %%\nassert x == 2, 'one is not two'\n")
    with pytest.raises(RuntimeError, match=r"cell 2 of 2 \(assert x == 2.*\) failed(.|\n)*one is not two"):
        executed(broken, tmp_path / "broken.ipynb")


def test_code_cells_are_no_wider_than_the_page():
    wide = [line for cell in code() for line in cell.source.splitlines() if len(line) > WIDTH]
    assert code() and not wide, wide


def test_the_text_and_the_notebook_hold_the_same_cells():
    notebook = jupytext.read(TEXT)
    nbformat.validate(notebook)
    there = nbformat.reads(nbformat.writes(notebook), as_version=4)
    nbformat.validate(there)
    back = jupytext.reads(jupytext.writes(there, "py:percent"), "py:percent")
    assert cells_of(back) == cells_of(notebook)
    assert there.metadata.kernelspec.name == "python3"


def test_the_notebook_computes_nothing_that_a_package_has():
    """It defines only what draws and compares; networks, losses, steps and gradients are imported."""
    tree = ast.parse("\n".join(cell.source for cell in code()))
    defined = {node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    assert defined == {"table", "same", "gradient_of", "close"}
    called = {node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and hasattr(node.func, "attr")}
    assert not called & {"backward", "step_", "lerp", "relu", "tanh", "linear", "mse_loss", "matmul", "grad"}
