"""`ddpg doctor`: what it finds, what it concludes, and how it ends."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from harness import doctor, doctor_findings, doctor_trials
from harness.__main__ import main
from harness.doctor_facts import EXTRAS, declared, extension, gather, working_folder
from harness.doctor_findings import LONG_SUM, SEEN, diagnose
from harness.doctor_trials import TRIALS, Trial, attempt


@pytest.fixture(scope="module")
def facts():
    return gather(threads=1)


def changed(facts, section, **values):
    return {**facts, section: {**facts[section], **values}}


def kinds(facts, trials=()):
    return {finding.what: finding.kind for finding in diagnose(facts, list(trials))}


def test_doctor_prints_one_json_object_and_ends_with_0(capsys, monkeypatch):
    monkeypatch.setattr(doctor_trials, "TRIALS", {"DDPG": {}})
    assert main(["doctor", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["parity"] and answer["trials"][0]["difference"] is None
    assert answer["facts"]["threads"]["in ddpg"] == 1 and answer["facts"]["packages"]["torch"]


def test_doctor_prints_tables_for_people(capsys, monkeypatch):
    monkeypatch.setattr(doctor_trials, "TRIALS", {"DDPG": {}})
    assert main(["doctor"]) == 0
    text = capsys.readouterr().out
    assert "every bit agrees" in text and "known differences" in text
    assert text.rstrip().endswith("Both sides agree to the bit here.")


def test_a_difference_ends_with_1_and_is_named(capsys, monkeypatch):
    monkeypatch.setattr(doctor_trials, "TRIALS", {"DDPG": {}})
    monkeypatch.setattr(doctor_trials, "attempt", lambda name: Trial(name, 7, "episode 1, update 3: critic_loss"))
    assert main(["doctor", "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert not answer["parity"]
    assert answer["findings"][0]["kind"] == "breaks parity" and "update 3" in answer["findings"][0]["what"]


@pytest.mark.parametrize("name", [name for name in TRIALS if name != LONG_SUM])
def test_a_trial_agrees_in_every_bit_here(name):
    trial = attempt(name)
    assert trial.difference is None and trial.compared > 100


def test_a_trial_finds_a_difference(monkeypatch):
    taus, watch = {"reference": 0.005, "torchrl": 0.006}, doctor_trials.watch
    monkeypatch.setattr(doctor_trials, "watch", lambda impl, config: watch(impl, replace(config, tau=taus[impl])))
    assert "update 1 (environment step 24), target_actor[0.weight]" in attempt("DDPG").difference


def test_what_a_side_raises_is_a_trials_outcome(monkeypatch):
    def broken(impl, config):
        raise RuntimeError("no such symbol")

    monkeypatch.setattr(doctor_trials, "watch", broken)
    assert attempt("DDPG") == Trial("DDPG", 0, "RuntimeError: no such symbol")


@pytest.mark.parametrize(
    "section, values, words, kind",
    [
        ("packages", {"torchrl": "not installed"}, "torchrl is not installed", "breaks parity"),
        ("packages", {"torchrl": "0.12.0"}, "torchrl 0.12.0 is outside of", "trap"),
        ("packages", {"torch": "2.9.1+cpu"}, "torch is 2.9.1+cpu; whole runs were seen to agree on 2.13.0", "trap"),
        ("python", {"version": "3.13.1"}, "python is 3.13.1", "trap"),
        ("our code", {"reference": "/elsewhere/reference"}, "reference is imported from /elsewhere", "breaks parity"),
        ("variables that choose kernels", {"ATEN_CPU_CAPABILITY": "default"}, "ATEN_CPU_CAPABILITY=default", "trap"),
        ("variables that choose kernels", {"MKL_CBWR": "AVX2"}, "MKL_CBWR=AVX2", "trap"),
        ("threads", {"of torch by itself": 8}, "torch takes 8 threads by itself", "note"),
        ("torch", {"cuda": True}, "A GPU is there", "note"),
        ("numerics", {"flushes_denormals": False}, "cannot flush denormal numbers", "note"),
        ("working folder", {"writable": False}, "The working folder cannot be written", "trap"),
        ("working folder", {"lock": "no locks"}, "cannot be locked here: no locks", "trap"),
        ("working folder", {"free GB": 0.1}, "0.1 GB are free", "trap"),
        ("C++ extension of torchrl", {"loads": False, "because": "undefined symbol"}, "(undefined symbol)", "note"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else "",
)
def test_a_finding_appears_with_its_cause_and_not_without(facts, section, values, words, kind):
    sound = changed(facts, section, **HEALTHY.get(section, {}))
    assert not [what for what in kinds(sound) if words in what]
    assert [found for what, found in kinds(changed(sound, section, **values)).items() if words in what] == [kind]


HEALTHY = {
    "packages": SEEN,
    "python": {"version": "3.11.7"},
    "threads": {"of torch by itself": 1},
    "numerics": {"flushes_denormals": True},
    "working folder": {"writable": True, "lock": "works", "free GB": 50.0},
    "C++ extension of torchrl": {"loads": True},
}


def test_long_sums_that_differ_are_a_trap_and_not_a_break(facts):
    trial = Trial(LONG_SUM, 9, "episode 1, environment step 25, state.replay.rows.reward: 3 of 50 elements differ")
    assert "trap" in {kind for what, kind in kinds(facts, [trial]).items() if "n = 15" in what}
    assert "breaks parity" not in kinds(facts, [trial]).values()


def test_findings_that_break_parity_come_first(facts):
    found = diagnose(changed(facts, "packages", numpy="not installed"), [Trial("TD3", 0, "a difference")])
    assert [finding.kind for finding in found[:2]] == ["breaks parity"] * 2


def test_what_cannot_be_found_is_said_in_one_line(capsys, monkeypatch):
    monkeypatch.setattr(doctor, "NEEDED", ("torch", "no_such_package"))
    assert main(["doctor"]) == 1
    assert capsys.readouterr().err == "ddpg: no_such_package cannot be found. pip install ddpg-parity.\n"


def test_what_cannot_be_imported_is_said_in_one_line(capsys, monkeypatch):
    def broken():
        raise ImportError("libgomp.so.1: cannot open shared object file")

    monkeypatch.setattr(doctor, "examine", broken)
    assert main(["doctor"]) == 1
    assert capsys.readouterr().err == "ddpg: cannot be imported: libgomp.so.1: cannot open shared object file\n"


def test_the_extension_says_why_it_does_not_load(monkeypatch):
    monkeypatch.setitem(sys.modules, "torchrl._torchrl", None)  # Python's own way to forbid an import
    state = extension()
    assert not state["loads"] and "torchrl._torchrl" in state["because"]


def test_a_folder_that_another_process_has_locked_is_said_to_be(tmp_path):
    from harness.run_lock import locked

    assert working_folder(tmp_path)["lock"] == "works"
    with locked(tmp_path):
        assert "in use by another process" in working_folder(tmp_path)["lock"]


def test_every_declared_package_is_looked_at(facts):
    assert set(declared()) <= set(facts["packages"]) and "torchrl" in declared()
    assert set(facts["optional"]) == set(EXTRAS)


def test_known_differences_are_counted_for_the_installed_release(facts, monkeypatch):
    from packaging.version import Version

    monkeypatch.setattr(doctor_findings, "installed", lambda: Version("0.0.1"))
    few = next(what for what in kinds(facts) if "known differences" in what)
    assert few.startswith("torchrl 0.0.1 has ")
    monkeypatch.setattr(doctor_findings, "installed", lambda: Version("0.14.1"))
    many = next(what for what in kinds(facts) if "known differences" in what)
    assert int(few.split()[3]) < int(many.split()[3])


def test_doctor_takes_no_other_words():
    done = subprocess.run([sys.executable, "-m", "harness", "doctor", "me"], capture_output=True, text=True)
    assert done.returncode == 2 and done.stderr.count("\n") == 1
