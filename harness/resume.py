"""`ddpg resume`: a run that was broken off goes on from its newest good checkpoint, with the same bits."""

from pathlib import Path
from typing import Any, NamedTuple

from harness.checkpoint_reader import Loaded, Refused, newest_good, of_this_configuration
from harness.checkpoints import FOLDER, Checkpoints
from harness.durable import cut
from harness.errors import InputError, complain, one_line
from harness.files import write_json
from harness.fingerprint import versions
from harness.guard import ERROR_FILE
from harness.implementations import Impl
from harness.run_folder import Settings, read_run, read_settings
from harness.run_lock import locked
from harness.schedule import Schedule, parse_schedule
from harness.train import space_for
from harness.trust import refuse_unnamed
from harness.whole_run import go_on
from reference.config import Config


class Wishes(NamedTuple):
    """What the command line asks for; None: as the run had it."""

    impl: Impl | None = None
    checkpoint_every: str | None = None
    keep_checkpoints: int | None = None
    env_id: str | None = None  # the run's own, said again where it names code


def resume_run(folder: Path, wishes: Wishes) -> dict[str, Any]:
    """Goes on with a run to its end.

    Returns:
        The run's figures, as `--json` prints them.

    Raises:
        InputError: no run folder, one in use, one that names code that `wishes` does not, or none of its
            checkpoints is good.
    """
    read_settings(folder)  # what is no run folder is refused as such
    with locked(folder):
        settings = read_settings(folder)
        refuse_unnamed(settings.config.env_id, wishes.env_id, folder / "config.json")
        impl, schedule = wishes.impl or settings.impl, schedule_of(folder, settings.run, wishes)
        if impl == "torchrl" and settings.update == "fused":
            raise InputError(f"impl must be reference for {folder}, whose update is fused; got torchrl.")
        _refuse_other_config(folder, settings.config)
        space = space_for(settings.config, impl)
        loaded, refused = newest_good(folder, settings.config, space, impl)
        _report(folder, settings, loaded, refused)
        _prepare(folder, settings, impl, schedule, loaded, refused)
        last = None if loaded is None else loaded.manifest
        checkpoints = Checkpoints(folder, settings.config, impl, settings.update, schedule, last)
        return go_on(folder, space, checkpoints, None if loaded is None else loaded.state)


def schedule_of(folder: Path, run: dict[str, Any], wishes: Wishes) -> Schedule:
    """When checkpoints are due: as the command line wishes, or else as `run.json` has it.

    Raises:
        InputError: what either says cannot be used.
    """
    every, keep = run.get("checkpoint_every"), run.get("keep_checkpoints", 1)
    if not isinstance(every, str | None) or type(keep) is not int:
        raise InputError(f"{folder / 'run.json'} must name a schedule as `ddpg train` does; got {every!r}, {keep!r}.")
    return parse_schedule(
        every if wishes.checkpoint_every is None else wishes.checkpoint_every,
        keep if wishes.keep_checkpoints is None else wishes.keep_checkpoints,
    )


def _refuse_other_config(folder: Path, config: Config) -> None:
    if (folder / FOLDER).is_symlink() or ((folder / FOLDER).exists() and not (folder / FOLDER).is_dir()):
        # What no checkpoint names is removed from that folder; behind a link lies somebody else's.
        raise InputError(f"{folder / FOLDER} must be a folder of checkpoints, or not be there. Move it away.")
    if not of_this_configuration(folder, config):
        raise InputError(f"{folder} is damaged: its config.json is not that of its checkpoints. Put it back.")


def _report(folder: Path, settings: Settings, loaded: Loaded | None, refused: list[Refused]) -> None:
    """Says what is wrong with checkpoints and what is done about it.

    Raises:
        InputError: nothing can be.
    """
    if loaded is not None and loaded.manifest.update != settings.update:
        raise InputError(
            f"{folder} is damaged: run.json names update {settings.update}, and {loaded.path.name} "
            f"{loaded.manifest.update}. Put the latter into run.json."
        )
    for path, reason in refused:
        complain(f"checkpoint {path} is refused: {reason}.")
    if loaded is None and refused:
        raise InputError(f"{folder} has no good checkpoint left. Train it again into another folder.")
    if loaded is None and settings.run.get("checkpoint_every") is None:
        raise InputError(
            f"{folder} has no checkpoint: it was trained without checkpoint_every. Train it again with it."
        )
    if loaded is None and _has_ended(folder, settings.config):
        raise InputError(f"{folder} has ended: there is nothing left to train.")
    if loaded is None:
        complain(f"{folder} was broken off before its first checkpoint; it begins anew.")
        return
    numbers = loaded.manifest.numbers
    complain(f"going on from {loaded.path}, episode {numbers['episode']}, step {numbers['step']}.")
    apart = differences(loaded.manifest.versions, versions())
    if apart:
        complain(f"warning: bits will differ from a run never stopped: {', '.join(apart)} changed since.")
    if settings.run.get("stack", 1) != 1:
        complain("warning: last bits will differ: it was trained in a stack with other seeds, and goes on alone.")


def _has_ended(folder: Path, config: Config) -> bool:
    """Whether a run that was never resumed came to its end; weights are written there."""
    episodes = read_run(folder).episodes
    if not episodes or not (folder / "weights.pt").is_file():
        return False
    return episodes[-1]["episode"] >= config.episodes or episodes[-1]["last_step"] == config.total_steps


def differences(then: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """On what bits depend, of which two `versions.json` say different things: "numerics threads", "torch"."""
    found = []
    for kind, prefix in (("numerics", "numerics "), ("packages", "")):
        names = then[kind] | now[kind]
        found += [prefix + name for name in names if then[kind].get(name) != now[kind].get(name)]
    return found + ["python"] * (then.get("python") != now["python"])


def _prepare(
    folder: Path, settings: Settings, impl: Impl, schedule: Schedule, loaded: Loaded | None, refused: list[Refused]
) -> None:
    """Puts the folder where the checkpoint stands, and notes in run.json who goes on from there, on what numerics.

    Raises:
        InputError: the folder cannot be written.
    """
    numbers = {"episode": 0} if loaded is None else loaded.manifest.numbers
    entry = {"episode": numbers["episode"], "impl": impl, "numerics": versions()["numerics"]["hash"]}
    before = settings.run.get("resumed")
    resumed = [*(before if isinstance(before, list) else []), entry]
    try:
        for path, _ in refused:  # out of the way of those to come, and there to be looked at
            path.rename(path.with_name(path.name + ".refused"))
        (folder / ERROR_FILE).unlink(missing_ok=True)
        cut(folder / "metrics.jsonl", 0 if loaded is None else loaded.manifest.metrics.size)
        write_json(folder / "run.json", settings.run | {"impl": impl, "resumed": resumed, **schedule.recorded()})
    except OSError as error:
        raise InputError(f"{folder} must be a folder that can be written ({one_line(error)}).") from error
