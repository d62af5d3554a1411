"""A short run with each fault that two fresh runs can show, and the right run of its configuration."""

import json

from parity_tests.faults.all_faults import FAULTS
from parity_tests.faults.apply import apply_fault, fault_config
from parity_tests.studies.fault_diagnostics.measure import measure
from reference.config import Config

POINTS = 40


def key_of(name):
    """The configuration that a fault is shown in, as text: faults of one share a right run."""
    return json.dumps(fault_config(name), sort_keys=True)


def shown():
    """The faults that have a run."""
    return [fault for fault in FAULTS.values() if fault.config is not None]


def jobs():
    """(configuration, None) of every right run, then (configuration, fault) of every faulty one."""
    faulty = [(key_of(fault.name), fault.name) for fault in shown()]
    return [(key, None) for key in dict.fromkeys(key for key, _ in faulty)] + faulty


def run(job):
    """The series of one run, in a process of its own: its fault stays in there. An error that ends it, in words."""
    key, name = job
    fields = json.loads(key)
    config = Config(**{**fields, "hidden_sizes": tuple(fields["hidden_sizes"])})
    # Both implementations have the same bits without a fault, so the right run is the reference's for either.
    impl = "reference"
    if name is not None:
        apply_fault(name)
        impl = "torchrl" if FAULTS[name].side == "torchrl_impl" else impl
    try:
        return measure(config, impl, POINTS)
    except Exception as error:  # a fault may end a run
        return {"error": f"{type(error).__name__}: {str(error).splitlines()[0][:160]}"}


def read(path):
    """(configuration, fault) -> series, of all lines that are there; a line half written counts as none."""
    found = {}
    for line in path.read_text().splitlines() if path.is_file() else []:
        try:
            one = json.loads(line)
        except ValueError:
            continue
        found[one["config"], one["fault"]] = one["series"]
    return found


def as_line(job, series):
    """One run, as a line of the file."""
    key, name = job
    return json.dumps({"config": key, "fault": name, "series": series}, separators=(",", ":")) + "\n"
