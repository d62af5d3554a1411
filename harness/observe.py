"""A run whose networks are shown to a function at every update, not at episodes' ends alone."""

from collections.abc import Callable, Generator
from importlib import import_module
from itertools import count
from typing import Any, Generic, NamedTuple, TypeVar

from harness.implementations import Impl, train_function
from reference.config import Config
from reference.state import EpisodeRecord, Params, RunState

Kept = TypeVar("Kept")

Keep = Callable[[int, Params], Kept]
"""The update's number and one network after it, which the run may write into later, to what is kept of it."""

NETWORKS = ("critic", "actor", "target_actor", "target_critic")
"""In the order in which an update makes them, so that the first to differ is the cause."""


class Observed(NamedTuple, Generic[Kept]):
    """One episode as `train` yields it, and what was kept of each of its updates."""

    record: EpisodeRecord
    state: RunState
    networks: list[dict[str, Kept]]  # one for each update that moved the targets, by network


def observe(
    impl: Impl, config: Config, keep: Keep[Kept], run_state: RunState | None = None, parts: Any = None
) -> Generator[Observed[Kept], None, None]:
    """The run of one implementation, observed where it updates its targets.

    Args:
        impl: which implementation.
        config: the run.
        keep: what to keep of each network.
        run_state: where to go on from.
        parts: that implementation's `Parts`; None: its own.
    """
    parts = import_module(train_function(impl).__module__).default_parts if parts is None else parts
    wrap = _wrap_reference if impl == "reference" else _wrap_torchrl
    seen: list[dict[str, Kept]] = []
    delay = config.policy_delay
    calls = count(0 if run_state is None else 2 * (run_state.update // delay))

    def show(name: str, online: Params, target: Params) -> None:
        # Two calls an update that moves the targets: the actor's, then the critic's.
        update = delay * (next(calls) // 2 + 1)
        seen.append({name: keep(update, online), f"target_{name}": keep(update, target)})

    parts = parts._replace(soft_update=wrap(parts.soft_update, show))
    for record, state in train_function(impl)(config, run_state, parts):
        both = (actor | critic for actor, critic in zip(seen[::2], seen[1::2], strict=True))
        networks = [{name: kept[name] for name in NETWORKS} for kept in both]
        seen.clear()
        yield Observed(record, state, networks)


def _wrap_reference(soft_update: Callable[..., Params], show: Callable[..., None]) -> Callable[..., Params]:
    """`soft_update`, called for the actor and then for the critic, that also shows what it was given and made."""
    names = count()

    def observed(target: Params, online: Params, tau: float) -> Params:
        moved = soft_update(target, online, tau)
        show(("actor", "critic")[next(names) % 2], online, moved)
        return moved

    return observed


def _wrap_torchrl(make_updater: Callable[..., Any], show: Callable[..., None]) -> Callable[..., Any]:
    """The maker of an updater whose `step` also shows the networks of its loss module."""
    state = import_module("torchrl_impl.state")

    def make(loss_module: Any, tau: float) -> Any:
        updater = make_updater(loss_module, tau)
        step = updater.step

        def observed() -> None:
            step()
            actors = (loss_module.actor_network_params, loss_module.target_actor_network_params)
            critics = (state.critic_params(loss_module), state.target_critic_params(loss_module))
            for name, both in (("actor", actors), ("critic", critics)):
                show(name, *map(state.params_of, both))

        updater.step = observed
        return updater

    return make
