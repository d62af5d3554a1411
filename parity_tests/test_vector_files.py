"""The known answers' files: made again they are the same, and each does what it says."""

import json
import re
import shutil
import subprocess
import sys

import pytest

from harness.difference import leaves
from parity_tests import oracle, vectors
from parity_tests.known_answers.answer import answer
from parity_tests.known_answers.cases import CASES, SPECS
from parity_tests.known_answers.digits import (
    ALL,
    MISTAKES,
    TELLING,
    correct_digits,
    digits_by_quantity,
    first_short,
)
from parity_tests.known_answers.files import FOLDER, SCHEMA, read
from parity_tests.known_answers.schema import problems

FILES = {path.stem: path for path in sorted((FOLDER / "cases").glob("*.json"))}
NODE = shutil.which("node")

each_file = pytest.mark.parametrize("name", FILES)
with_node = pytest.mark.skipif(NODE is None, reason="Node.js is not installed")


def test_there_is_a_file_for_each_case():
    assert list(FILES) == list(CASES) and len(FILES) == 56


def test_the_files_are_small():
    assert sum(path.stat().st_size for path in FILES.values()) < 1_000_000


@pytest.mark.parametrize("name", list(FILES)[::3])  # `make vectors` makes all of them
def test_a_case_made_again_has_the_same_bytes(name):
    # Which holds on any machine: what is printed comes from mpmath, and NumPy's last bits do not enter.
    assert vectors.document(name) == FILES[name].read_text()


def test_nothing_is_printed_where_oracle_and_certificate_part(monkeypatch):
    monkeypatch.setattr(oracle, "soft_update", lambda target, online, tau: target)
    with pytest.raises(ValueError, match=r"01-no_flags-b1: oracle and certificate agree in .* digits of target_critic"):
        vectors.document("01-no_flags-b1")


@each_file
def test_each_mistake_that_a_case_names_shows_where_it_says(name):
    case = read(FILES[name])
    for quantity, mistakes in case.tells_apart.items():
        for mistake in mistakes:
            assert first_short(MISTAKES[mistake](case.inputs), case.expected) == quantity, mistake


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_shows_on_some_case(mistake):
    named = [name for name, path in FILES.items() if f'"{mistake}"' in path.read_text()]
    assert len(named) >= 2


@each_file
def test_a_case_says_no_mistake_shows_that_is_none(name):
    case = read(FILES[name])
    assert first_short(answer(case.inputs), case.expected) is None


# The format.


def schema():
    return json.loads((FOLDER / SCHEMA).read_text())


@each_file
def test_a_case_keeps_to_the_schema(name):
    root = schema()
    document = json.loads(FILES[name].read_text())
    assert problems(document, root, root) == []
    assert document["name"] == name
    assert len({len(column) for column in document["batch"].values()}) == 1


BREAKS = {
    "a weight too few": lambda d: d["state"]["actor"]["0.weight"][0].pop(),
    "a row of weights too many": lambda d: d["state"]["critic"]["2.weight"].append([0, 0, 0, 0]),
    "a flag as a number": lambda d: d["batch"].update(terminated=[0]),
    "a number as a text": lambda d: d["expected"].update(critic_loss="1"),
    "no target": lambda d: d["expected"].pop("target"),
    "an unknown setting": lambda d: d["settings"].update(epsilon=1e-8),
    "another order": lambda d: d["settings"].update(order="backwards"),
    "another schema": lambda d: d.update(schema="schema-2020-01-01.json"),
    "a step below zero": lambda d: d["state"]["actor_adam"].update(step=-1),
    "an empty batch": lambda d: d["batch"].update(reward=[]),
}


@pytest.mark.parametrize("change", BREAKS.values(), ids=BREAKS.keys())
def test_the_schema_refuses(change):
    document, root = json.loads(FILES["01-no_flags-b1"].read_text()), schema()
    change(document)
    assert len(problems(document, root, root)) == 1


def test_expected_quantities_stand_in_the_order_of_the_schema():
    names = list(schema()["properties"]["expected"]["properties"])
    assert names == list(read(FILES["01-no_flags-b1"]).expected)


