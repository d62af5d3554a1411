"""One training run of the study, with its evaluations."""

import torch

from parity_tests.studies.exercises.evaluation import evaluate
from parity_tests.studies.exercises.variants import EVALUATION_EVERY, config_of
from reference.train import train


def prepare():
    """What a process sets before its first run."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)  # saves a twentieth of the time, and the versions file tells


def measure(setting, **fields):
    """Trains; the run's rows, one an evaluation."""
    config = config_of(setting, **fields)
    return [
        {**setting._asdict(), "step": state.step, **evaluate(config, state.networks)}
        for _, state in train(config)
        if state.step % EVALUATION_EVERY == 0
    ]
