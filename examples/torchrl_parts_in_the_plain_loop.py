"""TorchRL's replay buffer in the plain loop, then all of TorchRL's parts; nothing changes but who computes.

python examples/torchrl_parts_in_the_plain_loop.py
"""

import torch

from reference.config import Config
from reference.envs import env_space, make_env
from reference.train import train
from reference.update import Parts, default_parts
from torchrl_impl.adapters.parts import SLOTS, torchrl_parts

CONFIG = Config(episodes=3, start_steps=200, update_after=200, batch_size=32, hidden_sizes=(64, 64))


def run(parts: Parts) -> tuple[list[float], dict[str, torch.Tensor]]:
    """The returns of the episodes, and the actor at the end."""
    episodes = list(train(CONFIG, parts=parts))
    _, last_state = episodes[-1]
    return [float(record.episode_return) for record, _ in episodes], last_state.networks.actor


def main() -> None:
    """Trains three times and compares."""
    torch.set_num_threads(1)
    space = env_space(make_env(CONFIG), CONFIG)
    returns, actor = run(default_parts)
    print("plain functions       ", returns)
    for slots in (["replay"], SLOTS):
        parts = torchrl_parts(CONFIG, space, slots)
        buffer = parts.sample.__self__.torchrl
        found_returns, found_actor = run(parts)
        print(f"{type(buffer).__name__:22}", found_returns, "with", ", ".join(slots))
        assert found_returns == returns
        assert all(torch.equal(found_actor[name], value) for name, value in actor.items())
    print("every return and every weight is the same to the bit")


if __name__ == "__main__":
    main()
