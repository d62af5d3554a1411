# ---
# jupyter:
#   jupytext:
#     cell_markers: r"""
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
r"""
# DDPG, from equations to a trained agent
"""

# %% [markdown]
r"""
## What this is

DDPG learns to act where actions are continuous. This notebook goes from its
equations to a trained agent, and does each step twice: with `reference/`, which
writes the mathematics out as pure functions, and with `torchrl_impl/`, which
assembles it from TorchRL's parts. After each step both are compared, in every bit.
There is no mathematics in this notebook itself: it calls the two packages, a third
implementation in NumPy that judges both, and the functions that the command
`ddpg compare` is made of.

You need to know PyTorch, the Bellman equation, and what a continuous action space is.
"""

# %% [markdown]
r"""
## Setting

With `FAST=1` in the environment, as on the page of the site, the run is short, its
networks are small, and it learns in a hurry: after fewer random steps, with faster
targets and a shorter horizon. All cells take some seconds then. Without it, the run is
that of `Config`'s defaults: 8,000 steps, 256-256 networks; some minutes for both sides.

Sums over several threads may be added in another order each time. `prepare_process`
leaves torch one thread, which is what equal bits are promised for.
"""

# %%
import os
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import plotly.graph_objects as go
import plotly.io as pio
import torch
from IPython.display import Markdown, display

from harness.process import prepare_process
from reference.config import Config

prepare_process()
pio.templates.default = "plotly_white"
torch.set_printoptions(precision=4, sci_mode=False)

FAST = os.environ.get("FAST") == "1"
small = Config(
    total_steps=1_600,
    start_steps=400,
    update_after=200,
    batch_size=64,
    hidden_sizes=(64, 64),
    gamma=0.95,
    tau=0.02,
    critic_lr=3e-3,
    noise_sigma=0.3,
    probe_every_episodes=1,
)
CONFIG = small if FAST else Config()
steps = CONFIG.total_steps or 200 * CONFIG.episodes
layers = "-".join(map(str, CONFIG.hidden_sizes))
print(f"{CONFIG.env_id}, seed {CONFIG.seed}, {steps:,} steps, {layers} networks")

# %% [markdown]
r"""
Two helpers: one draws a table, the other compares. `same` stops the notebook at the
first bit in which its two arguments differ, so a cell that has run to its end has
shown what it prints.
"""

# %%
from harness.difference import first_difference, leaves


def table(header, *rows):
    """Shows rows of words and numbers."""
    lines = [header, ["---"] + ["--:"] * (len(header) - 1), *rows]
    text = (f"| {' | '.join(map(str, line))} |" for line in lines)
    display(Markdown("\n".join(text)))


def same(name, ours, theirs):
    """Says in how many numbers two sides agree; stops at one that differs."""
    found = first_difference(name, ours, theirs)
    assert found is None, found
    parts = [part for _, part in leaves(name, ours)]
    numbers = sum(x.numel() if isinstance(x, torch.Tensor) else 1 for x in parts)
    print(f"{name:25}{numbers:>7,} compared, 0 differing")


# %% [markdown]
r"""
## What DDPG optimises

An **actor** $\mu_\theta(s)$ chooses the action, one for each state and no
distribution over them. A **critic** $Q_\phi(s, a)$ says what an action is worth:
the discounted sum of the rewards to come. Actions are tried with noise added,
transitions $(s, a, r, s', d)$ go into a replay buffer, and an update takes a batch of
them at random.

The critic is fitted to a target $y$ that one reward and its own answer for the
next state make up:

$$ y = r + \gamma \, (1 - d) \, Q_{\phi'}\big(s', \mu_{\theta'}(s')\big) $$

Its loss is the mean squared error over the batch:

$$ L(\phi) = \frac{1}{B} \sum_i \big(Q_\phi(s_i, a_i) - y_i\big)^2 $$

$d$ is 1 where the environment itself **terminated** the episode, and nothing comes
after. A time limit that **truncated** it leaves $d$ at 0: the state had a future, only
nobody looked. The actor climbs what the critic says of its actions:

$$ L(\theta) = -\frac{1}{B} \sum_i Q_\phi\big(s_i, \mu_\theta(s_i)\big) $$

By the chain rule, through the action:

$$ \nabla_\theta L = -\frac{1}{B} \sum_i \nabla_a Q_\phi(s_i, a)\big|_{a = \mu_\theta(s_i)}
\, \nabla_\theta \mu_\theta(s_i) $$

The critic would chase its own tail if its target moved with it. So $\theta'$ and
$\phi'$ in the target are copies that follow slowly:

$$ \theta' \leftarrow \theta' + \tau \, (\theta - \theta'), \qquad
\phi' \leftarrow \phi' + \tau \, (\phi - \phi') $$

One step of training is then: act with noise, store, draw a batch, move the critic,
move the actor against the new critic, move both targets.
[The derivation](derivation.md) carries the gradients down to single weights.
"""

