"""Numbers that README.md and docs/ claim were measured: each is generated, or held against what says so."""

import json
import re
from fnmatch import fnmatch

import pytest

from harness.__main__ import main
from parity_tests.page_blocks import ROOT, name, pages
from parity_tests.page_claims import CHECKED_ELSEWHERE, CLAIMS, KEPT
from parity_tests.page_numbers import is_measured, numbers
from reference.config import Config

EVERY_NUMBER = {"README.md"}
"""Pages on which every number of the prose must have its row, measured or not."""


def elsewhere(page):
    """Whether something else looks at a page's numbers."""
    return any(fnmatch(name(page), pattern) for pattern in CHECKED_ELSEWHERE)


def places(page):
    """Begin and end of what the tables cover on a page."""
    text, kept = page.read_text(), KEPT.get(name(page))
    patterns = [claim.pattern for claim in CLAIMS if fnmatch(name(page), claim.pages)] + ([kept[0]] if kept else [])
    return [found.span() for pattern in patterns for found in re.finditer(pattern, text)]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim.pages}-{claim.pattern[:30]}")
def test_a_claim_says_what_its_source_says(claim):
    expected = claim.source()
    said = [
        (name(page), found.groups())
        for page in pages()
        if fnmatch(name(page), claim.pages)
        for found in re.finditer(claim.pattern, page.read_text())
    ]
    assert said, "no page says this any more: take the row out"
    assert said == [(page, expected) for page, _ in said]


@pytest.mark.parametrize("page", [page for page in pages() if not elsewhere(page)], ids=name)
def test_every_measured_number_of_a_page_has_a_source(page):
    covered = places(page)
    wanted = [number for number in numbers(page) if name(page) in EVERY_NUMBER or is_measured(page, number)]
    bare = [number for number in wanted if not any(begin <= number.start < end for begin, end in covered)]
    assert not bare, "\n".join(["parity_tests/page_claims.py has no row for", *map(str, bare)])


@pytest.mark.parametrize("page", [*CHECKED_ELSEWHERE, *KEPT])
def test_what_is_covered_otherwise_is_there(page):
    assert list(ROOT.glob(page))
    if page in KEPT:
        assert re.search(KEPT[page][0], (ROOT / page).read_text())
    reason = KEPT[page][1] if page in KEPT else CHECKED_ELSEWHERE[page]
    for file in re.findall(r"test_\w+\.py", reason):
        assert (ROOT / "parity_tests" / file).is_file()


def test_a_number_without_a_source_is_found(tmp_path, monkeypatch):
    page = tmp_path / "page.md"
    page.write_text("It takes 12.5 MB, 3 of 20 and 7 runs, `0.125`, $0.375$, in 2026, with tau 0.005.\n")
    monkeypatch.setattr("parity_tests.page_numbers.name", lambda page: page.name)
    assert [number.text for number in numbers(page) if is_measured(page, number)] == ["12.5", "3", "7"]


def test_about_half_of_the_seeded_faults_name_who_made_them():
    from parity_tests.faults.all_faults import FAULTS

    if "about half with the name of who made it" in (ROOT / "README.md").read_text():
        named = sum(not fault.who.startswith("nobody known") for fault in FAULTS.values())
        assert 0.4 < named / len(FAULTS) < 0.6


def test_counts_of_the_suite_in_readme_are_those_of_a_good_run():
    """They change with every test, and nothing here could count them; so only what they must say."""
    text = (ROOT / "README.md").read_text()
    found = re.search(r"compared ([\d,]+) quantities, ([\d,]+) of them the same to the bit; ([\d,]+) more within", text)
    assert found[1] == found[2]
    passed = re.search(r"(\d+) passed, (\d+) skipped in ([\d.]+)s \((\d+):(\d+):(\d+)\)", text)
    _, skipped, seconds, hours, minutes, rest = map(float, passed.groups())
    assert skipped <= 3 and int(seconds) == 3600 * hours + 60 * minutes + rest


@pytest.fixture
def record(tmp_path, capfd):
    """Records a run of 1,010 steps, as docs/traces.md does: the trace, and its megabytes as the command prints them."""

    def recorded(*words):
        trace = tmp_path / "trace.jsonl"
        assert main(["record", "--total-steps", "1010", "--json", "--out", str(trace), *words]) == 0
        return trace, json.loads(capfd.readouterr().out)["megabytes"]

    return recorded


TRACES = r"11 updates takes (\S+) MB, with `--values-at 0` (\S+) MB, with `--values-at 1` (\S+) MB .* takes (\S+) MB"


@pytest.mark.parametrize(("place", "words"), [(0, ""), (1, "--values-at 0"), (2, "--values-at 1")])
def test_a_trace_weighs_what_docs_traces_says(place, words, record):
    said = re.search(TRACES, (ROOT / "docs" / "traces.md").read_text()).groups()
    # Versions stand in a trace's header, so that it may be some bytes longer.
    assert abs(record(*words.split())[1] - float(said[place])) <= 0.005


def test_a_default_runs_trace_weighs_what_docs_traces_says(record):
    said = re.search(TRACES, (ROOT / "docs" / "traces.md").read_text())[4]
    lines = record()[0].read_text().splitlines()
    sizes = {}
    for line in lines:
        sizes.setdefault(json.loads(line)["line"], []).append(len(line) + 1)
    config = Config()
    steps = config.episodes * 200
    counts = {"step": steps, "update": steps - config.update_after + 1, "episode": config.episodes}
    assert {kind for kind in sizes if len(sizes[kind]) > 1} == set(counts)
    bytes_ = sum(number * sum(sizes[kind]) / len(sizes[kind]) for kind, number in counts.items())
    # Later steps and updates have longer numbers.
    assert 0 <= float(said) - bytes_ / 1e6 < 0.15
