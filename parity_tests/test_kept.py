"""Results of studies: what was broken off in the middle of a line costs that line, and nothing else."""

import subprocess
import sys
from pathlib import Path

import pytest

from parity_tests.studies.kept import append, lines

ROOT = Path(__file__).parent.parent


def test_results_come_back_as_they_were_added(tmp_path):
    path = tmp_path / "folder" / "runs.jsonl"
    assert lines(path) == []
    append(path, {"a": 1.5})
    append(path, {"b": ["é", None]})
    assert lines(path) == [{"a": 1.5}, {"b": ["é", None]}]


def test_a_line_that_was_broken_off_is_no_result_and_the_next_takes_its_place(tmp_path):
    path = tmp_path / "runs.jsonl"
    append(path, {"a": 1})
    with path.open("a") as file:
        file.write('{"b": 2')
    assert lines(path) == [{"a": 1}]
    append(path, {"c": 3})
    assert path.read_text() == '{"a": 1}\n{"c": 3}\n'


def test_a_whole_object_without_its_lines_end_is_made_again(tmp_path):
    path = tmp_path / "runs.jsonl"
    path.write_text('{"a": 1}\n{"b": 2}')
    assert lines(path) == [{"a": 1}]


@pytest.mark.parametrize("study", ["one_bit", "sweeps", "rewrites"])
def test_a_study_of_an_hour_refuses_words_and_other_folders(study, tmp_path):
    command = [sys.executable, "-m", f"parity_tests.studies.{study}"]
    for words, folder in (["--help"], ROOT), ([], tmp_path):
        ended = subprocess.run([*command, *words], cwd=folder, capture_output=True, text=True)
        assert ended.returncode == 2 and ended.stderr.count("\n") == 1, ended.stderr
        assert f"{study} takes no arguments, and writes to docs/" in ended.stderr
