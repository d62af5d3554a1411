"""Every block of code in README.md and docs/ says what it is; Python runs, and JSON parses."""

import json
import re
import warnings
from contextlib import redirect_stdout
from importlib.util import find_spec
from io import StringIO

import pytest
import torch
import torchrl.envs  # before the blocks: importing it sets filters for warnings  # noqa: F401

from parity_tests.assertions import assert_same_bits
from parity_tests.cases import CASES, build
from parity_tests.page_blocks import ROOT, blocks, language, name, pages
from parity_tests.page_columns import RIGHT, divide, left, right

SKIPPED = {
    "docs/upstream/*.md": "test_upstream_pages.py runs each, and compares what it prints",
    "docs/fused.md": "test_fused_page.py looks up each line in the source that it is quoted from",
}
"""Pages whose Python is not run here, and why."""

NEEDS = {"from stable_baselines3": "stable_baselines3"}
"""Beginning of a line -> the package that its block is skipped without: it is in .venv-peers."""

BEFORE = {
    "docs/shadow.md": "from parity_tests.page_pipeline import actor, optimiser, replay, value",
    "docs/swap.md": "from torchrl.objectives import DDPGLoss\n"
    "from parity_tests.page_pipeline import actor, config, space, value as critic",
}
"""Page -> what the reader of it has, whose names its blocks use."""

AFTER = {
    "docs/candidates.md": """
class Agent:
    def train(self, batch): self.seen = batch

candidate = MyDDPG()
candidate.agent = Agent()
with entered(Agent, "train"):
    candidate.agent.train(None)
test_my_target_ignores_truncation()
""",
}
"""Page -> a call of what its blocks define."""

SHORTER = {"docs/swaps.md": ("Config()", "Config(total_steps=60, start_steps=20, update_after=40, batch_size=16)")}
"""Page -> what is written otherwise so that a block takes seconds."""

SHOWN = {"text", "diff", "toml", "yaml"}
"""Languages of blocks that show something."""


def skipped(page) -> bool:
    return any(page.match(pattern) for pattern in SKIPPED)


@pytest.mark.parametrize("page", pages(), ids=name)
def test_a_block_says_what_it_is(page):
    for block in blocks(page):
        known = language(block) in SHOWN | {"python", "sh", "json"}
        assert known or block.language.startswith("{"), f"{block}: without a language the site guesses one"


@pytest.mark.parametrize("page", [page for page in pages() if not skipped(page) and blocks(page)], ids=name)
def test_a_pages_python_runs_from_top_to_bottom(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "page"}
    old, new = SHORTER.get(name(page), ("", ""))
    texts = [block.text for block in blocks(page) if block.language == "python" and RIGHT not in block.text]
    assert old in "".join(texts)
    if not texts:
        return
    with warnings.catch_warnings(), torch.random.fork_rng(devices=[]), redirect_stdout(StringIO()):
        warnings.simplefilter("ignore")
        for text in [BEFORE.get(name(page), ""), *texts, AFTER.get(name(page), "")]:
            absent = [package for line, package in NEEDS.items() if line in text and not find_spec(package)]
            if not absent:
                exec(compile(text.replace(old, new) if old else text, name(page), "exec"), names)


@pytest.mark.filterwarnings("ignore:No target network updater")
def test_both_columns_of_readme_leave_the_same_bits():
    (block,) = [block for block in blocks(ROOT / "README.md") if RIGHT in block.text]
    ours, theirs = divide(block.text)
    for case in ("f32-b128-mixed", "f32-b8-mixed-tight_clipping"):
        material = build(CASES[case])
        assert_same_bits("README.md", left(ours, material), right(theirs, material))


@pytest.mark.parametrize("page", pages(), ids=name)
def test_a_pages_json_parses(page):
    for text in [block.text for block in blocks(page) if block.language == "json"]:
        for value in [text] if text.startswith("{\n") else text.splitlines():
            json.loads(value)


@pytest.mark.parametrize("page", sorted(SKIPPED))
def test_a_page_is_skipped_for_a_reason_that_holds(page):
    pointed = re.search(r"test_\w+\.py", SKIPPED[page])
    assert pointed is None or (ROOT / "parity_tests" / pointed[0]).is_file()
