"""`python -m parity_tests.studies.td_target`: writes the calculator's data and the tables of its page."""

import json
import sys
from pathlib import Path
from typing import Any

from parity_tests.studies.page import write_between_markers
from parity_tests.studies.td_target.rules import FLAGS, RULES, stops, with_flags
from parity_tests.studies.td_target.targets import Inputs

PAGE, DATA = Path("docs/figures/td_target.md"), Path("docs/figures/data/td_target.json")

MINUS = "\N{MINUS SIGN}"


def build() -> dict[str, Any]:
    """The calculator's data."""
    rules = [
        {"key": key, "name": rule.name.replace("`", ""), "end": rule.end, "run": rule.run, "stops": stops(rule)}
        for key, rule in RULES.items()
    ]
    example = Inputs()._asdict() | {"truncated": True}
    return {"command": "python -m parity_tests.studies.td_target", "example": example, "rules": rules}


def example_table() -> str:
    """The target of the page's example, by everybody and for all flags."""
    head = ["who", "an end is", *FLAGS.values()]
    rows = [
        [rule.name, rule.end, *(f"{rule.target(with_flags(flags)):.2f}".replace("-", MINUS) for flags in FLAGS)]
        for rule in RULES.values()
    ]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, ["---"] * 2 + ["---:"] * 4, *rows])


def sources() -> str:
    """Where each rule stands."""
    return "\n".join(
        f"- **{rule.name}** ({'run' if rule.run else 'read, not run'}): {rule.source}." for rule in RULES.values()
    )


def main() -> int:
    """Writes; 2 on bad input."""
    if len(sys.argv) > 1 or not PAGE.is_file():
        print(f"td_target takes no argument, and writes to {DATA} and {PAGE}.", file=sys.stderr)
        return 2
    DATA.write_text(json.dumps(build(), indent=1) + "\n")
    write_between_markers(PAGE, example_table(), "example")
    write_between_markers(PAGE, sources(), "sources")
    return 0


if __name__ == "__main__":
    sys.exit(main())
