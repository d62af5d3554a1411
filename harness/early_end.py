"""A run that ends sooner than its words may mean: said on standard error, since everything else looks well.

`episodes` ends a run as `total_steps` does, whichever comes first; and where episodes can end early, nobody knows
beforehand how many steps they will have, so a run can even end before its first update.
"""

from harness.errors import complain
from reference.config import Config


def too_few_episodes(config: Config, steps_per_episode: int | None) -> str | None:
    """What is known before a run: that its episodes cannot have as many steps as `total_steps` asks for.

    Args:
        config: the run.
        steps_per_episode: the longest episode in environment steps; None: unknown.

    Returns:
        A sentence with the cure; None: they can.
    """
    if config.total_steps is None or steps_per_episode is None:
        return None
    most = config.episodes * steps_per_episode
    if most >= config.total_steps:
        return None
    ended = f"{config.episodes} episodes end the run after at most {most:,} steps"
    return f"{ended}, before total_steps, {config.total_steps:,}. Raise --episodes."


def early_end(config: Config, steps_per_episode: int | None, steps: int, updates: int) -> str | None:
    """What is known once a run came to its end, and was not before.

    Args:
        config: the run.
        steps_per_episode: the longest episode in environment steps; None: unknown.
        steps: environment steps that it made.
        updates: updates of the critic that it made.

    Returns:
        What was not done, with the cure; None: all was done.
    """
    ended = f"{config.episodes} episodes ended the run after {steps:,} steps"
    if updates == 0:
        first = max(config.update_after, config.batch_size + config.rows_behind)
        cure = "Raise --episodes, or lower --update-after."
        return f"nothing was learnt: {ended}, and updates begin after {first:,}. {cure}"
    told = too_few_episodes(config, steps_per_episode) is not None
    if config.total_steps is not None and steps < config.total_steps and not told:
        return f"{ended}, before total_steps, {config.total_steps:,}. Raise --episodes."
    return None


def warn(words: str | None, run: str = "") -> None:
    """Says it, if there is anything to say; with the run's name where there are several."""
    if words is not None:
        complain(f"warning: {run and f'in {run} '}{words}")
