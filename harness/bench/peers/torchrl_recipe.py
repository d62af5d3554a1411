"""TorchRL's recipe for DDPG at one frame a batch, as parity_tests/studies assembles it."""

from importlib import import_module

from harness.bench.work import Job
from reference.config import Config


def loop(config: Config, job: Job) -> None:
    """Trains."""
    for _ in import_module("parity_tests.studies.recipe_loop").recipe_loop(config):
        pass
