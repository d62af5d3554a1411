"""A folder or trace from somebody else names code: it is not imported until the command line names it, too."""

import json
import shutil
import sys

import pytest

from parity_tests.test_command_line import SHORT, ddpg_here  # noqa: F401  (a fixture)

MODULE = """
from pathlib import Path
Path("imported").touch()

def make():
    import gymnasium
    return gymnasium.make("Pendulum-v1")
"""
MAKES = "factory=handed_over:make"


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """A run that was broken off, and a trace; then both name a module that lies beside them."""
    from harness.__main__ import main

    folder = tmp_path_factory.mktemp("given")
    words = f"{SHORT} --env-id Pendulum-v1"
    assert main(f"train {words} --checkpoint-every 1 --out {folder}/run".split()) == 0
    assert main(f"record {words} --out {folder}/run.jsonl".split()) == 0
    for path in (
        folder / "run" / "config.json",
        *(folder / "run" / "checkpoints").glob("*.json"),
        folder / "run.jsonl",
    ):
        path.write_text(path.read_text().replace("Pendulum-v1", MAKES))
    (folder / "handed_over.py").write_text(MODULE)
    return folder


READS = ["resume run", "evaluate run --episodes 1", "compare reference run.jsonl", "compare run.jsonl torchrl"]


@pytest.fixture
def folder(given, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "handed_over", raising=False)
    return shutil.copytree(given, tmp_path, dirs_exist_ok=True)


@pytest.mark.parametrize("words", READS)
def test_what_a_file_names_is_not_imported(words, folder, ddpg_here):  # noqa: F811
    refused = ddpg_here(words, folder)
    assert refused.returncode == 2 and refused.stdout == ""
    assert len(refused.stderr.splitlines()) == 1 and f"--env-id {MAKES}" in refused.stderr, refused.stderr
    assert not (folder / "imported").exists()


@pytest.mark.parametrize("words", READS)
def test_what_the_command_line_names_too_is_imported(words, folder, ddpg_here):  # noqa: F811
    ddpg_here(f"{words} --env-id {MAKES}", folder)
    assert (folder / "imported").exists()


def test_another_environment_than_the_runs_is_refused(folder, ddpg_here):  # noqa: F811
    for words in READS[:2]:
        refused = ddpg_here(f"{words} --env-id Pendulum-v1", folder)
        assert refused.returncode == 2 and f"must be '{MAKES}'" in refused.stderr, refused.stderr


def test_what_names_no_code_needs_no_word(folder, ddpg_here):  # noqa: F811
    path = folder / "run" / "config.json"
    path.write_text(path.read_text().replace(MAKES, "Pendulum-v1"))
    answer = ddpg_here("evaluate run --episodes 1 --json", folder)
    assert answer.returncode == 0 and len(json.loads(answer.stdout)["returns"]) == 1, answer.stderr
