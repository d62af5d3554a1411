"""The fault browser's data: the suite's own faults, what `make faults` found, and the diagnostics that they bend."""

import json

from parity_tests.faults.all_faults import FAULTS
from parity_tests.faults.apply import diff_of
from parity_tests.studies.fault_diagnostics.moved import WORDS, moved
from parity_tests.studies.fault_diagnostics.page_of_faults import caught
from parity_tests.studies.fault_diagnostics.runs import key_of

FIELDS = ("name", "file", "rung", "place", "kind", "who")


def build(runs):
    """All of it; a fault without curves says why."""
    found = caught()
    return {"words": WORDS, "faults": [entry(fault, found[fault.name], runs) for fault in FAULTS.values()]}


def entry(fault, found, runs):
    """One fault."""
    told = {field: getattr(fault, field) for field in FIELDS}
    told |= {"diff": diff_of(fault), "test": found["test"], "message": found["message"]}
    if fault.config is None:
        return {**told, "why": why_not(fault)}
    key = key_of(fault.name)
    right, faulty = runs.get((key, None)), runs.get((key, fault.name))
    if right is None or faulty is None:
        return {**told, "why": "not run yet"}
    if "error" in faulty:
        return {**told, "why": f"ends the run: {faulty['error']}"}
    curves = moved(right, faulty)
    fields = dict((fault.config or {}).items())
    return {**told, "fields": fields, "curves": curves, **({} if curves else {"why": "no diagnostic moved by 2 %"})}


def why_not(fault):
    """Why two fresh runs do not show it, in a word."""
    if "fused" in fault.rung:
        return "in the backward pass written by hand, which runs with --update fused alone"
    if "load" in fault.place + fault.kind or "resum" in fault.place + fault.kind:
        return "shows where a run is resumed"
    if "weight" in fault.place + fault.kind:
        return "concerns weighted rows, which a run of uniform replay has none of"
    return "two fresh runs do not show it: they do not use it, both sides share it, or it ends a run by an error"


def write(path, runs):
    """The file, one fault a line."""
    data = build(runs)
    lines = ",\n".join(json.dumps(one, separators=(",", ":"), ensure_ascii=False) for one in data["faults"])
    path.write_text(f'{{"words":{json.dumps(data["words"])},\n"faults":[\n{lines}\n]}}\n')
