"""What the reader of docs/swap.md and docs/shadow.md has: a small pipeline on TorchRL, and a small configuration."""

import torch
from tensordict import TensorDict
from tensordict.nn import TensorDictModule
from torchrl.data import LazyTensorStorage, TensorDictReplayBuffer
from torchrl.modules import MLP, ValueOperator

from harness.train import run_space
from reference.config import Config

config = Config(total_steps=60, start_steps=20, update_after=40, batch_size=16, hidden_sizes=(8, 8))
space = run_space(config)

actor = TensorDictModule(MLP(3, 1, num_cells=[8]), in_keys=["observation"], out_keys=["action"])
value = ValueOperator(MLP(4, 1, num_cells=[8]), in_keys=["observation", "action"])
optimiser = torch.optim.Adam([*actor.parameters(), *value.parameters()])
replay = TensorDictReplayBuffer(storage=LazyTensorStorage(16), batch_size=8)


def _frames(rows: int) -> TensorDict:
    flag = torch.zeros(rows, 1, dtype=torch.bool)
    following = {"observation": torch.randn(rows, 3), "reward": torch.randn(rows, 1), "done": flag, "terminated": flag}
    frames = {"observation": torch.randn(rows, 3), "action": torch.randn(rows, 1), "next": following}
    return TensorDict(frames, batch_size=[rows])


replay.extend(_frames(16))
