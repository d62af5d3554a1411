"""The pages of `docs/upstream/`: each reproduction prints what its page says, and each proposed test fails today."""

import re
import warnings
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
import torch
import torchrl.envs  # before the blocks: importing it sets filters for warnings
import torchrl.objectives

from harness.known_differences import absence, installed
from parity_tests.known_differences import load
from parity_tests.upstream_pages import FOLDER, PAGES, hunks, read, run, the_test

MENDED = {"state_dict_first_use": "state-dict-grows-at-first-use"}
"""Pages whose defect a later build no longer has, and its entry among the known differences."""

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)


@pytest.fixture(autouse=True)
def as_a_script():
    """A page's code may draw and be warned; nothing of it outlasts the test."""
    with torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def skip_where_mended(page):
    """A later TorchRL than the pinned one may do what the page asks for."""
    for entry in load():
        reason = absence(entry, installed()) if entry.id == MENDED.get(page.stem) else None
        if reason is not None:
            pytest.skip(reason)


@each_page
def test_reproduction_prints_what_its_page_says(page):
    skip_where_mended(page)
    printed = StringIO()
    with redirect_stdout(printed):
        run(read(page).reproduction, page)
    assert printed.getvalue() == read(page).printed


@each_page
def test_test_proposed_to_torchrl_fails_without_the_patch(page):
    skip_where_mended(page)
    with pytest.raises(AssertionError):
        the_test(page)()


@each_page
def test_patch_starts_from_the_installed_source(page):
    site_packages = Path(torchrl.__file__).parents[1]
    for name, before in hunks(read(page).patch):
        if name.startswith("torchrl/"):  # recipes are in the repository alone
            assert before in (site_packages / name).read_text()


def test_every_page_is_in_the_index():
    if not FOLDER.is_dir():
        pytest.skip("the pages are in the repository, not in the package")
    linked = re.findall(r"\]\((\w+)\.md\)", (FOLDER / "README.md").read_text())
    assert sorted(linked) == sorted(page.stem for page in PAGES)