# %% [markdown]
r"""
## The environment

Pendulum-v1 pays $-(\text{angle}^2 + 0.1 \, \text{speed}^2 + 0.001 \, \text{torque}^2)$
a step, so the best return is near 0 and never above it. It observes the angle's cosine
and sine and the speed, and acts by a torque between -2 and 2. It never terminates: each
episode is truncated after 200 steps. Every episode is reset with a seed that follows
from the run's seed and the episode's number.
"""

# %%
from reference.envs import env_space, make_env, reset, step

env = make_env(CONFIG)
space = env_space(env, CONFIG)
first_observation = reset(env, CONFIG, episode=1)
transition = step(env, first_observation, space.high, CONFIG)

print("action box:", space.low.tolist(), "to", space.high.tolist())
for name, value in transition._asdict().items():
    print(f"{name:17}{value}")

# %% [markdown]
r"""
## Networks, and one action

Both sides draw their weights from a stream of random numbers named `init`; TorchRL,
which draws from torch's global generator, is lent it. The reference's networks are
dicts of tensors and [functions of them](../reference/networks.py), TorchRL's live in
the [loss module](../torchrl_impl/losses.py) that will train them. The targets begin as
copies.

The actor ends in a tanh, scaled to the action box. For exploring, normal noise is
added, and what leaves the box is clipped.
"""

# %%
from tensordict import TensorDict

from reference.networks import actor, critic
from reference.noise import gaussian
from reference.streams import open_streams
from reference.update import init_networks
from torchrl_impl import noise as torchrl_noise
from torchrl_impl import update as torchrl
from torchrl_impl.envs import make_env as make_torchrl_env
from torchrl_impl.networks import evaluate_networks
from torchrl_impl.streams import lend

state = init_networks(open_streams(CONFIG.seed).init, CONFIG, space)
with lend(open_streams(CONFIG.seed).init):
    learner = torchrl.init_networks(CONFIG, space)
same("networks and Adam states", state, torchrl.train_state(learner))

action = actor(state.actor, first_observation, space)
torchrl_action, _ = evaluate_networks(learner.loss, first_observation)
same("action of the policy", action, torchrl_action)

draw = torch.randn(space.action_size, generator=open_streams(CONFIG.seed).explore)
noisy = gaussian(action, draw, CONFIG.noise_sigma, space.low, space.high)
module = torchrl_noise.explore(CONFIG, make_torchrl_env(CONFIG).action_spec)
with lend(open_streams(CONFIG.seed).explore):
    torchrl_noisy = module(TensorDict({"action": action}))["action"]
same("action with noise", noisy, torchrl_noisy)
print(f"action {action.item():.4f}, with noise {noisy.item():.4f}")

# %% [markdown]
r"""
## Replay, and one batch

Successive transitions resemble each other; a batch drawn from many of them does not,
and each transition serves many updates. Before the policy takes over, `start_steps`
actions are drawn uniformly from the box. Here one episode of them is stored on both
sides, and one batch is drawn, with replacement.
"""

# %%
from reference import replay
from reference.noise import uniform
from reference.state import Batch
from torchrl_impl import replay as torchrl_replay
from torchrl_impl.state import batch_of, tensordict_of

streams = open_streams(CONFIG.seed)
sizes = space.observation_size, space.action_size
ring = replay.init(CONFIG.replay_size, *sizes, CONFIG.torch_dtype)
buffer = torchrl_replay.init(CONFIG, open_streams(CONFIG.seed).replay)

observation, ended = reset(env, CONFIG, episode=1), False
while not ended:
    draw = torch.rand(space.action_size, generator=streams.explore)
    action = uniform(draw, space.low, space.high)
    transition = step(env, observation, action, CONFIG)
    ring = replay.add_(ring, transition)
    rows = Batch(*(value.unsqueeze(0) for value in transition))
    torchrl_replay.add_(buffer, tensordict_of(rows))
    observation = transition.next_observation
    ended = bool(transition.terminated or transition.truncated)

indices, batch = replay.sample(ring, streams.replay, CONFIG.batch_size)
torchrl_indices, torchrl_batch = torchrl_replay.sample(buffer, CONFIG.batch_size)
same("rows drawn", indices, torchrl_indices)
same("batch", batch, batch_of(torchrl_batch))
print(f"{len(indices.unique())} of {ring.size} transitions are in the batch")

