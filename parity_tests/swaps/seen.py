"""What stood in each slot of a loop as it ran, by the calls that were made to it."""

from collections import Counter, defaultdict
from functools import wraps

Seen = defaultdict[str, Counter[str]]
"""By slot: the class or function called, and how often."""


def nothing_seen() -> Seen:
    """Before a run."""
    return defaultdict(Counter)


def watch_object_(thing, methods, counts):
    """Puts a counter before each of an object's own methods; its class stays what it is.

    Args:
        thing: TorchRL's object, or a drop-in.
        methods: names of those that the loop calls.
        counts: of its slot.
    """
    for name in methods:
        setattr(thing, name, _counted(getattr(thing, name), counts, lambda: type(thing).__name__))
    return thing


def watch_function(function, counts):
    """A function of the plain loop's; where it is an adapter's, what counts is the object of TorchRL's behind it."""
    adapter = getattr(function, "__self__", None)
    return _counted(
        function, counts, lambda: function.__module__ if adapter is None else type(adapter.torchrl).__name__
    )


def _counted(function, counts, name_of):
    @wraps(function)
    def counted(*args, **kwargs):
        answer = function(*args, **kwargs)
        counts[name_of()] += 1  # after the call, which may have put another object in the slot
        return answer

    return counted
