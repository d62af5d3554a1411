"""Says when an environment has not answered for a minute, which looks like slow training from outside."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from types import FrameType

from harness.errors import complain

SECONDS = 60.0
"""A step may take long; one that takes a minute is worth a line, and nothing is ended."""

_STEPS = {"step", "reset", "step_and_maybe_reset"}


@contextmanager
def stalls_told() -> Iterator[None]:
    """Within, a line on standard error says so once a step or a reset of an environment has lasted `SECONDS`.

    A thread looks from time to time at what the main thread does, so that no step costs anything. It cannot look
    while the environment runs native code that holds Python's lock; then Ctrl-C waits for that code, too.
    """
    ended = threading.Event()
    thread = threading.Thread(target=_look, args=(ended, SECONDS), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _look(ended: threading.Event, seconds: float) -> None:
    last: FrameType | None = None
    since, told = monotonic(), False
    while not ended.wait(seconds / 8):
        now = _main_frame()
        step = _step(now)
        # Holding the frame keeps another call's from being taken for it.
        if step is None or step is not last:
            last, since, told = step, monotonic(), False
        elif not told and monotonic() - since >= seconds:
            lasted = f"{monotonic() - since:.0f} s{_where(now)}"
            complain(
                f"warning: a step of the environment has lasted {lasted}. The run waits for it; Ctrl-C ends the run, "
                "and leaves what was written whole."
            )
            told = True


def _main_frame() -> FrameType | None:
    ident = threading.main_thread().ident
    return None if ident is None else sys._current_frames().get(ident)


def _step(frame: FrameType | None) -> FrameType | None:
    """The outermost call of a step or reset that leads to `frame`: a new one each environment step."""
    found = None
    while frame is not None:
        if frame.f_code.co_name in _STEPS:
            found = frame
        frame = frame.f_back
    return found


def _where(frame: FrameType | None) -> str:
    return "" if frame is None else f" ({Path(frame.f_code.co_filename).name}, line {frame.f_lineno})"
