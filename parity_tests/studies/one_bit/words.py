"""What a twin has otherwise, in words."""

from parity_tests.rewrites.trial import REWRITES


def words_of(change: str) -> str:
    """For tables and menus."""
    return REWRITES[change].words if change in REWRITES else "one weight's last bit flipped, once"
