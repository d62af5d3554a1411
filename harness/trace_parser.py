"""Lines of a trace from JSON to types, refused where they are not in the format.

All functions raise ValueError, KeyError, TypeError or AttributeError on what does not fit.
"""

import re
from typing import Any

from harness.encoding import HEX_DIGITS, decode, hash_of
from harness.run_folder import parse_config
from harness.trace import FORMAT, KINDS, Header, Line, Place

_HASH = re.compile(f"[0-9a-f]{{{HEX_DIGITS}}}")


def parse_header(found: dict[str, Any]) -> Header:
    """The first line."""
    require(found.get("format") == FORMAT["format"], "its first line is not the header of a ddpg-trace")
    version = found.get("version")
    require(version == FORMAT["version"], f"version must be {FORMAT['version']}, got {version!r}")
    quantities = found["quantities"]
    for name in ("quantities", "config", "versions"):
        require(isinstance(found.get(name, {}), dict), f"{name} must be an object")
    require(set(quantities) <= set(KINDS), f"quantities must be of {', '.join(KINDS)}; got {', '.join(quantities)}")
    names = [name for kind in quantities.values() for name in (kind if isinstance(kind, list) else [None])]
    listed = bool(names) and all(type(name) is str for name in names)
    require(listed, "quantities must be lists of names, and hold one at the least")
    versions = found.get("versions", {})
    require(isinstance(versions.get("numerics", {}), dict), "versions.numerics must be an object")
    by_kind = {kind: list(quantities[kind]) for kind in KINDS if quantities.get(kind)}
    return Header(
        str(found["implementation"]), parse_config(found["config"]), by_kind, versions, str(found.get("written", ""))
    )


def parse_line(found: dict[str, Any], header: Header) -> Line:
    """A line of one of the kinds that the header announces."""
    kind, hashes = found["line"], found["hashes"]
    require(kind in list(header.quantities), f"the header announces no line {kind!r}")
    wanted, encoded = header.quantities[kind], found.get("values", {})
    require(isinstance(hashes, dict) and isinstance(encoded, dict), "hashes and values must be objects")
    require(
        sorted(hashes) == sorted(wanted), f"its hashes must be of {', '.join(wanted)}; they are of {', '.join(hashes)}"
    )
    for name, digits in hashes.items():
        fits = digits is None or (isinstance(digits, str) and _HASH.fullmatch(digits) is not None)
        require(fits, f"the hash of {name} must be {HEX_DIGITS} hexadecimal digits or null; got {digits!r}")
    values = {name: decode(value) for name, value in encoded.items()}
    for name, value in values.items():
        came = hash_of(value)
        require(hashes.get(name) == came, f"the value of {name} has the hash {came}, not {hashes.get(name)}")
    return Line(kind, _place(found), hashes, values)


def _place(found: dict[str, Any]) -> Place:
    place = Place(found["episode"], found["step"], found["update"])
    require(
        all(type(count) is int for count in place), f"episode, step, update must be whole numbers; got {list(place)}"
    )
    return place


def check_order(line: Line, last: Place, number: int) -> None:
    """Lines of a kind are numbered from 1 without a gap, and nothing goes back."""
    came = 1 if line.kind == "start" else getattr(line.place, line.kind)
    require(came == number, f"{line.kind} {number} must come here; got {came}")
    require(all(a <= b for a, b in zip(last, line.place, strict=True)), f"it stands before {_words(last)}")


def parse_end(found: dict[str, Any], header: Header, last: Place, made: dict[str, int]) -> Place:
    """The last line; `last` is the place before it, `made` counts the lines of each kind."""
    end = _place(found)
    for kind in header.quantities:
        count = 1 if kind == "start" else getattr(end, kind)
        require(made[kind] == count, f"it ends at {kind} {count}, after {made[kind]} lines of that kind")
    require(all(a <= b for a, b in zip(last, end, strict=True)), f"it ends before {_words(last)}")
    return end


def _words(place: Place) -> str:
    return f"episode {place.episode}, environment step {place.step}, update {place.update}"


def require(holds: bool, words: str) -> None:
    """Raises ValueError with these words unless the statement holds."""
    if not holds:
        raise ValueError(words)
