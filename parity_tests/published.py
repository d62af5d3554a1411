"""Conventions of implementations that cannot be run here."""

from parity_tests.conventions import Conventions

STABLE_BASELINES = Conventions(
    order="simultaneous", clips_gradients=False, truncation_is_terminal=True, adam_epsilon="inside"
)
"""The archived stable-baselines 2.10 (TensorFlow 1, which needs a Python of 3.7 or less), with its defaults.

Source: https://github.com/hill-a/stable-baselines/tree/v2.10.2, ddpg/ddpg.py (`_train_step` takes both gradients in
one session run; replay keeps `done`, which a time limit sets too; `clip_norm=None`) and common/mpi_adam.py
"""

STABLE_BASELINES_TAU = 1e-3
"""Its default; ours is 0.005."""
