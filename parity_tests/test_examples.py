"""The examples of docs/swap.md run, say what the page says, and are short enough to be read whole."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[1] / "examples"
LAST_LINES = {  # how they begin
    "swap_the_loss": "337 updates: every loss and every weight of the actor is the same to the bit",
    "torchrl_parts_in_the_plain_loop": "every return and every weight is the same to the bit",
    "plain_tensors": "critic loss ",
}
pytestmark = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the examples are in the repository, not in the package")


@pytest.mark.parametrize("name", LAST_LINES)
def test_an_example_runs_to_its_last_line(name, tmp_path):
    command = [sys.executable, str(EXAMPLES / f"{name}.py")]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1].startswith(LAST_LINES[name])


@pytest.mark.parametrize("name", LAST_LINES)
def test_an_example_is_at_most_sixty_lines(name):
    assert len((EXAMPLES / f"{name}.py").read_text().splitlines()) <= 60
