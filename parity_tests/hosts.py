"""Small runs on hosts that misbehave, and what must hold of their folders afterwards."""

import json
from typing import NamedTuple

from harness.__main__ import main
from harness.checkpoint_reader import read_checkpoint
from harness.checkpoints import FOLDER, manifest_paths
from harness.run_folder import load_weights, read_run
from harness.train import run_space

SMALL = (
    "--episodes 6 --max-steps-per-episode 10 --start-steps 10 --update-after 12 --batch-size 4 --hidden-sizes 6 6 "
    "--replay-size 40 --checkpoint-every 1 --keep-checkpoints 2"
)
ENVIRONMENTS = "parity_tests.host_environments:"
NETWORKS = {"actor", "critic", "target_actor", "target_critic"}


class Ended(NamedTuple):
    """What a command came to."""

    status: int
    said: str  # on standard error


class Commands:
    """Runs `ddpg` in this process."""

    def __init__(self, capfd, monkeypatch, folder=None):
        """In a folder, or where it is; with a report of one line, since drawing takes longer than such a run."""
        self._capfd = capfd
        if folder is not None:
            monkeypatch.chdir(folder)
        monkeypatch.setattr("harness.report.report", lambda runs: f"{len(runs)} runs</html>")

    def __call__(self, words):
        self._capfd.readouterr()
        status = main(words.split())
        return Ended(status, self._capfd.readouterr().err)


def assert_one_line(ended, status, *words):
    """Exit status, no traceback, and a last line that says what happened; lines before it are progress."""
    assert ended.status == status, ended.said
    last = ended.said.splitlines()[-1]
    assert "Traceback" not in ended.said and last.startswith("ddpg: ") and len(last) < 800, ended.said
    assert [word for word in words if word not in last] == [], last
    assert ended.said.count("ddpg: ") == 1 or "warning" in ended.said or "going on" in ended.said, ended.said


def assert_whole(folder, weights=True, report=True):
    """Every line parses, every checkpoint loads, and nothing lies there half written; how many episodes there are."""
    text = (folder / "metrics.jsonl").read_text()
    assert text == "" or text.endswith("\n")
    episodes = [json.loads(line)["episode"] for line in text.splitlines()]
    assert episodes == list(range(1, len(episodes) + 1))
    config = read_run(folder).config
    for path in manifest_paths(folder / FOLDER):
        assert read_checkpoint(path, config, run_space(config), "reference").state.episode == int(path.stem)
    assert not weights or set(load_weights(folder)) == NETWORKS
    assert not report or "</html>" in (folder / "report.html").read_text()
    assert not list(folder.rglob("*.part"))
    return len(episodes)