# %% [markdown]
r"""
## The TD target, where steps end in every way

Pendulum never terminates, so the flags of this batch are overwritten: its rows go on,
are truncated, terminated, or both, in turn. Four implementations then say what $y$ is:
the reference, TorchRL's loss, the NumPy [oracle](../parity_tests/oracle.py), which was
written from the derivation alone, and the equation worked by hand on the first four
rows. Only `terminated` stops the bootstrap.
"""

# %%
from parity_tests import oracle, oracle_inputs
from reference.targets import td_target, terminal
from torchrl_impl.targets import td_target as torchrl_td_target

row = torch.arange(CONFIG.batch_size)
batch = batch._replace(terminated=row % 4 >= 2, truncated=row % 2 == 1)
torchrl_batch = tensordict_of(batch)

next_action = actor(state.target_actor, batch.next_observation, space)
next_value = critic(state.target_critic, batch.next_observation, next_action)
stops = terminal(batch, CONFIG.truncation_is_terminal)
target = td_target(batch.reward, stops, next_value, CONFIG.gamma)
same("TD target", target, torchrl_td_target(learner.loss, torchrl_batch))

settings = oracle_inputs.settings_of(CONFIG, space)
judged = oracle.td_target(
    oracle_inputs.state_of(state), oracle_inputs.batch_of(batch), settings
)
header = ["terminated", "truncated", "$r$", "$Q'$", "$y$", "oracle", "by hand"]
lines = []
for i in range(4):
    reward, value = batch.reward[i].item(), next_value[i].item()
    by_hand = reward if batch.terminated[i] else reward + CONFIG.gamma * value
    numbers = (f"{x:.5f}" for x in (reward, value, target[i], judged[i], by_hand))
    lines.append([bool(batch.terminated[i]), bool(batch.truncated[i]), *numbers])
    assert abs(by_hand - target[i].item()) < 1e-5
table(header, *lines)

# %% [markdown]
r"""
## The critic's loss and gradient

`critic_gradient` of the reference calls autograd on a function of the weights;
TorchRL's side calls `DDPGLoss` and `.backward()`. Both do the same sums in the same
order, so their bits agree. The oracle has no autograd and adds in another order, so it
is compared in float64, where what rounding leaves is at most $10^{-12}$ of a tensor's
largest element. Two that agree could share a mistake; a third that was derived by hand
does not.
"""

# %%
from parity_tests.closeness import distance
from reference.update import critic_gradient
from torchrl_impl.state import named_params


def gradient_of(network):
    """What `.backward()` left in TorchRL's parameters."""
    return {name: value.grad.clone() for name, value in named_params(network)}


def close(name, ours, judged):
    """Holds float64 numbers against the oracle's."""
    for part, expected in judged.items():
        found = distance(f"{name}[{part}]", ours[part].numpy(), expected)
        assert found is None, found
    print(f"{name}: {len(judged)} tensors, float64, within 1e-12 of the oracle's")


grads, loss, value, _ = critic_gradient(state, batch, space, CONFIG)
torchrl_loss, torchrl_value, _ = torchrl.critic_gradient_(learner, torchrl_batch)
same("critic loss", loss, torchrl_loss)
same("values", value, torchrl_value)
same("critic gradient", grads, gradient_of(learner.loss.value_network_params))

CONFIG64 = replace(CONFIG, dtype="float64")
space64 = space._replace(low=space.low.double(), high=space.high.double())
state64 = init_networks(open_streams(CONFIG.seed).init, CONFIG64, space64)
batch64 = Batch(*(x.double() if x.is_floating_point() else x for x in batch))
arrays = oracle_inputs.state_of(state64)
rows = oracle_inputs.batch_of(batch64)

grads64, _, _, target64 = critic_gradient(state64, batch64, space64, CONFIG64)
_, judged, _ = oracle.critic_gradient(
    arrays.critic, target64.numpy(), rows, settings
)
close("critic gradient", grads64, judged)

# %% [markdown]
r"""
## The actor's gradient

No action of the batch is used here, only its observations: the actor answers them
anew, the critic judges the answers, and the gradient passes through the action to the
actor. The critic is held fixed and gets none.
"""

# %%
from reference.update import actor_gradient

grads, loss, _ = actor_gradient(state.actor, state.critic, batch, space)
same("actor loss", loss, torchrl.actor_gradient_(learner, torchrl_batch))
same("actor gradient", grads, gradient_of(learner.loss.actor_network_params))

grads64, _, _ = actor_gradient(state64.actor, state64.critic, batch64, space64)
_, judged = oracle.actor_gradient(arrays.actor, arrays.critic, rows, settings)
close("actor gradient", grads64, judged)

