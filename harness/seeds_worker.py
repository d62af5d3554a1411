"""One of several processes that train seeds, with one thread; `main` is what it runs.

It ends when the parent says so, and when the parent is gone, by whatever means: each holds one end of a pipe. Ctrl-C
in a terminal reaches every process of a command; a worker leaves it to the parent, so that it is stopped once.
"""

import os
import signal
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from types import FrameType
from typing import NamedTuple

from harness.errors import InputError, RunError, notes_of
from harness.process import prepare_process
from harness.seeds_job import Episode, Job, run_job
from harness.stalls import stalls_told


class Idle(NamedTuple):
    """A job is done; the next one, please."""


class Failed(NamedTuple):
    """A job ended by an exception, and so did the worker."""

    kind: str  # the exception's type, or one of those that the command line knows
    message: str
    trace: str


Message = Episode | Idle | Failed
"""What a worker says."""

KNOWN = (InputError, RunError, FloatingPointError, OSError)
"""Exceptions that the command line turns into one line each."""


def main(connection: Connection) -> None:
    """Trains the jobs that come through the pipe, until None comes, or nothing can come any more."""
    signal.signal(signal.SIGTERM, _interrupt_once)
    prepare_process()
    jobs: SimpleQueue[Job | None] = SimpleQueue()
    Thread(target=_listen, args=(connection, jobs), daemon=True).start()
    with suppress(KeyboardInterrupt), stalls_told():  # whoever is to hear of an interrupt is the parent
        _work(connection, jobs)


def _work(connection: Connection, jobs: "SimpleQueue[Job | None]") -> None:
    try:
        while (job := jobs.get()) is not None:
            run_job(job, lambda episode: _say(connection, episode))
            _say(connection, Idle())
    except Exception as error:
        kind = next((known.__name__ for known in KNOWN if isinstance(error, known)), type(error).__name__)
        words = " ".join([str(error), *notes_of(error)])
        _say(connection, Failed(kind, words, traceback.format_exc()))
    finally:
        # All is written: a parent that closes the pipe now would interrupt the interpreter's own end.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _listen(connection: Connection, jobs: "SimpleQueue[Job | None]") -> None:
    try:
        while (job := connection.recv()) is not None:
            jobs.put(job)
        jobs.put(None)
    except (EOFError, OSError):
        os.kill(os.getpid(), signal.SIGTERM)


def _say(connection: Connection, message: Message) -> None:
    """A parent that is gone hears nothing; `_listen` notices."""
    with suppress(OSError):
        connection.send(message)


def _interrupt_once(number: int, frame: FrameType | None) -> None:
    """A second signal would break off the writing of what the first one ended."""
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
