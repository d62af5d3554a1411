"""Every command that README.md and docs/ name, in a block or a sentence, is there, and quick ones run."""

import re
import subprocess
import sys
import warnings

import pytest

from harness.__main__ import main
from parity_tests.page_blocks import PROGRAM, ROOT, Code, blocks, language, name, pages, spans
from parity_tests.page_commands import check, commands, ddpg_options

RUN = (
    "ddpg presets",
    "ddpg presets td3 --json",
    "ddpg train --help",
    "ddpg record --impl torchrl --out mine.jsonl",
    "ddpg compare reference mine.jsonl",
    "python -c",
)
"""Beginnings of commands in blocks and sentences that are run, not only looked at."""

QUICKLY = [
    "--total-steps",
    "60",
    "--start-steps",
    "20",
    "--update-after",
    "40",
    "--batch-size",
    "16",
    "--hidden-sizes",
    "16",
    "16",
]

SPANS = [span for page in pages() for span in spans(page)]


def blocks_of_commands() -> list[Code]:
    return [block for page in pages() for block in blocks(page) if language(block) == "sh"]


@pytest.fixture(scope="module")
def traces(tmp_path_factory):
    """A folder with the traces that the pages' commands read."""
    folder = tmp_path_factory.mktemp("traces")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for trace in ("mine.jsonl", "before.jsonl"):
            assert main(["record", "--out", str(folder / trace), *QUICKLY]) == 0
    return folder


@pytest.fixture
def options(pytestconfig):
    """Raises ValueError for what pytest does not know as an option."""

    def known(word):
        if word not in ("-k", "-n", "-m", "-x", "-q", "-rs"):
            pytestconfig.getoption(word)

    return known


@pytest.mark.parametrize("block", blocks_of_commands(), ids=str)
def test_the_commands_of_a_block_are_there(block, options, traces, monkeypatch):
    monkeypatch.chdir(traces)
    assert commands(block.text)
    for words in commands(block.text):
        check(words, options)


@pytest.mark.parametrize("page", pages(), ids=name)
def test_commands_within_a_sentence_are_there(page, options, traces, monkeypatch):
    monkeypatch.chdir(traces)
    for span in SPANS:
        if span.page == name(page) and PROGRAM.match(span.text):
            for words in commands(span.text):
                try:
                    check(words, options, mention=True)
                except ValueError as error:
                    pytest.fail(f"{span}: `{span.text}`: {error}")


@pytest.mark.parametrize(
    "text",
    [
        "ddpg train --gama 1",
        "ddpg learn",
        "ddpg resume",
        "ddpg parity --candidates a.b:C",
        "make tset",
        "python -m parity_tests.sweeps_of_nothing",
        "python -m parity_tests.faults.run --no-such-word",
        "python examples/no_such_file.py",
        "pytest parity_tests/test_no_such_file.py",
        "pip install 'ddpg-parity[everything]'",
        "rm -rf runs",
    ],
)
def test_a_command_that_is_not_there_is_found(text, options):
    with pytest.raises(ValueError):
        check(commands(text)[0], options)


OPTIONS_OF_OTHERS = {
    "--all": "parity_tests/plugin.py",
    "--candidate": "parity_tests/plugin.py",
    "--every-test": "parity_tests/faults/run.py",
    "--write": "parity_tests/upstream/run.py",
    "--ladder": "parity_tests/plugin.py",
    "--evaluation-episodes": "examples/train_stable_baselines3.py",
}
"""Options that are not of `ddpg`, named outside a command, and where they stand."""
ELSEWHERE = {"--help", "--policy-frequency"}
"""Those of programs that are not ours: every command's, CleanRL's."""


def test_options_named_in_a_sentence_are_there():
    ours = ddpg_options()
    for span in SPANS:
        if not span.text.removeprefix(".venv/bin/").startswith(("--", "ddpg")):
            continue
        for option in re.findall(r"(?<![\w-])--[a-z][\w-]*", span.text):
            if option in ELSEWHERE or option in ours or option.replace("--no-", "--") in ours:
                continue
            assert option in OPTIONS_OF_OTHERS, f"{span}: {option} is no option of ddpg's"
            text = (ROOT / OPTIONS_OF_OTHERS[option]).read_text()
            assert f'"{option}"' in text or option[2:].replace("-", "_") in text, option


def quick_ones() -> list[tuple[str, ...]]:
    """Commands of the table above, wherever a page has them."""
    texts = [block.text for block in blocks_of_commands()] + [span.text for span in SPANS if PROGRAM.match(span.text)]
    found = {tuple(words) for text in texts for words in commands(text)}
    return sorted(words for words in found if " ".join(words).startswith(RUN))


@pytest.mark.parametrize("words", quick_ones(), ids=lambda words: " ".join(words)[:40])
def test_a_quick_command_runs(words, traces, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    if words[:2] == ("ddpg", "record"):
        words = (*words, *QUICKLY)
    if words[:2] == ("ddpg", "compare"):
        (tmp_path / "mine.jsonl").write_bytes((traces / "mine.jsonl").read_bytes())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert status(words) == 0
    assert capfd.readouterr().out


def status(words):
    """How a command ends; `ddpg` runs in this process, which has torch already."""
    if words[0] != "ddpg":
        return subprocess.run([sys.executable, *words[1:]]).returncode
    try:
        return main(words[1:])
    except SystemExit as ended:  # after printing help
        return ended.code or 0


def test_every_command_that_is_to_be_run_is_on_a_page():
    found = [" ".join(words) for words in quick_ones()]
    assert [beginning for beginning in RUN if not any(words.startswith(beginning) for words in found)] == []


def test_traces_page_prints_the_hash_that_it_says(capfd):
    (block,) = [block for block in blocks_of_commands() if block.text.startswith("python -c")]
    exec(commands(block.text)[0][2], {})
    assert f"`{capfd.readouterr().out.strip()}`" in (ROOT / block.page).read_text()
