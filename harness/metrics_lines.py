"""Lines of `metrics.jsonl` as they are read: whatever draws them can rely on what is checked here."""

from typing import Any

from harness.metrics import METRICS
from harness.strict_json import parse_json

_COUNTS = ("episode", "last_step", "last_update", "length")
_ALWAYS = ("target_mean", "value_mean", "critic_loss", "critic_grad_norm", "actor_loss", "actor_grad_norm")
"""Entries of "updates" that every line has."""

_MOST = 2**53
"""Whole numbers beyond it are none to the page, which counts in doubles."""


def parse_lines(text: str) -> list[dict[str, Any]]:
    """The episodes of a log; a last line that was never finished is left out.

    Raises:
        ValueError: a line is not that of an episode; the message says which.
    """
    lines = [_line(number, line) for number, line in enumerate(text.split("\n")[:-1], start=1)]
    shapes = {(len(line["probe"]["value"]), len(line["probe"]["action"][0])) for line in lines if line["probe"]}
    _require(len(shapes) < 2, "metrics.jsonl holds probes of several sizes")
    return lines


def _line(number: int, text: str) -> dict[str, Any]:
    try:
        line = parse_json(text)
        _check(line)
    except ValueError as error:
        raise ValueError(f"line {number} of metrics.jsonl is not that of an episode: {error}") from error
    return dict(line)


def _check(line: Any) -> None:
    _require(isinstance(line, dict), "it is no object")
    _require(set(line) >= METRICS, f"it lacks {', '.join(sorted(METRICS - set(line)))}")
    for name in _COUNTS:
        _require(type(line[name]) is int and 0 <= line[name] < _MOST, f"{name} is no count")
    for name in ("terminated", "truncated"):
        _require(type(line[name]) is bool, f"{name} is neither true nor false")
    for name in ("return", "seconds"):
        _require(_is_number(line[name]), f"{name} is no number")
    for name in set(line) - {*_COUNTS, "terminated", "truncated", "updates", "probe"}:
        _require(line[name] is None or _is_number(line[name]), f"{name} is no number")
    _check_updates(line["updates"])
    _check_probe(line["probe"])


def _check_updates(updates: Any) -> None:
    _require(isinstance(updates, dict), "updates is no object")
    _require(all(updates.get(name) is not None for name in _ALWAYS), f"updates lacks one of {', '.join(_ALWAYS)}")
    lists = [values for values in updates.values() if values is not None]
    _require(all(isinstance(values, list) for values in lists), "an entry of updates is no list")
    _require(len({len(values) for values in lists}) < 2, "updates holds lists of several lengths")
    numbers = (value for values in lists for value in values)
    _require(all(value is None or _is_number(value) for value in numbers), "updates holds what is no number")


def _check_probe(probe: Any) -> None:
    if probe is None:
        return
    _require(isinstance(probe, dict) and set(probe) >= {"action", "value"}, "probe holds no actions and values")
    action, value = probe["action"], probe["value"]
    _require(isinstance(action, list) and isinstance(value, list), "probe holds no lists")
    _require(all(_is_number(one) for one in value), "probe holds values that are no numbers")
    rows = all(isinstance(row, list) and row and all(_is_number(one) for one in row) for row in action)
    _require(rows and len({len(row) for row in action}) == 1, "probe holds actions that are no rows of one size")
    _require(len(action) == len(value), "probe holds more of one than of the other")


def _is_number(value: Any) -> bool:
    return type(value) is float or (type(value) is int and abs(value) < _MOST)


def _require(holds: bool, words: str) -> None:
    if not holds:
        raise ValueError(words)
