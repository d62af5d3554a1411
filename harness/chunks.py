"""Replay in pieces of so many rows, of which a checkpoint writes those that changed since the last one."""

from torch import Tensor

from reference.state import Replay

CHUNK_ROWS = 4096
"""The last rows written lie in one or two chunks. Smaller ones make more files, larger ones more to write again."""


def chunk_count(size: int, chunk_rows: int) -> int:
    """Chunks of a ring that holds `size` transitions."""
    return -(-size // chunk_rows)


def chunk(replay: Replay, number: int) -> dict[str, Tensor]:
    """One chunk's rows by field, as far as they hold transitions: views."""
    first = number * CHUNK_ROWS
    last = min(first + CHUNK_ROWS, replay.size)
    columns = replay.rows._asdict() if replay.steps is None else replay.rows._asdict() | {"steps": replay.steps}
    return {name: column[first:last] for name, column in columns.items()}


def changed_chunks(replay: Replay, cursor: int, steps: int) -> set[int]:
    r"""Chunks in which a row was written since the cursor stood at `cursor`.

    .. math:: c, c + 1, \dots, c' - 1 \pmod N

    Args:
        replay: the ring now, its cursor c' and its N rows.
        cursor: c.
        steps: environment steps since then, of which each writes one row at the most: from N on, the cursor may
            have gone round, and every row counts as written.
    """
    capacity = len(replay.rows.reward)
    if steps >= capacity:
        return set(range(chunk_count(replay.size, CHUNK_ROWS)))
    count = (replay.cursor - cursor) % capacity
    ends = [(cursor, min(cursor + count, capacity)), (0, max(cursor + count - capacity, 0))]
    return {
        row // CHUNK_ROWS for first, last in ends for row in (*range(first, last, CHUNK_ROWS), last - 1) if last > first
    }