# %% [markdown]
r"""
## Clipping, Adam, and the soft update

A gradient longer than `grad_clip_norm` is scaled down to it. Adam divides a running
mean of gradients by the root of a running mean of their squares. The reference's Adam
[is ten lines](../reference/optim.py) that round as `torch.optim.Adam` does. Then the
target critic follows by $\tau$.
"""

# %%
from reference.optim import adam, clip_by_global_norm
from reference.soft_update import soft_update
from torchrl_impl.optim import clip_by_global_norm_
from torchrl_impl.soft_update import soft_update_
from torchrl_impl.state import adam_state_of

grads, *_ = critic_gradient(state, batch, space, CONFIG)
clipped, norm = clip_by_global_norm(grads, CONFIG.grad_clip_norm)
phi, memory = adam(state.critic, clipped, state.critic_adam, CONFIG.critic_lr)
target_phi = soft_update(state.target_critic, phi, 1 - (1 - CONFIG.tau))

network = learner.loss.value_network_params
same("norm", norm, clip_by_global_norm_(network, CONFIG.grad_clip_norm))
learner.critic_adam.step()
soft_update_(learner.updater)
reached = torchrl.train_state(learner)
same("critic", phi, reached.critic)
same("Adam's memory", memory, adam_state_of(learner.critic_adam, network))
same("target critic", target_phi, reached.target_critic)
after = min(norm.item(), CONFIG.grad_clip_norm)
print(f"norm {norm:.3f} before clipping, {after:.3f} after")

# %% [markdown]
r"""
## A whole update, compared in every bit

All of that in order is [`reference.update.update`](../reference/update.py) and
[`torchrl_impl.update.update_`](../torchrl_impl/update.py). TorchRL's learner is put
back to the beginning, and both sides make three updates on the batch. Compared are all
that an update computes on the way, the four networks, and both memories of Adam.
"""

# %%
from reference.update import update

torchrl.load_train_state_(learner, state)
reached = state
for number in (1, 2, 3):
    reached, metrics = update(reached, indices, batch, space, CONFIG)
    theirs = torchrl.update_(learner, indices, torchrl_batch, CONFIG)
    same(f"update {number}: on the way", metrics, theirs)
    same(f"update {number}: state after", reached, torchrl.train_state(learner))

# %% [markdown]
r"""
## Training, in lockstep

Now the whole run, on both sides, an episode at a time: what `ddpg compare` does.
Everything is compared: each stored transition, each row drawn, each target, value,
loss and gradient norm, the four networks after every update by a digest of their bits,
and at each episode's end the networks themselves, Adam, replay and the random streams.
At the first difference the run would stop and name it.
"""

# %%
from harness.compare import compare
from harness.run_folder import load_weights, read_run

SIDES = ("reference", "torchrl")
with TemporaryDirectory() as folder:
    comparison = compare(CONFIG, space, Path(folder))
    runs = [read_run(Path(folder) / side) for side in SIDES]
    actors = [load_weights(Path(folder) / side)["actor"] for side in SIDES]
assert comparison.difference is None, comparison.difference

quantities, numbers = comparison.quantities, comparison.elements
lines = [
    [kind, f"{quantities[kind]:,}", f"{numbers[kind]:,}", 0] for kind in numbers
]
totals = (f"**{counted.total():,}**" for counted in (quantities, numbers))
lines.append(["**all**", *totals, "**0**"])
table(["compared", "quantities", "numbers", "differing"], *lines)
updates = runs[0].episodes[-1]["last_update"]
print(f"{comparison.episodes} episodes, {updates:,} updates: every bit agrees.")

# %% [markdown]
r"""
## What the agent has learnt

The policy without noise, on ten episodes that training never saw, played by both
implementations; beside it the policy before training.
"""

# %%
from statistics import fmean

from harness.implementations import evaluate_function

play, torchrl_play = map(evaluate_function, SIDES)
before = play(CONFIG, state.actor, 10)
after = play(CONFIG, actors[0], 10)
torchrl_after = torchrl_play(CONFIG, actors[1], 10)
same("returns", torch.tensor(after), torch.tensor(torchrl_after))
lines = [
    [name, f"{fmean(returns):.1f}", f"{min(returns):.1f}", f"{max(returns):.1f}"]
    for name, returns in (("before training", before), ("after training", after))
]
table(["policy", "mean return", "lowest", "highest"], *lines)

# %% [markdown]
r"""
## Diagnostics: returns

DDPG can look as if it learned while its critic diverges, so a run is looked at from
several sides. The same figures, and more of them, are in the report that
`ddpg train` writes.

What each episode paid, noise included; from the tenth on, the mean of ten is drawn
stronger. Both sides are there: one lies on the other.
"""

