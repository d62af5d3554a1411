"""`python -m parity_tests.studies.state_space`: trains both sides in lockstep and writes the figures' data."""

import json
import sys
import time
from pathlib import Path
from typing import Any

from harness.fingerprint import versions
from harness.process import prepare_process
from parity_tests.studies.state_space.looks import looks
from parity_tests.studies.state_space.play import FOLLOWED, SHOWN
from parity_tests.studies.state_space.snapshots import axes, moments, snapshot
from parity_tests.studies.state_space.stages import STAGES, stage
from reference.config import Config

FOLDER = Path("docs/figures/data")


def build(config: Config, stages: tuple[int, ...] = STAGES) -> tuple[dict[str, Any], dict[str, Any]]:
    """The data of both figures, from one pair of runs."""
    asked, began = looks(config), time.monotonic()
    snapshots, played = [], []
    for moment in moments(config):
        snapshots.append(snapshot(moment, asked, config))
        if moment.episode in stages:
            played.append(stage(moment, asked, config))
        print(f"episode {moment.episode}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    made = {"command": "python -m parity_tests.studies.state_space", "seed": config.seed, **made_with()}
    lengths = {"shown": SHOWN, "followed": FOLLOWED, "gamma": config.gamma}
    return {**made, **axes(), "snapshots": snapshots}, {**made, **lengths, "stages": played}


def made_with() -> dict[str, Any]:
    """On what the bits depend."""
    found = versions()
    return {"packages": found["packages"], "numerics": found["numerics"]["hash"]}


def main() -> int:
    """Writes; 2 on bad input."""
    if len(sys.argv) > 1 or not FOLDER.is_dir():
        print(f"state_space takes no argument, and writes to {FOLDER}/.", file=sys.stderr)
        return 2
    prepare_process()
    for name, data in zip(("state_space", "episode"), build(Config(probe_every_episodes=10**6)), strict=True):
        (FOLDER / f"{name}.json").write_text(json.dumps(data, separators=(",", ":")) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
