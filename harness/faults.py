"""Seeded faults by name; they belong to the suite, which is loaded here when a fault is asked for, and not before."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from harness.errors import InputError, one_line
from harness.process import prepare_process
from reference.config import Config


def fault_config(name: str) -> Config:
    """A configuration in which the fault shows.

    Raises:
        InputError: there is no such fault, or no run shows it.
    """
    return _call("fault_config", name, lambda fields: Config(**fields))


def put_in(name: str) -> str:
    """Puts the fault into one implementation, in this process, for good; the fault in one line."""
    words: str = _call("describe_fault", name)
    _call("apply_fault", name)
    return words


def _call(function: str, name: str, then: Callable[[Any], Any] = lambda answer: answer) -> Any:
    """One of the functions that the suite has for faults, on the fault of this name."""
    prepare_process()  # before anything of TorchRL is imported
    try:
        return then(getattr(import_module("parity_tests.faults.apply"), function)(name))
    except ValueError as error:
        raise InputError(one_line(error)) from error
