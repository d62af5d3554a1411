"""Commands that a page names, looked at without running them: program, target, module, file and options are there."""

import re
import shlex
import subprocess
import sys
import tomllib
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path

from harness.arguments import COMMANDS
from harness.errors import InputError
from harness.parser import parse
from parity_tests.page_blocks import ROOT
from reference.config import Config

PLACEHOLDERS = {"NAME": "gamma_ignored"}
"""Words that stand for one of the reader's, where the parser would look it up."""


def commands(text: str) -> list[list[str]]:
    """The words of each command in a block; comments and redirections are taken off, `&&` and `|` divide."""
    found: list[list[str]] = []
    for line in text.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars="&|>")
        lexer.whitespace_split = True
        found.append([])
        for word in lexer:
            if word in ("&&", "|"):
                found.append([])
            elif word == ">":
                next(lexer)
            else:
                found[-1] += _expanded(PLACEHOLDERS.get(word, word))
    return [words for words in found if words]


def _expanded(word: str) -> list[str]:
    """`a{b,c}d` as a shell reads it."""
    before, brace, rest = word.partition("{")
    inner, closed, after = rest.partition("}")
    return [before + part + after for part in inner.split(",")] if brace and closed and "," in inner else [word]


def check(words: list[str], pytest_option, mention: bool = False) -> None:
    """Fails where a command could not be run as it stands.

    Args:
        words: of one command.
        pytest_option: raises ValueError for an option that pytest does not know.
        mention: whether a sentence names the command, and may leave out what a reader would fill in.

    Raises:
        ValueError: what is wrong with it.
    """
    program, rest = words[0].removeprefix(".venv/bin/"), words[1:]
    match program:
        case "ddpg":
            _check_ddpg(rest, pytest_option, mention)
        case "make":
            _check_make(rest)
        case "python":
            _check_python(rest, pytest_option)
        case "pytest":
            _check_pytest(rest, pytest_option)
        case "pip":
            _check_pip(rest)
        case "git":
            if rest[:1] != ["clone"]:
                raise ValueError(f"git {rest} is not known here")
        case _:
            raise ValueError(f"{program} is no program that these pages use")


def _check_ddpg(words, pytest_option, mention):
    if mention and (not words or (words == [words[0]] and words[0] in COMMANDS)):
        return
    if words[:1] == ["parity"]:
        return _check_pytest(words[1:], pytest_option)
    try:
        parse(words)
    except SystemExit as ended:  # help was asked for
        if ended.code:
            raise ValueError(f"ddpg {words} ends with {ended.code}") from None
    except InputError as error:
        left_out = re.search(r" is missing\. | has too few values\. ", str(error))
        if not (mention and left_out):
            raise ValueError(str(error)) from None
    return None


def _check_make(words):
    done = subprocess.run(["make", "-n", "-B", *words], cwd=ROOT, capture_output=True, text=True)
    if done.returncode or not words:
        raise ValueError(f"make {words}: {done.stderr}")


def _check_python(words, pytest_option):
    if words[:1] == ["-c"]:
        compile(words[1], "python -c", "exec")
    elif words[:2] == ["-m", "pytest"]:
        _check_pytest(words[2:], pytest_option)
    elif words[:1] == ["-m"]:
        _check_module(words[1], words[2:])
    elif words[0].startswith("-"):  # the interpreter's own options
        subprocess.run([sys.executable, *words, "-c", ""], check=True)
    elif not (ROOT / words[0]).is_file():
        raise ValueError(f"{words[0]} is no file")


def _check_module(module, words):
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ValueError(f"{module} is no module")
    # A package's words may be read by any of its modules; of those that tyro reads, a field has the name.
    own = Path(spec.origin)
    files = own.parent.glob("*.py") if spec.submodule_search_locations else [own]
    source = "\n".join(path.read_text() for path in files)
    for word in words:
        field = word.lstrip("-").replace("-", "_")
        if word.startswith("-") and f'"{word}"' not in source and not re.search(rf"^    {field}: ", source, re.M):
            raise ValueError(f"{module} does not know {word}")


def _check_pytest(words, pytest_option):
    for word in words:
        if word.startswith("-"):
            pytest_option(word)
        elif "/" in word and not list(ROOT.glob(word.partition("::")[0])):
            raise ValueError(f"{word} is no file")


def _check_pip(words):
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for asked in re.findall(r"\[(.*?)\]", " ".join(words)):
        if not set(asked.split(",")) <= set(extras):
            raise ValueError(f"{asked} is no extra of pyproject.toml")


def ddpg_options() -> set[str]:
    """Every option of every command of `ddpg`, as one writes it."""
    names = {item.name for kind in (Config, *COMMANDS.values()) for item in fields(kind)}
    return {f"--{name.replace('_', '-')}" for name in names}
