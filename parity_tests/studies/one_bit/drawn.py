"""What the interactive figure "flip one bit" draws (docs/_static/interactive/one_bit.js): docs/one_bit/one_bit.json."""

import json
from typing import Any

from parity_tests.studies.one_bit.results import FOLDER, POLICIES, runs
from parity_tests.studies.one_bit.words import words_of

DATA = "one_bit.json"
START = 250
"""Update that the figure opens with: anyone can tell the two policies apart."""


def write() -> None:
    """Puts policies and distances together, for one page."""
    (FOLDER / DATA).write_text(json.dumps(contents()) + "\n")


def contents() -> dict[str, Any]:
    """Policies of seed 0 at some updates; for each change its name, and how far every seed's twins were apart."""
    data = json.loads((FOLDER / POLICIES).read_text())
    distances: dict[str, list[dict[str, Any]]] = {}
    for twin, line in runs().items():
        if "distances" in line:
            apart = [(x, y) for x, y in zip(line["updates"], line["distances"], strict=True) if y > 0]
            one = {"seed": twin.seed, "updates": [x for x, _ in apart], "distances": [y for _, y in apart]}
            distances.setdefault(twin.change, []).append(one)
    changes = [change for change in data["policies"] if change in distances]
    data["changes"] = [{"name": change, "words": words_of(change), "twins": distances[change]} for change in changes]
    data["start"] = data["updates"].index(START)
    return dict(data)
