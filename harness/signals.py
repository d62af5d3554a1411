"""Ctrl-C and SIGTERM: each ends a command in one line, wherever it stands, and a second one does not undo the first."""

import _thread
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType
from typing import Any

from harness.errors import complain

NUMBERS = (signal.SIGINT, signal.SIGTERM)

GRACE = 10.0
"""Seconds after a signal in which further ones change nothing: what the first one ended is being written."""

_last = -GRACE


def heed() -> Callable[[], None]:
    """From now on either signal raises KeyboardInterrupt; one that is ignored, as in a shell's background, stays so.

    Returns:
        What makes all as it was before.
    """
    global _last
    _last = -GRACE
    if threading.current_thread() is not threading.main_thread():  # which is the one that signals reach
        return lambda: None
    former: dict[int, Any] = {number: signal.getsignal(number) for number in NUMBERS}
    hook, sys.unraisablehook = sys.unraisablehook, _raised_again
    for number in NUMBERS:
        if former[number] != signal.SIG_IGN:
            signal.signal(number, interrupt)

    def restore() -> None:
        for number, handler in former.items():
            signal.signal(number, handler)
        sys.unraisablehook = hook

    return restore


def interrupt(number: int, frame: FrameType | None) -> None:
    """Raises KeyboardInterrupt, unless it has just been raised."""
    global _last
    now = monotonic()
    if now - _last >= GRACE:
        _last = now
        raise KeyboardInterrupt


def ignore() -> None:
    """Nothing is left to be interrupted but the interpreter's own end."""
    for number in NUMBERS:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def leaving_at_once() -> Iterator[None]:
    """Within, where libraries are imported and nothing was written, a signal ends the process on the spot.

    An exception raised inside torch's import comes out of it as another one, or not at all.
    """
    former = {number: signal.getsignal(number) for number in NUMBERS}
    if interrupt not in former.values():  # nobody heeds signals: this is no command, or a thread
        yield
        return
    try:
        for number, handler in former.items():
            signal.signal(number, _leave if handler is interrupt else handler)
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _leave(number: int, frame: FrameType | None) -> None:
    complain("interrupted; nothing was written.")
    os._exit(130)


def _raised_again(unraisable: Any) -> None:
    """An interrupt that fell into a destructor, where Python drops exceptions, is raised a moment later."""
    global _last
    if unraisable.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(unraisable)
        return
    _last = -GRACE
    threading.Timer(0.01, _thread.interrupt_main, (signal.SIGTERM,)).start()
