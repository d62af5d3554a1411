"""The lowest versions allowed, as constraints; and what is built of the project to be installed."""

import json
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from harness.doctor_findings import SEEN
from parity_tests.studies import distributions
from parity_tests.studies.lowest import EXTRAS, PINNED, constraints, lowest, main, requirements

ROOT = Path(__file__).parents[1]
PROJECT, PINS = ROOT / "pyproject.toml", ROOT / "constraints.txt"

in_the_repository = pytest.mark.skipif(not PROJECT.is_file(), reason="pyproject.toml lies in the repository alone")


@pytest.mark.parametrize(
    "requirement, version",
    [("a>=1.2", "1.2"), ("a>=1.2,<2", "1.2"), ("a==1.0.17", "1.0.17"), ("a~=3.1", "3.1"), ("a[x]>=1.1,>=1.4", "1.4")],
)
def test_the_lowest_version_is_the_lower_bound(requirement, version):
    assert str(lowest(Requirement(requirement))) == version


@pytest.mark.parametrize("requirement", ["a", "a<2", "a!=1.3"])
def test_a_requirement_without_a_lower_bound_is_refused(requirement):
    with pytest.raises(ValueError, match="has no lower bound"):
        lowest(Requirement(requirement))


def a_project(folder):
    (folder / "pyproject.toml").write_text(
        '[project]\ndependencies = ["torch>=2.7", "Some_Thing>=1.1,<2"]\n[project.optional-dependencies]\n'
        + "\n".join(f'{extra} = ["some.thing[{extra}]>=1.{place}"]' for place, extra in enumerate(EXTRAS))
    )
    (folder / "constraints.txt").write_text("# pins\nsome-thing==1.9\ntorch==2.13.0\nother==4.0\n")
    return folder / "pyproject.toml", folder / "constraints.txt"


def test_the_highest_of_several_lower_bounds_counts_and_the_rest_stays_pinned(tmp_path):
    assert constraints(*a_project(tmp_path)) == ["other==4.0", "some-thing==1.2", "torch==2.13.0"]


def test_the_command_prints_them_and_refuses_what_is_no_project(tmp_path, capsys):
    project, pins = a_project(tmp_path)
    assert main(["--project", str(project), "--pins", str(pins)]) == 0
    assert capsys.readouterr().out == "other==4.0\nsome-thing==1.2\ntorch==2.13.0\n"
    assert main(["--project", str(tmp_path / "none"), "--pins", str(pins)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@in_the_repository
def test_every_requirement_has_a_lower_bound_that_constraints_txt_satisfies():
    pins = dict(line.split("==") for line in PINS.read_text().splitlines() if "==" in line)
    pins = {name.lower(): version for name, version in pins.items()}
    for requirement in requirements(PROJECT):
        assert lowest(requirement)
        assert requirement.specifier.contains(pins[requirement.name.lower()]), requirement
    assert set(PINNED) <= set(pins)


@in_the_repository
def test_the_doctor_knows_the_pinned_versions():
    pins = dict(line.split("==") for line in PINS.read_text().splitlines() if "==" in line)
    assert {name: pins[name] for name in SEEN if name != "python"} == {k: v for k, v in SEEN.items() if k != "python"}


# Wheels.


def a_wheel(path, **members):
    with zipfile.ZipFile(path, "w") as wheel:
        for name, text in members.items():
            wheel.writestr(name, text)
    return path


def test_wheels_are_compared_member_by_member(tmp_path):
    ours = a_wheel(tmp_path / "a.whl", same="1", other="2", ours="3")
    theirs = a_wheel(tmp_path / "b.whl", same="1", other="x", theirs="3")
    assert distributions.apart(ours, theirs) == ["other", "ours", "theirs"]
    assert distributions.apart(ours, ours) == []


def test_an_unknown_kind_is_refused_in_one_line(capsys):
    assert distributions.main(["--kinds", "egg"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_step_that_fails_ends_with_1_and_is_named(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(distributions, "fresh", lambda environment, *packages: Path("/bin/false"))
    assert distributions.main(["--dist", str(tmp_path / "dist")]) == 1
    assert "/bin/false -m hatchling build" in capsys.readouterr().err


def test_programs_do_not_see_this_projects_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    out = tmp_path / "out.json"
    code = f"import json, os; json.dump(dict(os.environ), open({str(out)!r}, 'w'))"
    distributions.run(distributions.sys.executable, "-c", code)
    assert "PYTHONPATH" not in json.loads(out.read_text())
