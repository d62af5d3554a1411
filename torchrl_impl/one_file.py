"""DDPG as a TorchRL script: batches from a Collector, one forward, one backward.    python torchrl_impl/one_file.py

`reference/one_file.py` is the same algorithm from scratch. This one updates as TorchRL's scripts do: a batch of
frames, then as many updates, both networks from the same weights. `reference/` with `update_every=FRAMES` and
`update_order="simultaneous"` has the same bits.
"""
import numpy
import torch
from tensordict.nn import TensorDictModule, TensorDictSequential
from torch import nn
from torchrl.collectors import Collector
from torchrl.data import LazyTensorStorage, TensorDictReplayBuffer
from torchrl.envs import Compose, GymEnv, RewardSum, TransformedEnv
from torchrl.modules import MLP, AdditiveGaussianModule, ValueOperator
from torchrl.objectives import DDPGLoss, SoftUpdate

SEED, ENV, STEPS, HIDDEN, REPLAY, BATCH, FRAMES = 42, "Pendulum-v1", 8_000, 256, 200_000, 128, 50
GAMMA, TAU, LR, CLIP, SIGMA, RANDOM, UPDATE_AFTER = 0.99, 0.005, 1e-3, 1.0, 0.1, 2_000, 1_000

def seed_of(*path): return int(numpy.random.SeedSequence((SEED, *path)).generate_state(1)[0])

class SeededGymEnv(GymEnv):  # every episode from a seed of its own
    episode = 0
    def _reset(self, tensordict=None, **kwargs):
        self.episode += 1
        return super()._reset(tensordict, seed=seed_of(3, self.episode), **kwargs)

class ScaledTanh(nn.Module):
    def __init__(self, space):
        super().__init__()
        self.scale, self.bias = (space.high - space.low) / 2, (space.high + space.low) / 2
    def forward(self, x): return self.scale * x.tanh() + self.bias

def networks(env):
    obs, act, layers = env.observation_spec["observation"].shape[-1], env.action_spec.shape[-1], [HIDDEN, HIDDEN]
    torch.manual_seed(seed_of(0))
    pi = nn.Sequential(MLP(obs, act, num_cells=layers, activation_class=nn.ReLU), ScaledTanh(env.action_spec.space))
    q = MLP(obs + act, 1, num_cells=layers, activation_class=nn.ReLU)
    return TensorDictModule(pi, ["observation"], ["action"]), ValueOperator(q, in_keys=["observation", "action"])

def train():
    env = TransformedEnv(SeededGymEnv(ENV), Compose(RewardSum()))
    env.base_env.episode = 0                                                   # building it may have reset it
    actor, critic = networks(env)
    loss = DDPGLoss(actor, critic, delay_actor=True, delay_value=True)         # a target actor, which is not the default
    loss.make_value_estimator(gamma=GAMMA)
    target_update = SoftUpdate(loss, tau=TAU)
    adams = [torch.optim.Adam(p.parameters(), lr=LR) for p in (loss.value_network_params, loss.actor_network_params)]
    generator = torch.Generator().manual_seed(seed_of(1))
    replay = TensorDictReplayBuffer(storage=LazyTensorStorage(REPLAY), batch_size=BATCH, generator=generator)
    noise = AdditiveGaussianModule(env.action_spec.clone(), sigma_init=SIGMA, sigma_end=SIGMA)
    collector = Collector(env, TensorDictSequential(actor, noise), frames_per_batch=FRAMES, total_frames=STEPS,
                          init_random_frames=RANDOM, auto_register_policy_transforms=False)
    torch.manual_seed(seed_of(2))                                              # building the collector drew from it
    for batch, frames in enumerate(collector, start=1):
        replay.extend(frames.exclude("collector", "episode_reward", ("next", "episode_reward")))
        for _ in range(FRAMES if batch * FRAMES >= max(UPDATE_AFTER, BATCH) else 0):
            losses = loss(replay.sample())
            # Not losses.sum(): "pred_value" among them has a gradient, and would train Q towards y - BATCH / 2.
            total = sum(value for key, value in losses.items() if key.startswith("loss"))
            for adam in adams: adam.zero_grad()
            total.backward()
            for adam in adams:
                nn.utils.clip_grad_norm_(adam.param_groups[0]["params"], CLIP)
                adam.step()
            target_update.step()
        ended = frames["next", "done"].squeeze(-1)
        yield frames["next", "episode_reward"][ended].flatten().tolist(), loss

if __name__ == "__main__":
    torch.set_num_threads(1)
    for batch, (returns, _) in enumerate(train(), start=1):
        if returns: print(f"step {batch * FRAMES:5d}  returns {', '.join(f'{value:8.1f}' for value in returns)}", flush=True)
