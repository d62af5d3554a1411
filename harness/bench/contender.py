"""A contender's process: it works only when told to, and answers with wall and CPU seconds.

Each has a process of its own, so that threads, denormal numbers and memory are its own. It reads a job as a line of
JSON, says that it is ready, and then, for each further line, works to the next mark and answers. It ends when its
input does.
"""

import json
import os
import platform
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TextIO

from harness.bench.work import OURS, Job, config_of, job_from_json
from harness.errors import one_line

NOT_INSTALLED = {
    "stable_baselines3": "pip install 'ddpg-parity[peers]'",
    "sbx": "pip install 'ddpg-parity[peers]'",
    "tianshou": "pip install 'ddpg-parity[peers]'",
    "skrl": "pip install 'ddpg-parity[peers]'",
    "cleanrl_utils": "git clone https://github.com/vwxyzjn/cleanrl",
    "tensorboard": "pip install tensorboard",
}
"""How to get what a peer needs, by the module that is missing."""


def main() -> None:
    """Reads the job and serves it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent ends this process
    # Answers keep standard output to themselves, which libraries write to.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    job = job_from_json(json.loads(sys.stdin.readline()))
    limit_threads(job.cell.threads)
    try:
        serve(job, answers)
    except Exception as error:  # whatever a library raises is one line beside the table
        tell(answers, {"missing": reason(error)})
        raise


def reason(error: Exception) -> str:
    """Why a contender is missing, and the cure where it is known."""
    if isinstance(error, ModuleNotFoundError):
        name = (error.name or "").partition(".")[0]
        return f"{name} is not installed: {NOT_INSTALLED.get(name, f'pip install {name}')}"
    return f"failed: {type(error).__name__}: {one_line(error)[:300]}"


def limit_threads(threads: int) -> None:
    """So many cores for the process, whoever makes its threads; before any of the libraries is imported."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(threads)
    if threads == 1:
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"


def serve(job: Job, answers: TextIO) -> None:
    """Builds the contender, and works whenever told to."""
    import torch

    from harness.bench.paced import Pace, set_pace

    if job.contender in OURS or job.contender == "floor":
        from harness.process import prepare_process

        prepare_process()  # flushes denormal numbers, as `ddpg train` does; libraries keep what they set
    torch.set_num_threads(job.cell.threads)

    def report(count: int, wall: float, cpu: float) -> None:
        tell(answers, {"count": count, "wall": wall, "cpu": cpu, "memory": peak_memory()})
        wait()

    if job.measure == "updates":
        work: Callable[[], Any] = timed_updates(job, report)
    else:
        work = loop_of(job)
        pace = Pace(job.marks, report)
        set_pace(pace)
    tell(answers, {"ready": versions(job.contender)})
    wait()
    if job.measure == "steps":
        pace.start()
    work()
    raise RuntimeError(f"the loop of {job.contender} ended before environment step {job.marks[-1]}")


def timed_updates(job: Job, report: Callable[[int, float, float], None]) -> Callable[[], None]:
    """Updates without end, reported at the marks, or sooner where a slice would take too long."""
    from harness.bench.updates import updates_of

    run = updates_of(job.contender, config_of(job))
    # Asking for the time costs nothing beside updates of large batches, and those of small ones are many.
    stride = 10 if job.cell.batch_size * job.cell.width < 2**17 else 1

    def work() -> None:
        before = 0
        for place, mark in enumerate(job.marks):
            limit = job.slice_seconds * (5 if place == 0 else 1)
            made, cpu, wall = 0, time.process_time(), time.perf_counter()
            while made < mark - before and (made < 2 or time.perf_counter() - wall < limit):
                part = min(stride, mark - before - made)
                run(part)
                made += part
            report(made, time.perf_counter() - wall, time.process_time() - cpu)
            before = mark

    return work


def loop_of(job: Job) -> Callable[[], Any]:
    """A contender's whole loop, on the paced environment."""
    config = config_of(job)
    match job.contender:
        case "autograd" | "fused":
            train = import_module("reference.train").train
            return lambda: [None for _ in train(config, update=job.contender)]
        case "torchrl":
            train = import_module("torchrl_impl.train").train
            return lambda: [None for _ in train(config)]
    loop = import_module(f"harness.bench.peers.{job.contender}").loop
    return lambda: loop(config, job)


DISTRIBUTIONS = {"sbx": ("sbx-rl", "jax"), "stable_baselines3": ("stable_baselines3",)}
"""What a contender computes with beside torch, Gymnasium and NumPy, where that is not its own name."""


def versions(contender: str) -> dict[str, str]:
    """Python and the packages that a contender computes with, as far as they are installed under these names."""
    found = {"python": platform.python_version()}
    for name in ("torch", "torchrl", "gymnasium", "numpy", *DISTRIBUTIONS.get(contender, (contender,))):
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


def tell(answers: TextIO, words: dict[str, Any]) -> None:
    """One answer."""
    answers.write(json.dumps(words) + "\n")
    answers.flush()


def wait() -> None:
    """Waits to be told to go on; the end of the input ends the process, in whatever library it is."""
    if not sys.stdin.readline():
        os._exit(0)


def peak_memory() -> float:
    """The largest resident set that the process had, MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        # getrusage tells the parent's peak where that was larger: it outlives exec.
        found = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        return int(found[0]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    main()