# %%
from harness import figures

figures.returns(runs)

# %% [markdown]
r"""
## Diagnostics: Q against the TD target

The mean Q of each batch should follow the mean of the targets it is fitted to. What
grows without end while returns do not, or comes to lie above what the environment can
pay (here 0), is a critic that believes itself.
"""

# %%
figures.values_against_targets(runs)

# %% [markdown]
r"""
## Diagnostics: losses

The critic's loss need not vanish: the targets move. The actor's is minus the mean Q of
its own actions, so it rises at first, while the critic finds out how much this
environment costs.
"""

# %%
figures.losses(runs)

# %% [markdown]
r"""
## Diagnostics: policy and Q on fixed states

Some observations, drawn from replay once, are asked again and again: what would the
policy do there, and what does the critic think of it? A policy that learns changes
slowly from column to column; one that gives the same extreme answer everywhere has
saturated its tanh.
"""

# %%
display(figures.policy_on_probes(runs[:1]), figures.values_on_probes(runs[:1]))

# %% [markdown]
r"""
## One bit

How sharp is the comparison? In the reference's first update, the last bit of one
weight of the actor is flipped: one part in some ten million. The lockstep names it.
"""

# %%
from harness.lockstep import lockstep
from harness.watch import watch
from parity_tests.studies.one_bit.twins import flipping
from reference.update import default_parts

short = replace(CONFIG, total_steps=CONFIG.update_after + 5)
parts = default_parts._replace(adam=flipping(17))
flipped, whole = watch("reference", short, parts=parts), watch("torchrl", short)
for compared in lockstep(flipped, whole, short):
    difference = compared.difference
assert difference is not None
print(difference.replace(", ", ",\n", 2).replace("; ", ";\n"))

# %% [markdown]
r"""
## Two runs part

What becomes of that bit? Twins with 256-256 networks: one seed, the same random
numbers in every step, and one bit between them after the first update. Drawn is the
largest difference between their policies over Pendulum's state space, on a log axis.
On the whole it grows by a factor every so many updates, up to the action box's width.

So learning curves cannot tell whether two implementations are the same: two that are,
but for one rounding, part nevertheless. One update, compared in every bit, can tell.
[Which rewrites keep the bits](rewrites.md) measures it over several seeds and changes.
"""

# %%
from parity_tests.studies.one_bit.twins import Twin, distances, trace

length = 1_250 if FAST else 3_000
run, twin = (
    trace(Twin(CONFIG.seed, change, length)) for change in ("", "bit 17")
)
apart = dict(zip(run.updates, distances(run, twin), strict=True))
drawn = {number: size for number, size in apart.items() if size > 0}

line = go.Scatter(x=[*drawn], y=[*drawn.values()], mode="lines+markers")
figure = go.Figure(line, {"title": "How far apart the twins' policies are"})
figure.update_yaxes(type="log", exponentformat="power", title="torque at most")
figure.update_xaxes(title="update")
figure.update_layout(height=400)

# %% [markdown]
r"""
## Exercises

1. **Noise.** Replace the Gaussian noise by an Ornstein-Uhlenbeck process and compare
   the learning curves: `replace(CONFIG, noise="ornstein-uhlenbeck")`, and run the cells
   from "Training, in lockstep" on.
2. **LayerNorm.** Does `replace(CONFIG, layer_norm="both")` make learning steadier?
3. **TD3.** `replace(CONFIG, twin_critics=True, target_noise=0.4, policy_delay=2)`: how
   do the Q-values change beside the targets?
4. **Break it.** In your copy of `reference/targets.py`, drop `bootstraps` from the
   target. Which cell of this notebook stops first, and what does it say?
5. **Your own.** Write DDPG yourself and [put it on the ladder](candidates.md).

[The first three are answered](exercises.md), with ten seeds each. One seed, as here,
cannot tell a better variant from a luckier run.

## Where to go on

- [One transition, both ways](walkthrough.md): the same path with tiny networks and
  every number printed.
- [Side by side](side_by_side/index.md): each part of both implementations in two
  columns, with its equation.
- [`reference/one_file.py`](../reference/one_file.py): all of DDPG on one screen.
- Lillicrap et al. 2016, [Continuous control with deep reinforcement
  learning](https://arxiv.org/abs/1509.02971); Silver et al. 2014, [Deterministic policy
  gradient algorithms](https://proceedings.mlr.press/v32/silver14.html); [Spinning
  Up](https://spinningup.openai.com/en/latest/algorithms/ddpg.html) on DDPG.
"""
