"""Every fault, area by area."""

from parity_tests.faults.annealing import ANNEALING
from parity_tests.faults.delays import DELAYS
from parity_tests.faults.environments import ENVIRONMENTS
from parity_tests.faults.fault import Fault
from parity_tests.faults.fused import FUSED_UPDATES
from parity_tests.faults.gradients import GRADIENTS
from parity_tests.faults.layer_norms import LAYER_NORMS
from parity_tests.faults.loops import LOOPS
from parity_tests.faults.loss_choices import LOSS_CHOICES
from parity_tests.faults.losses import LOSSES
from parity_tests.faults.n_steps import N_STEPS
from parity_tests.faults.networks import NETWORKS
from parity_tests.faults.noises import NOISES
from parity_tests.faults.optimisers import OPTIMISERS
from parity_tests.faults.ornstein_uhlenbeck import ORNSTEIN_UHLENBECK_NOISE
from parity_tests.faults.papers import PAPERS
from parity_tests.faults.replays import REPLAYS
from parity_tests.faults.seeding import SEEDING
from parity_tests.faults.soft_updates import SOFT_UPDATES
from parity_tests.faults.targets import TARGETS
from parity_tests.faults.td3 import TD3_LOSSES

EVERY: tuple[Fault, ...] = (
    *NETWORKS, *NOISES, *REPLAYS, *TARGETS, *LOSSES, *GRADIENTS, *OPTIMISERS, *SOFT_UPDATES, *ENVIRONMENTS, *LOOPS,
    *SEEDING,
    *ORNSTEIN_UHLENBECK_NOISE, *ANNEALING, *TD3_LOSSES, *DELAYS, *LAYER_NORMS, *PAPERS, *N_STEPS, *LOSS_CHOICES,
    *FUSED_UPDATES,
)  # fmt: skip

FAULTS: dict[str, Fault] = {fault.name: fault for fault in EVERY}
"""By name."""
