"""Jobs handed out to processes, and what they tell of them."""

import signal
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from harness.seeds_job import Episode, Job
from harness.seeds_worker import KNOWN, Failed, Idle, main


def run_jobs(jobs: Sequence[Job], workers: int) -> Generator[Episode, None, None]:
    """Runs jobs in processes of one thread each; whoever is idle gets the next one.

    Closing the generator stops every worker, and waits until their folders are whole.

    Yields:
        The episodes of all jobs, as they end.

    Raises:
        InputError, FloatingPointError, OSError: as a job raised it; the other workers are stopped.
        RuntimeError: of any other exception of a job, with its traceback.
    """
    waiting = deque(jobs)
    with _started(min(workers, len(jobs))) as started:
        at_work: dict[Connection, Job] = {}
        for connection in started:
            _hand_out(connection, waiting, at_work)
        while at_work:
            for connection in [one for one in wait(list(at_work)) if isinstance(one, Connection)]:
                message = _hear(connection, started[connection], at_work[connection])
                if isinstance(message, Episode):
                    yield message
                else:
                    _hand_out(connection, waiting, at_work)


def _hand_out(connection: Connection, waiting: deque[Job], at_work: dict[Connection, Job]) -> None:
    """Gives a worker its next job, or None, at which it ends."""
    at_work.pop(connection, None)
    if waiting:
        at_work[connection] = waiting.popleft()
    connection.send(at_work.get(connection))


def _hear(connection: Connection, process: BaseProcess, job: Job) -> Episode | Idle:
    """The next message of a worker, which has one, or is gone."""
    try:
        message = connection.recv()
    except (EOFError, OSError) as error:
        process.join()
        seeds = ", ".join(map(str, job.seeds))
        raise OSError(
            f"the worker that trained seed {seeds} is gone, with exit status {process.exitcode} (-9: killed, as by a "
            "system short of memory). What it had written is whole."
        ) from error
    if not isinstance(message, Failed):
        return message
    for known in KNOWN:
        if message.kind == known.__name__:
            raise known(message.message)
    raise RuntimeError(f"a worker ended by {message.kind}: {message.message}\n\n{message.trace}")


@contextmanager
def _started(number: int) -> Iterator[dict[Connection, BaseProcess]]:
    """Processes by the pipes to them; at the end all pipes are closed, which ends who still works."""
    context = get_context("spawn")  # a fork would copy torch's threads in whatever state they are in
    processes: dict[Connection, BaseProcess] = {}
    try:
        for _ in range(number):
            ours, theirs = context.Pipe()
            process: BaseProcess = context.Process(target=main, args=(theirs,))
            with _heedless():
                process.start()
            theirs.close()
            processes[ours] = process
        yield processes
    finally:
        for connection in processes:
            connection.close()
        for process in processes.values():
            process.join()


@contextmanager
def _heedless() -> Iterator[None]:
    """A process started within ignores Ctrl-C from its first instruction on."""
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)
