"""What `make faults` found, read from docs/faults.md, which `python -m parity_tests.faults.run --write` writes."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "faults.md"
ENTRY = re.compile(
    r"^\*\*`(?P<name>[^`]+)`\*\* \((?P<what>.*)\)\. Made by: (?P<who>.*)\.\n\n"
    r"```diff\n# (?P<file>\S+)\n(?P<diff>.*?)\n```\n\n"
    r"Caught by: `(?P<test>.*)`\n\n"
    r"> `(?P<message>.*)`$",
    re.MULTILINE | re.DOTALL,
)


def caught():
    """Fault -> the test that caught it and the message it failed with."""
    pieces = re.split(r"(?m)^(?=\*\*`[^`]+`\*\* \()", PAGE.read_text())[1:]
    found = [ENTRY.match(piece.partition("\n## ")[0].partition("<!-- end")[0].strip()) for piece in pieces]
    if None in found:
        raise ValueError(
            f"{PAGE.name} holds an entry that is not as the suite writes it: {pieces[found.index(None)][:80]!r}"
        )
    return {one["name"]: {"test": one["test"], "message": one["message"], "diff": one["diff"]} for one in found}
