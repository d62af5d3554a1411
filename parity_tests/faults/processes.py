"""A process for each item, forked from this one and so with all that it has imported, two at a time."""

import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any

AT_ONCE = 2
SECONDS = 900.0
"""After which a process has hung."""


class Lost(Exception):
    """A process that gave no answer."""


def each(function: Callable, items: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Calls a function on each item, in a process of its own.

    Yields:
        Item and answer as soon as it is there; the answer is `Lost` where the process ended or hung without one.
    """
    waiting, running = list(reversed(items)), {}
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            item = waiting.pop()
            process, pipe = _start(function, item)
            running[pipe] = process, item, time.monotonic() + SECONDS
        oldest = min(running, key=lambda pipe: running[pipe][2])
        ready = wait(list(running), max(0.0, running[oldest][2] - time.monotonic()))
        for pipe in ready or [oldest]:
            process, item, _ = running.pop(pipe)
            answer = _answer(pipe) if ready else Lost(f"no answer after {SECONDS:.0f} s")
            process.kill()
            process.join()
            yield item, answer


def _start(function: Callable, item: Any) -> tuple[Any, Connection]:
    context = get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(theirs, function, item))
    process.start()
    theirs.close()
    return process, ours


def _child(pipe: Connection, function: Callable, item: Any) -> None:
    pipe.send(function(item))


def _answer(pipe: Connection) -> Any:
    try:
        return pipe.recv()
    except EOFError:
        return Lost("the process ended without an answer")
