"""DDPG, whole: the equations, then the loop around them.  Run: python reference/one_file.py
Lillicrap et al. 2016, https://arxiv.org/abs/1509.02971. `reference/` says the same at length, to the bit."""
from types import SimpleNamespace

import gymnasium
import numpy
import torch
from torch.func import grad_and_value
from torch.nn.functional import linear

SEED, ENV, STEPS, HIDDEN, REPLAY, BATCH = 42, "Pendulum-v1", 8_000, 256, 200_000, 128
GAMMA, TAU, LR, CLIP, SIGMA, RANDOM, UPDATE_AFTER = 0.99, 0.005, 1e-3, 1.0, 0.1, 2_000, 1_000

def mlp(p, x):  # p = [W0, b0, W1, b1, W2, b2]
    for W, b in zip(p[:-2:2], p[1:-2:2]):
        x = linear(x, W, b).relu()
    return linear(x, p[-2], p[-1])

def mu(theta, s, box): return box.scale * mlp(theta, s).tanh() + box.bias              # a = mu(s)
def Q(phi, s, a):      return mlp(phi, torch.cat([s, a], -1)).squeeze(-1)              # Q(s, a), [B]

def td_target(r, d, q_next):        return r + GAMMA * (1 - d) * q_next                # y
def critic_loss(phi, s, a, y):      return (Q(phi, s, a) - y).square().mean()          # E (Q(s, a) - y)^2
def actor_loss(theta, phi, s, box): return -Q(phi, s, mu(theta, s, box)).mean()        # -E Q(s, mu(s))
def soft_update(target, online):    return [torch.lerp(x, o, 1 - (1 - TAU)) for x, o in zip(target, online)]

def adam(p, g, m, v, t):  # t counts from 1
    norm = torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(x) for x in g]))
    g = [x * (CLIP / (norm + 1e-6)).clamp(max=1) for x in g]                           # ||g|| <= CLIP
    m = [torch.lerp(a, b, 1 - 0.9) for a, b in zip(m, g)]
    v = [(a * 0.999).addcmul(b, b, value=1 - 0.999) for a, b in zip(v, g)]
    size, root = LR / (1 - 0.9**t), (1 - 0.999**t) ** 0.5
    return [a.addcdiv(b, c.sqrt() / root + 1e-8, value=-size) for a, b, c in zip(p, m, v)], m, v

def update(n, batch, box):  # n: the four networks and two Adam states
    s, a, r, s_next, d = batch
    n.t += 1
    y = td_target(r, d, Q(n.phi_target, s_next, mu(n.theta_target, s_next, box)))
    g, _ = grad_and_value(critic_loss)(n.phi, s, a, y)
    n.phi, n.phi_m, n.phi_v = adam(n.phi, g, n.phi_m, n.phi_v, n.t)
    g, _ = grad_and_value(actor_loss)(n.theta, n.phi, s, box)                          # the new critic
    n.theta, n.theta_m, n.theta_v = adam(n.theta, g, n.theta_m, n.theta_v, n.t)
    n.phi_target, n.theta_target = soft_update(n.phi_target, n.phi), soft_update(n.theta_target, n.theta)

def box_of(space):
    low, high = torch.tensor(space.low), torch.tensor(space.high)
    return SimpleNamespace(low=low, high=high, scale=(high - low) / 2, bias=(high + low) / 2)

def layers(*sizes): return [p.detach() for i, o in zip(sizes, sizes[1:]) for p in torch.nn.Linear(i, o).parameters()]
def seed_of(*path): return int(numpy.random.SeedSequence((SEED, *path)).generate_state(1)[0])
def stream(index):  return torch.Generator().manual_seed(seed_of(index))

def train():
    env, n, replay_stream, explore = gymnasium.make(ENV), SimpleNamespace(), stream(1), stream(2)
    box, obs, act = box_of(env.action_space), *env.observation_space.shape, *env.action_space.shape
    torch.manual_seed(seed_of(0))
    n.theta, n.phi, n.t = layers(obs, HIDDEN, HIDDEN, act), layers(obs + act, HIDDEN, HIDDEN, 1), 0
    n.theta_target, n.phi_target = n.theta, n.phi
    n.theta_m, n.theta_v, n.phi_m, n.phi_v = [[torch.zeros_like(x) for x in p] for p in (n.theta, n.theta, n.phi, n.phi)]
    replay, episode, s = [torch.zeros(REPLAY, *size) for size in ((obs,), (act,), (), (obs,), ())], 0, None
    for step in range(STEPS):
        if s is None:                                                                  # a new episode
            episode, score, s = episode + 1, torch.tensor(0.0), torch.tensor(env.reset(seed=seed_of(3, episode + 1))[0])
        a = (torch.rand(act, generator=explore) * (box.high - box.low) + box.low if step < RANDOM
             else mu(n.theta, s, box) + torch.randn(act, generator=explore) * SIGMA).clamp(box.low, box.high)
        s_next, r, terminated, truncated, _ = env.step(a.numpy())
        s_next, r = torch.tensor(s_next), torch.tensor(r, dtype=torch.float32)
        for column, value in zip(replay, (s, a, r, s_next, torch.tensor(terminated))): column[step % REPLAY] = value
        if step + 1 >= max(UPDATE_AFTER, BATCH):
            rows = torch.randint(0, min(step + 1, REPLAY), (BATCH,), generator=replay_stream)
            update(n, [column[rows] for column in replay], box)
        s, score = s_next, score + r
        if terminated or truncated:
            s = None
            yield episode, score.item(), n

if __name__ == "__main__":
    torch.set_num_threads(1)
    for episode, score, _ in train(): print(f"episode {episode:3d}  return {score:8.1f}", flush=True)
