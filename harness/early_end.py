"""A run that ended sooner than its words may have meant: said on standard error, since everything else looks well."""

from harness.errors import complain
from reference.config import Config


def early_end(config: Config, steps: int, updates: int) -> str | None:
    """What to know of a run that came to its end.

    Where episodes can end early, nobody knows before how many steps `episodes` of them have; so a run can end before
    its first update.

    Args:
        config: the run.
        steps: environment steps that it made.
        updates: updates of the critic that it made.

    Returns:
        What was not done, and the cure; None: all was done.
    """
    ended = f"{config.episodes} episodes ended the run after {steps:,} steps"
    if updates == 0:
        first = max(config.update_after, config.batch_size + config.rows_behind)
        cure = "Raise --episodes, or lower --update-after."
        return f"nothing was learnt: {ended}, and updates begin after {first:,}. {cure}"
    if config.total_steps is not None and steps < config.total_steps:
        return f"{ended}, before total_steps, {config.total_steps:,}. Raise --episodes."
    return None


def tell_early_end(config: Config, steps: int, updates: int, run: str = "") -> None:
    """Says it, if there is anything to say; with the run's name where there are several."""
    if (words := early_end(config, steps, updates)) is not None:
        complain(f"warning: {run and f'in {run} '}{words}")
