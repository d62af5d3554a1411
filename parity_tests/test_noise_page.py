"""`docs/noise.md`: its tables are current, and its code makes the noise that it says it makes."""

import re
from pathlib import Path

import pytest
import torch
from tensordict import TensorDict

from parity_tests.assertions import assert_same_bits
from parity_tests.known_differences import load
from parity_tests.studies import ou_table
from parity_tests.studies.page import between_markers
from reference.config import Config
from torchrl_impl import noise as torchrl_noise
from torchrl_impl.streams import lend

PAGE = Path(__file__).parents[1] / ou_table.PAGE

needs_the_page = pytest.mark.skipif(not PAGE.is_file(), reason="the pages are in the repository, not in the package")


def code_of_page(library):
    """What the page's block of Python that imports a library defines."""
    blocks = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    (text,) = [block for block in blocks if f"from {library}." in block]
    names = {}
    exec(compile(text, str(PAGE), "exec"), names)
    return names


@needs_the_page
def test_the_pages_tables_are_those_of_the_command():
    assert between_markers(PAGE) == ou_table.text()


def test_the_command_refuses_an_argument_in_one_line(capsys):
    assert ou_table.main(["--help"]) == 2
    printed = capsys.readouterr()
    assert (printed.out, printed.err.count("\n")) == ("", 1)


def trajectory(module):
    """Thirty actions of one module, which is stepped after each; the sixteenth begins an episode."""
    frame, actions = TensorDict(), []
    with lend(torch.Generator().manual_seed(4)):
        for number in range(30):
            frame["action"], frame["is_init"] = torch.tensor([1.95]), torch.tensor([number in (0, 15)])
            frame = module(frame)
            actions.append(frame["action"])
            module.step()
    return torch.stack(actions)


@needs_the_page
def test_the_pages_module_is_that_of_its_config():
    code = code_of_page("torchrl")
    (said,) = re.findall(r"^is `(Config\(.*?\))`", PAGE.read_text(), re.MULTILINE)
    config = eval(said, {"Config": Config})
    ours = torchrl_noise.explore(config, code["env"].action_spec)
    assert_same_bits("action", trajectory(ours), trajectory(code["noise"]))
    assert_same_bits("scale", ours.eps, code["noise"].eps)
    code["env"].close()


@needs_the_page
def test_the_page_names_known_differences_that_there_are():
    named = re.findall(r"\(`([a-z-]+)`[,)]", PAGE.read_text())
    assert len(named) == 5 and set(named) <= {entry.id for entry in load()}
