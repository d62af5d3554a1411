"""The parent's end of a contender's process: it is told to work, and answers."""

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.bench.work import Job
from harness.errors import complain


@dataclass(frozen=True)
class Slice:
    """So much work, and what it took."""

    count: int
    wall: float  # seconds
    cpu: float  # seconds, of all the process's threads


@dataclass
class Timed:
    """What became of a job: slices, or why there are none."""

    job: Job
    slices: list[Slice] = field(default_factory=list)
    missing: str | None = None  # why nothing was measured
    memory: float | None = None  # peak resident set, MiB
    versions: dict[str, str] = field(default_factory=dict)  # of what it computes with


class ContenderProcess:
    """One contender, which works only while it is asked; one that fails is missing, and no failure of the benchmark."""

    def __init__(self, python: Path, job: Job) -> None:
        self.timed = Timed(job)
        # CleanRL's script writes logs below its working directory; what a library has to say is kept for its end.
        self._folder = tempfile.TemporaryDirectory(prefix="ddpg-bench-")
        self._complaints = open(Path(self._folder.name) / "stderr.txt", "w+")  # noqa: SIM115 - closed in `close`
        self._process = subprocess.Popen(
            [str(python), "-m", "harness.bench.contender"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
            cwd=self._folder.name,
            env=os.environ | {"TMPDIR": self._folder.name},  # TorchRL's recipe keeps its replay in a file
        )

    def begin(self) -> None:
        """Waits until it is built, and works to the first mark, which nobody counts."""
        ready = self._ask(json.dumps(self.timed.job.to_json()))
        self.timed.versions = ready.get("ready", {})
        if self.timed.missing is None:
            self._ask("go")

    def work(self) -> None:
        """Works to the next mark."""
        if self.timed.missing is not None:
            return
        answer = self._ask("go")
        if self.timed.missing is None:
            self.timed.slices.append(Slice(answer["count"], answer["wall"], answer["cpu"]))
            self.timed.memory = answer["memory"]

    def close(self) -> None:
        """Ends the process, wherever it is."""
        self._process.kill()
        self._process.communicate()
        self._complaints.close()
        self._folder.cleanup()

    def _ask(self, words: str) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(words + "\n")
            self._process.stdin.flush()
            answer: dict[str, Any] = json.loads(self._process.stdout.readline() or "{}")
        except BrokenPipeError:
            answer = {}
        if not answer:
            answer = {"missing": f"failed: {self._last_words()}"}
        if "missing" in answer:
            self.timed.missing = answer["missing"]
            complain(f"{self.timed.job.contender}: {answer['missing']}")
        return answer

    def _last_words(self) -> str:
        self._complaints.seek(0)
        lines = self._complaints.read().split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "its process ended without a word")
