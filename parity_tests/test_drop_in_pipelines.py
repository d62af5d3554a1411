"""Drop-ins in whole pipelines of other people's making, to the bit as the same pipelines with TorchRL's classes."""

import warnings
from functools import partial

import pytest
import torch
from torch.nn.utils import parameters_to_vector
from torchrl.collectors import Collector, MultiSyncCollector
from torchrl.data import LazyMemmapStorage
from torchrl.envs import ParallelEnv
from torchrl.trainers.algorithms import DDPGTrainer, TD3Trainer
from torchrl.trainers.algorithms.td3 import TD3OptimizationStepper

from parity_tests.assertions import assert_same_bits
from parity_tests.pipelines import FLAT, NESTED, OURS, THEIRS, bits, build, learn_, pendulum, update_

each_algorithm = pytest.mark.parametrize("td3", [False, True], ids=["ddpg", "td3"])
COLLECTS = {"frames_per_batch": 20, "auto_register_policy_transforms": False}


@pytest.fixture(autouse=True)
def global_generator_is_put_back():
    with torch.random.fork_rng(devices=[]):
        yield


def collected(env, built, frames=160, **rest):
    """A collector of one process, begun from a fixed seed."""
    env.set_seed(3)
    torch.manual_seed(4)
    return Collector(env, built.policy, total_frames=frames, **COLLECTS, **rest)


def trained(classes, td3=False, keys=FLAT, make_env=pendulum, **build_options):
    """One whole training run in one process: its parts, and the losses of every update."""
    env = make_env(keys)
    built = build(classes, env.full_action_spec_unbatched[keys["action"]], keys, td3, **build_options)
    collector = collected(env, built)
    losses = learn_(built, collector)
    collector.shutdown()
    return built, losses


def assert_same_run(run):
    """`run` with either side's classes: losses, weights, optimisers, noise and replay."""
    (theirs, expected), (ours, losses) = run(THEIRS), run(OURS)
    assert type(theirs.loss) is not type(ours.loss)
    assert len(losses) >= 16 and losses.isfinite().all()
    assert_same_bits("losses", losses, expected)
    found, wanted = bits(ours), bits(theirs)
    assert found.keys() == wanted.keys()
    for name, value in wanted.items():
        assert_same_bits(name, found[name], value)


@each_algorithm
def test_a_script_with_a_collector(td3):
    assert_same_run(partial(trained, td3=td3))


@each_algorithm
def test_an_environment_with_nested_keys(td3):
    assert_same_run(partial(trained, td3=td3, keys=NESTED))


def test_a_storage_on_disk(tmp_path):
    assert_same_run(partial(trained, storage=lambda size: LazyMemmapStorage(size)))


def test_environments_in_two_other_processes():
    assert_same_run(
        partial(trained, make_env=lambda keys: ParallelEnv(2, partial(pendulum, keys), mp_start_method="fork"))
    )


def with_two_collectors(classes):
    """A run whose policy acts in two other processes."""
    built = build(classes, pendulum().action_spec)
    collector = MultiSyncCollector([pendulum, pendulum], built.policy, total_frames=160, cat_results=0, **COLLECTS)
    collector.set_seed(3)
    losses = learn_(built, collector)
    collector.shutdown()
    return built, losses


def test_collectors_in_two_other_processes():
    assert_same_run(with_two_collectors)


def with_trainer(classes, td3):
    """A run by TorchRL's own trainer; in place of losses, which it keeps to itself, the actor after every update."""
    env = pendulum()
    built = build(classes, env.action_spec, td3=td3)
    critic, actor = built.adams.values()
    if td3:
        optimisers = {"optimization_stepper": TD3OptimizationStepper(actor, critic)}
    else:
        groups = [{"params": group["params"], "lr": group["lr"]} for group in critic.param_groups + actor.param_groups]
        built = built._replace(adams={"both": classes.adam(groups)})
        optimisers = {"optimizer": built.adams["both"]}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says of itself that it is experimental, and of its hooks that they go
        trainer = (TD3Trainer if td3 else DDPGTrainer)(
            # It copies the actor's weights into the collector's policy, which so must be the actor alone.
            collector=collected(env, built._replace(policy=built.policy[0])), total_frames=160,
            frame_skip=1, optim_steps_per_batch=4, clip_norm=1.0, loss_module=built.loss,
            target_net_updater=built.targets, replay_buffer=built.replay,
            progress_bar=False, enable_logging=False, **optimisers,
        )  # fmt: skip
        policies, weights = [], list(built.loss.actor_network_params.parameters())
        trainer.register_op("post_optim", lambda: policies.append(parameters_to_vector(weights).detach()))
        trainer.train()
    return built, torch.stack(policies)


@each_algorithm
def test_torchrls_trainers(td3):
    assert_same_run(partial(with_trainer, td3=td3))


# Saved from one side and loaded into the other, in the middle of a run.


def batches(count):
    """What a collector and a buffer of TorchRL's would bring, for `count` updates."""
    built = build(THEIRS, pendulum().action_spec)
    collector = collected(pendulum(), built, 60)
    for frames in collector:
        built.replay.extend(frames.reshape(-1))
    collector.shutdown()
    return [built.replay.sample() for _ in range(count)]


def gone_on(before, after, td3, frames):
    """Half of the updates with one side's classes, the other half with the other's, from what the first saved."""
    first = build(before, pendulum().action_spec, td3=td3)
    for batch in frames[: len(frames) // 2]:
        update_(first, batch.clone())
    second, half = build(after, pendulum().action_spec, td3=td3), len(frames) // 2
    update_(second, frames[0].clone())  # TorchRL's loss takes no state before it was used
    second.loss.load_state_dict(first.loss.state_dict())
    second.noise.load_state_dict(first.noise.state_dict())
    for name, adam in second.adams.items():
        adam.load_state_dict(first.adams[name].state_dict())
    torch.manual_seed(5)
    losses = torch.stack([update_(second, batch.clone()) for batch in frames[half:]])
    return second, losses


@each_algorithm
@pytest.mark.parametrize("before, after", [(THEIRS, OURS), (OURS, THEIRS)], ids=["into_ours", "back_again"])
def test_a_run_goes_on_with_the_other_sides_classes(before, after, td3):
    frames = batches(8)
    torch.manual_seed(6)
    (built, losses), (expected, wanted) = (gone_on(before, side, td3, frames) for side in (after, before))
    assert_same_bits("losses", losses, wanted)
    for name, value in bits(expected).items():
        if not name.startswith("replay"):
            assert_same_bits(name, bits(built)[name], value)
