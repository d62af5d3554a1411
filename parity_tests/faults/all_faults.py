"""Every fault, area by area."""

from parity_tests.faults.environments import ENVIRONMENTS
from parity_tests.faults.fault import Fault
from parity_tests.faults.gradients import GRADIENTS
from parity_tests.faults.loops import LOOPS
from parity_tests.faults.losses import LOSSES
from parity_tests.faults.networks import NETWORKS
from parity_tests.faults.noises import NOISES
from parity_tests.faults.optimisers import OPTIMISERS
from parity_tests.faults.replays import REPLAYS
from parity_tests.faults.seeding import SEEDING
from parity_tests.faults.soft_updates import SOFT_UPDATES
from parity_tests.faults.targets import TARGETS

EVERY: tuple[Fault, ...] = (
    *NETWORKS, *NOISES, *REPLAYS, *TARGETS, *LOSSES, *GRADIENTS, *OPTIMISERS, *SOFT_UPDATES, *ENVIRONMENTS, *LOOPS,
    *SEEDING,
)  # fmt: skip

FAULTS: dict[str, Fault] = {fault.name: fault for fault in EVERY}
"""By name."""
