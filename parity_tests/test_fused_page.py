"""What docs/fused.md says of the source is what stands there."""

import re
from pathlib import Path

import pytest

from reference.config import Config
from reference.learner import FUSED

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/fused.md").read_text()
SOURCE = {
    line.strip()
    for file in (ROOT / "reference").glob("fused*.py")
    for line in file.read_text().splitlines()
}  # fmt: skip
QUOTED = [line for block in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
WORDS = {
    "weight": "weights of a batch (`Extra.weight`)",
    "device": "`device` other than cpu",
    "parts": "`parts` of your own",
}


@pytest.mark.parametrize("line", QUOTED)
def test_a_line_that_the_page_quotes_stands_in_the_source(line):
    assert line in SOURCE


def test_the_page_quotes_every_kind_of_step():
    called = {name for line in QUOTED for name in re.findall(r"[a-z_]+(?=\()", line)}
    assert {"baddbmm", "bmm", "backward_", "action_gradient_", "vector_norm", "lerp_"} <= called


def test_the_pages_table_is_the_learners():
    rows = re.findall(r"^\| (.*) \| (yes|by autograd) \|$", PAGE, re.MULTILINE)
    does = {"fused": "yes", "fallback": "by autograd"}
    assert rows == [(WORDS.get(name, f"`{name}`"), does[kind]) for name, kind in FUSED.items()]
    assert {name for name in FUSED if name not in WORDS} <= set(Config.__dataclass_fields__)
