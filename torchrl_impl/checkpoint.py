"""A `RunState` as named tensors and whole numbers, and back, by TensorDict and TorchRL's own storage.

Mirror: reference/checkpoint.py
"""

from collections.abc import Iterable

import torch
from tensordict import TensorDict, TensorDictBase
from torch import Tensor

from reference.config import Config
from reference.state import AdamState, Batch, Replay, RunState, Snapshot, Space, Streams, TrainState
from torchrl_impl.replay import empty_replay, init, replay_of
from torchrl_impl.state import STEPS, tensordict_of
from torchrl_impl.update import init_networks, train_state

_NETWORKS = ("actor", "critic", "target_actor", "target_critic")
_ADAMS = ("actor_adam", "critic_adam")


def snapshot(state: RunState) -> Snapshot:
    """The state by name, without the rows of replay: one TensorDict, its keys flattened."""
    networks = {name: getattr(state.networks, name) for name in _NETWORKS}
    for name in _ADAMS:
        networks[name] = {"mean": getattr(state.networks, name).mean, "square": getattr(state.networks, name).square}
    whole = TensorDict({"networks": networks, "streams": state.streams._asdict(), "noise_scale": state.noise_scale})
    if state.window is not None:
        whole["window"] = state.window._asdict()
    if state.probe_states is not None:
        whole["probe_states"] = state.probe_states
    tensors = {name: leaf.detach().cpu().contiguous() for name, leaf in whole.flatten_keys("/").items()}
    numbers = {f"networks/{name}/step": getattr(state.networks, name).step for name in _ADAMS}
    numbers |= {"replay/cursor": state.replay.cursor, "replay/size": state.replay.size}
    return Snapshot(tensors, numbers | {name: getattr(state, name) for name in ("episode", "step", "update")})


def restore(saved: Snapshot, pieces: Iterable[dict[str, Tensor]], config: Config, space: Space) -> RunState:
    """The state that `snapshot` was given, on either side; arguments as the reference's `restore`."""
    whole, numbers = TensorDict(saved.tensors).unflatten_keys("/"), saved.numbers
    return RunState(
        networks=_networks(whole["networks"], numbers, config, space),
        replay=_replay(numbers, pieces, config, space),
        window=Batch(*(whole["window", name] for name in Batch._fields)) if config.n_step > 1 else None,
        noise_scale=whole["noise_scale"],
        streams=Streams(*(whole["streams", name] for name in Streams._fields)),
        episode=numbers["episode"],
        step=numbers["step"],
        update=numbers["update"],
        probe_states=whole.get("probe_states", None),
    )


def _networks(networks: TensorDictBase, numbers: dict[str, int], config: Config, space: Space) -> TrainState:
    """The four networks and both Adam states, their parameters in the order in which the networks have them."""
    with torch.random.fork_rng(devices=[]):  # the draws of a fresh learner's weights are thrown away
        order = train_state(init_networks(config, space))

    def params(name: str, tensors: TensorDictBase) -> dict[str, Tensor]:
        names = getattr(order, name.removesuffix("_adam"))
        return {key: tensors[key].to(config.device) for key in names}

    def adam(name: str) -> AdamState:
        mean, square = (params(name, networks[name, moment]) for moment in ("mean", "square"))
        return AdamState(mean, square, numbers[f"networks/{name}/step"])

    actor, critic, target_actor, target_critic = (params(name, networks[name]) for name in _NETWORKS)
    return TrainState(actor, critic, target_actor, target_critic, adam("actor_adam"), adam("critic_adam"))


def _replay(numbers: dict[str, int], pieces: Iterable[dict[str, Tensor]], config: Config, space: Space) -> Replay:
    """The ring as TorchRL's storage holds it, filled past the transform, which would sum rewards again."""
    buffer, first = init(config, torch.Generator()), 0
    for piece in pieces:
        last = first + len(piece["reward"])
        frames = tensordict_of(Batch(*(piece[name] for name in Batch._fields)))
        if config.n_step > 1:
            frames[STEPS] = piece["steps"]
        buffer.storage.set(torch.arange(first, last), frames)
        first = last
    if not first:
        return empty_replay(config, tensordict_of(_no_rows(config, space)))
    buffer.writer.load_state_dict({"_cursor": numbers["replay/cursor"], "_write_count": numbers["replay/size"]})
    return replay_of(buffer)


def _no_rows(config: Config, space: Space) -> Batch:
    """One transition of zeros, for its shapes."""
    observation, action = (
        torch.zeros(1, n, dtype=config.torch_dtype) for n in (space.observation_size, space.action_size)
    )
    reward, flag = torch.zeros(1), torch.zeros(1, dtype=torch.bool)
    return Batch(observation, action, reward, observation, flag, flag)
