"""The pages that show both implementations in two columns: what they show is what the files say."""

import ast
import pickle
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.version import Version

from harness.known_differences import installed

pytest.importorskip("sphinx", reason="the site's own libraries are not installed")

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs" / "_ext"))

import side_facts  # noqa: E402
import side_steps  # noqa: E402
from side_by_side import columns, rows  # noqa: E402
from side_source import function, quote  # noqa: E402
from side_tests import source_place, test_place  # noqa: E402

test_place.__test__ = False  # a function that finds tests, and is none

PAGES = sorted((ROOT / "docs" / "side_by_side").glob("*.md"))
PARTS = [page for page in PAGES if page.stem != "index"]
WALKTHROUGH = ROOT / "docs" / "walkthrough.md"

HEADINGS = ["The equation", "Both, step by step", "What differs, and why", "The test", "What other libraries do"]

MIRRORED = ("networks", "noise", "replay", "targets", "losses", "optim", "soft_update", "update", "train")

each_part = pytest.mark.parametrize("page", PARTS, ids=lambda page: page.stem)


def directives(page, name):
    """(argument, lines) of each directive of that name on a page."""
    found = re.findall(rf"^```{{{name}}} ?(.*)\n((?:(?!```).*\n)*)```$", page.read_text(), re.MULTILINE)
    return [(argument, body.splitlines()) for argument, body in found]


def roles(page, name):
    return re.findall(rf"{{{name}}}`([^`]+)`", page.read_text())


def laid_out(argument, body, root=ROOT, quoted=False):
    """Both cells of each step that the directive shows; without what is quoted from installed libraries."""
    left, right = columns(argument, root)
    steps = [step if quoted else step._replace(quotes=()) for step in side_steps.parse(body)]
    return rows(left, right, steps, lambda path, line: f"{path}#line-{line}")


