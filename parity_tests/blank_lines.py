"""Lines of `metrics.jsonl` in which an episode has nothing to show but where it ended."""

from harness.metrics import METRICS

UPDATES = ("target_mean", "value_mean", "critic_loss", "critic_grad_norm", "actor_loss", "actor_grad_norm")


def blank_line(episode, last_step=0, last_update=0):
    """What a log must hold to be read, and nothing else."""
    return dict.fromkeys(METRICS) | {
        "episode": episode,
        "last_step": last_step,
        "last_update": last_update,
        "return": 0.0,
        "length": 0,
        "terminated": False,
        "truncated": True,
        "seconds": 0.0,
        "updates": {name: [] for name in UPDATES},
    }
