"""Fields of `Config` with which a fault shows in a whole run, where it does not in any."""

from parity_tests.runs import THREE_ACTIONS

FLOAT64 = {"dtype": "float64"}
ASYMMETRIC_BOUNDS = {"env_id": THREE_ACTIONS}
"""Three actions, each with bounds of its own; episodes terminate at random."""
ENDS_EARLY = {"env_id": "InvertedPendulum-v5"}
"""Episodes terminate."""
TIME_LIMIT_ENDS = {"truncation_is_terminal": True}
SIMULTANEOUS = {"update_order": "simultaneous"}