@each_file
def test_inputs_are_exact_in_float32_too(name):
    # So that a float32 implementation is given the same problem; gamma, tau and c apart, which are decimals.
    state, batch, _ = read(FILES[name]).inputs
    numbers = [value for tree in (state, batch) for _, value in leaves("", tree) if hasattr(value, "astype")]
    assert len(numbers) == 54
    assert all((value.astype("float32") == value).all() for value in numbers)


@each_file
def test_no_zero_has_a_sign(name):
    # Some readers would keep it, and some would not.
    assert not re.search(r"-0(\.0*)?[],\s]", FILES[name].read_text())


# Correct digits.


def test_digits_count_from_the_largest_element():
    assert correct_digits([1000.0, 1e-3], [1000.0, 2e-3]) == pytest.approx(6.0)  # by hand: -log10(1e-3 / 1e3)


def test_equal_numbers_have_all_digits():
    assert correct_digits([0.0, 1.0], [0.0, 1.0]) == ALL


def test_zeros_are_met_by_zeros_alone():
    assert correct_digits([0.0], [0.0]) == ALL
    assert correct_digits([1e-300], [0.0]) == 0


@pytest.mark.parametrize("found", [[float("nan")], [float("inf")], [1.0, 1.0]])
def test_no_digit_is_correct_of(found):
    assert correct_digits(found, [1.0]) == 0


def test_a_quantity_has_the_fewest_digits_of_its_parts():
    found = {"net": {"a": [1.0], "b": [1.01]}}
    assert digits_by_quantity(found, {"net": {"a": [1.0], "b": [1.0]}})["net"] == pytest.approx(2.0)
    assert TELLING > 2


# The command, and the loader in another language.


def test_the_command_takes_no_arguments():
    done = subprocess.run([sys.executable, "-m", "parity_tests.vectors", "here"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "parity_tests.vectors takes no arguments; got here\n"


def test_writing_removes_files_that_are_no_case(tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "CASES", {"01-no_flags-b1": CASES["01-no_flags-b1"]})
    (tmp_path / "99-stale-b1.json").write_text("{}")
    assert list(vectors.write(tmp_path)) == ["01-no_flags-b1"]
    assert [path.name for path in tmp_path.iterdir()] == ["01-no_flags-b1.json"]


def load(*arguments):
    return subprocess.run([NODE, str(FOLDER / "loader.mjs"), *arguments], capture_output=True, text=True)


@with_node
def test_a_loader_in_javascript_finds_twelve_digits_in_every_case():
    done = load()
    lines = done.stdout.splitlines()
    assert done.returncode == 0 and [line.split(":")[0] for line in lines] == list(FILES)
    assert all(float(line.split(": ")[1].split()[0]) >= 12 for line in lines)


@with_node
@pytest.mark.parametrize("quantity", ["target", "td_error", "hidden_next_critic", "actor_loss"])
def test_the_loader_names_a_wrong_quantity(quantity, tmp_path):
    document = json.loads(FILES["12-both_clipped-b5"].read_text())
    path, value = next(leaves("", document["expected"][quantity]))
    if path:
        document["expected"][quantity]["1"][0][0] += 1e-9
    elif isinstance(value, list):
        value[0] += 1e-9
    else:
        document["expected"][quantity] += 1e-9
    (tmp_path / "wrong.json").write_text(json.dumps(document))
    done = load(str(tmp_path))
    assert done.returncode == 1 and done.stdout.rstrip().endswith(f"fewest in {quantity}")


@with_node
def test_the_loader_refuses_a_folder_without_cases(tmp_path):
    done = load(str(tmp_path))
    assert done.returncode == 2 and done.stderr == f"loader.mjs needs a folder of .json cases; got {tmp_path}\n"


# What the README says.


def readme():
    return (FOLDER / "README.md").read_text()


def test_the_readme_names_every_mistake_and_no_other():
    listed = readme().partition("## Mistakes told apart")[2].partition("## ")[0]
    named = [word for line in listed.splitlines() if line.startswith("- ") for word in line.split("`")[1::2]]
    assert named == list(MISTAKES)


def test_the_readme_names_every_case_and_no_other():
    rows = readme().partition("## Levels")[2].partition("\n\nAn")[0]
    assert rows.split("`")[1::2] == [spec.name for spec in SPECS]
    assert readme().startswith(f"# Known answers\n\n{len(FILES)} JSON files")