def others_than_pinned():
    """Libraries that pages quote from, where another release than constraints.txt names is installed."""
    pins = dict(re.findall(r"^(torch|torchrl)==(\S+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE))
    found = {"torch": Version(version("torch")), "torchrl": installed()}
    return [name for name, pin in pins.items() if found[name].base_version != pin]


quotes_hold = pytest.mark.skipif(
    bool(others_than_pinned()), reason=f"pages quote other releases of {', '.join(others_than_pinned())}"
)


PAIRS = [
    pytest.param(*pair, id=f"{page.stem}:{pair[0]}") for page in PARTS for pair in directives(page, "side-by-side")
]


@pytest.fixture
def copy(tmp_path):
    """Both packages' files, to be changed."""
    for package in ("reference", "torchrl_impl"):
        (tmp_path / package).mkdir()
        for file in (ROOT / package).glob("*.py"):
            shutil.copy(file, tmp_path / package)
    return tmp_path


def rewrite(root, one, line, text):
    """Another text in place of a function's line."""
    file = root / one.path
    lines = file.read_text().splitlines()
    assert lines[line.number - 1] == line.text
    lines[line.number - 1] = text
    file.write_text("\n".join(lines) + "\n")


def without_numbers(cell):
    """A cell's code alone, without the line numbers above it."""
    return re.sub(r'<a class="side-line".*?</a>', "", cell)


@pytest.mark.parametrize("argument, body", PAIRS)
def test_a_changed_line_of_source_changes_its_own_cell_and_nothing_else(argument, body, copy):
    before = laid_out(argument, body, copy)
    for side, column in enumerate(columns(argument, copy)):
        one = column[-1]
        line = one.lines[-1]
        rewrite(copy, one, line, f"{line.text}  # changed")
        after = laid_out(argument, body, copy)
        changed = [
            (row, place)
            for row, (old, new) in enumerate(zip(before, after, strict=True))
            for place in (0, 1)
            if old[place] != new[place]
        ]
        assert len(changed) == 1 and changed[0][1] == side
        assert "# changed" in after[changed[0][0]][side]
        rewrite(copy, one, line._replace(text=f"{line.text}  # changed"), line.text)
        assert laid_out(argument, body, copy) == before


@pytest.mark.parametrize("argument, body", PAIRS)
def test_an_added_line_of_source_appears_in_the_step_above_it_and_moves_no_other(argument, body, copy):
    before = laid_out(argument, body, copy)
    left, _ = columns(argument, copy)
    line = left[-1].lines[-1]
    indent = re.match(" *", line.text)[0]
    rewrite(copy, left[-1], line, f"{line.text}\n{indent}added_to_the_source = 1")
    after = laid_out(argument, body, copy)
    texts = [[[without_numbers(cell) for cell in row] for row in table] for table in (before, after)]
    changed = [row for row, (old, new) in enumerate(zip(*texts, strict=True)) if old != new]
    assert len(changed) == 1 and "added_to_the_source" in after[changed[0]][0]


@pytest.mark.parametrize("argument, body", PAIRS)
def test_every_line_of_a_shown_function_stands_in_exactly_one_cell(argument, body):
    steps = side_steps.parse(body)
    for side, column in zip(("left", "right"), columns(argument), strict=True):
        cells = side_steps.cut(column, [getattr(step, side) for step in steps])
        shown = [(piece.function.name, line) for cell in cells for piece in cell for line in piece.lines]
        assert [pair for pair in shown if pair[1].text.strip()] == [
            (one.name, line) for one in column for line in one.lines if line.text.strip()
        ]


SOFT = "reference.soft_update.soft_update | torchrl_impl.soft_update.soft_update_"


@pytest.mark.parametrize(
    "anchor, often", [("return [name", "no longer occurs"), ("t", "occurs [0-9]+ times")], ids=["never", "twice"]
)
def test_an_anchor_that_does_not_occur_exactly_once_is_refused(anchor, often):
    body = ["In and out | def soft_update | def soft_update_", f"The mean | {anchor} | updater.step()"]
    message = rf"^anchor '{re.escape(anchor)}' {often} in reference\.soft_update\.soft_update; it must occur exactly"
    with pytest.raises(ValueError, match=message):
        laid_out(SOFT, body)


@pytest.mark.parametrize(
    "body, message",
    [
        (["The mean | return {name: | updater.step()"], "first lines of .* belong to no step"),
        (["The mean | return {name: | -", "In | def soft_update | def soft_update_"], "in the order of its lines"),
        (["In and out | def soft_update"], "a step is"),
        (["> torchrl.objectives.utils.SoftUpdate._step | lerp_"], "a step is"),
    ],
    ids=["lines left out", "out of order", "one side", "quote above all"],
)
def test_steps_that_would_hide_or_shuffle_lines_are_refused(body, message):
    with pytest.raises(ValueError, match=message):
        laid_out(SOFT, body)


def test_a_function_that_is_gone_is_refused():
    with pytest.raises(ValueError, match="no function or class soft_updates"):
        function("reference.soft_update.soft_updates")
    with pytest.raises(ValueError, match="no part of the name is a module"):
        function("reference.slow_update.soft_update")


@quotes_hold
def test_a_librarys_statement_is_quoted_whole_and_a_compound_ones_head_alone():
    whole = quote("torchrl.objectives.utils.SoftUpdate._step", "lerp_")
    assert [line.text.strip() for line in whole.lines] == ["p_target.data.lerp_(p_source.data, 1 - self.eps)"]
    head = quote("torch.optim.adam._single_tensor_adam", "if weight_decay != 0")
    assert [line.text.strip() for line in head.lines] == ["if weight_decay != 0:"]
    with pytest.raises(ValueError, match=r"'lerp_' stands 2 times in torch\.optim\.adam\._single_tensor_adam"):
        quote("torch.optim.adam._single_tensor_adam", "lerp_")


PROJECT = """
import sys
sys.path[:0] = [{root!r}, {ext!r}]
extensions = ["myst_parser", "repository", "side_by_side"]
"""


def build(folder, body):
    """Sphinx, warnings as errors, over one page."""
    (folder / "conf.py").write_text(PROJECT.format(root=str(ROOT), ext=str(ROOT / "docs" / "_ext")))
    (folder / "index.md").write_text(f"# Page\n\n```{{side-by-side}} {SOFT}\n{body}\n```\n")
    words = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", str(folder), str(folder / "out")]
    return subprocess.run(words, capture_output=True, text=True)


def test_a_build_fails_with_one_line_that_names_page_anchor_and_function(tmp_path):
    (tmp_path / "_static").mkdir()
    in_and_out = "In and out | def soft_update | def soft_update_"
    assert build(tmp_path, in_and_out).returncode == 0
    failed = build(tmp_path, f"{in_and_out}\nThe mean | return a tuple | updater.step()")
    assert failed.returncode != 0
    message = "index: anchor 'return a tuple' no longer occurs in reference.soft_update.soft_update; it must occur"
    assert sum(message in line for line in failed.stderr.splitlines()) == 1


def test_a_page_is_built_again_when_the_source_that_it_shows_has_changed(tmp_path):
    (tmp_path / "_static").mkdir()
    built = build(tmp_path, "In and out | def soft_update | def soft_update_")
    assert built.returncode == 0, built.stderr
    environment = pickle.loads((tmp_path / "out" / ".doctrees" / "environment.pickle").read_bytes())
    sources = {(Path(environment.srcdir) / path).resolve() for path in environment.dependencies["index"]}
    assert {ROOT / "reference" / "soft_update.py", ROOT / "torchrl_impl" / "soft_update.py"} <= sources


@each_part
def test_a_part_has_the_five_headings_in_order(page):
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == HEADINGS
    for heading, section in zip(HEADINGS, re.split(r"^## .*$", text, flags=re.MULTILINE)[1:], strict=True):
        assert heading == HEADINGS[1] or section.strip(), f"{heading} is empty"


@quotes_hold
@each_part
def test_a_parts_columns_can_be_laid_out_with_what_they_quote(page):
    assert directives(page, "side-by-side")
    for argument, body in directives(page, "side-by-side"):
        steps = side_steps.parse(body)
        cells = laid_out(argument, body, quoted=True)
        assert [right.count('<div class="side-quote">') for _, right in cells] == [len(step.quotes) for step in steps]


@each_part
def test_a_part_names_tests_that_exist(page):
    names = roles(page, "test")
    assert names
    for name in names:
        path, line, test = test_place(name)
        assert (ROOT / path).read_text().splitlines()[line - 1].startswith(f"def {test}(")


@each_part
def test_a_parts_command_runs_the_tests_that_it_names(page):
    _, _, section = page.read_text().partition("## The test\n")
    section, _, _ = section.partition("\n## ")
    command = re.search(r"`python -m pytest parity_tests/test_{(.*)}\.py` runs", section)[1].split(",")
    assert command == list(dict.fromkeys(re.findall(r"{test}`test_(.*?)\.py::", section)))


@pytest.mark.parametrize("page", [*PAGES, WALKTHROUGH], ids=lambda page: page.stem)
def test_a_page_names_functions_that_exist(page):
    for name in roles(page, "source"):
        path, line, last = source_place(name)
        beginning = "\n".join((ROOT / path).read_text().splitlines()[line - 1 : line + 1])  # a decorator may come first
        assert re.search(rf"^ *(def|class) {last}\b", beginning, re.MULTILINE)


@each_part
def test_a_part_says_of_others_what_the_repository_holds(page):
    faults = [body for _, body in directives(page, "who-does")]
    assert len(faults) == 1 and side_facts.who_does(faults[0]).count("\n") == len(faults[0]) + 1
    ids = [body for _, body in directives(page, "torchrl-does")]
    assert len(ids) == 1 and side_facts.torchrl_does(ids[0]).count("({test}`") == len(ids[0])
    for part, _ in directives(page, "conformance"):
        table = side_facts.conformance(part, side_facts.CONFORMANCE.read_text())
        assert table.splitlines()[0] == f"| implementation | version | {part} |" and "`torchrl_impl/`" in table


def test_a_fact_that_the_repository_does_not_hold_is_refused():
    with pytest.raises(ValueError, match="no seeded fault 'tau_forgotten'"):
        side_facts.who_does(["tau_forgotten"])
    with pytest.raises(ValueError, match="nobody is known"):
        side_facts.who_does(["mask_inverted"])
    with pytest.raises(ValueError, match="no entry 'no-such-difference'"):
        side_facts.torchrl_does(["no-such-difference"])
    with pytest.raises(ValueError, match="has no column 'noise'"):
        side_facts.conformance("noise", side_facts.CONFORMANCE.read_text())


@pytest.mark.parametrize("module", MIRRORED)
def test_every_mirrored_module_is_shown_on_both_sides_of_some_page(module):
    shown = [
        {one.name.rsplit(".", 1)[0] for one in side}
        for page in PARTS
        for argument, _ in directives(page, "side-by-side")
        for side in columns(argument)
    ]
    assert {f"reference.{module}"} <= set().union(*shown[::2])
    assert {f"torchrl_impl.{module}"} <= set().union(*shown[1::2])


def public_functions(module):
    tree = ast.parse((ROOT / "reference" / f"{module}.py").read_text())
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")}


BESIDE_THE_POINT = {
    "networks": {"first_critic", "to_device"},
    "train": {"finished", "store_", "extra", "choose_probe_states", "require_finite_update"},
}
"""One line each, or no part of the algorithm."""


@pytest.mark.parametrize("module", MIRRORED)
def test_every_function_of_the_reference_that_computes_is_shown(module):
    shown = {
        one.name
        for page in PARTS
        for argument, _ in directives(page, "side-by-side")
        for side in columns(argument)
        for one in side
    }
    missing = {name for name in public_functions(module) if f"reference.{module}.{name}" not in shown}
    assert missing == BESIDE_THE_POINT.get(module, set())
