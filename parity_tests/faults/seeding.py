"""Faults of seeds and of random streams."""

from parity_tests.faults.fault import Fault

_ENVS = "reference/envs.py"
_TRAIN = "reference/train.py"
_STREAMS = "reference/streams.py"
_TORCHRL = "torchrl_impl/train.py"
_LOOP = "environment loop"
_SEEDED = "env.reset(seed=episode_seed(config.seed, episode))"
_DERIVED = "np.random.SeedSequence((run_seed, *path)).generate_state(1)[0]"

SEEDING = (
    Fault(
        "seed_plus_episode", _ENVS, _SEEDED, "env.reset(seed=config.seed + episode)", _LOOP,
        "seed of an episode", "run seed plus episode", "TorchRL's workers before #182: runs overlap",
    ),
    Fault(
        "seeded_once", _ENVS, _SEEDED,
        "env.reset(seed=episode_seed(config.seed, episode) if episode == 1 else None)", _LOOP,
        "seed of an episode", "only of the first", "Gymnasium's own advice, on purpose",
    ),
    Fault(
        "every_episode_the_same", "torchrl_impl/envs.py", "self._seeds(self._run_seed, self._episode)",
        "self._seeds(self._run_seed, 1)", _LOOP,
        "seed of an episode", "the same for all", "nobody known; env.reset(seed=seed) in the loop",
    ),
    Fault(
        "episode_seeds_shifted", _TRAIN, "reset(run.env, run.config, state.episode + 1)",
        "reset(run.env, run.config, state.episode + 2)", _LOOP,
        "seed of an episode", "the next one's", "TorchRL's set_seed, which makes the seeded reset itself",
    ),
    Fault(
        "warm_up_from_the_global_generator", _TRAIN,
        "torch.rand(space.action_size, generator=stream, dtype=config.torch_dtype)",
        "torch.rand(space.action_size, dtype=config.torch_dtype)", _LOOP,
        "draw of a warm-up action", "from the global generator", "tianshou #794, #1083; sfujim 6a9f761",
    ),
    Fault(
        "noise_from_the_global_generator", _TRAIN,
        "torch.randn(space.action_size, generator=stream, dtype=torch.float32)",
        "torch.randn(space.action_size, dtype=torch.float32)", _LOOP,
        "draw of the noise", "from the global generator", "TorchRL's modules, which know no other",
    ),
    Fault(
        "same_noise_at_every_step", _TRAIN, "torch.randn(space.action_size, generator=stream, dtype=torch.float32)",
        "torch.randn(space.action_size, generator=torch.Generator().manual_seed(config.seed), dtype=torch.float32)",
        _LOOP, "draw of the noise", "the same at every step", "nobody known; in JAX, a key used twice",
    ),
    Fault(
        "noise_and_replay_share_a_stream", _TRAIN, "run.parts.sample(replay, run.generators.replay,",
        "run.parts.sample(replay, run.generators.explore,", _LOOP,
        "draw of a batch", "from exploration's stream", "Spinning Up and sfujim: one generator for all",
    ),
    Fault(
        "torchrls_replay_shares_a_stream", _TORCHRL, "parts.replay(config, generators.replay)",
        "parts.replay(config, generators.init)", _LOOP,
        "stream of the buffer", "the one that weights were drawn from", "nobody known; a usual slip",
    ),
    Fault(
        "streams_not_restored", _TRAIN, "restore_streams_(run.generators, state.streams)", "pass", _LOOP,
        "resuming a run", "random streams begin again", "TorchRL before #4089: saved generator and batches apart", None,
    ),
    Fault(
        "collector_moves_the_global_generator", "torchrl_impl/envs.py",
        "    with torch.random.fork_rng(devices=[]):\n        return Collector(",
        "    with torch.no_grad():\n        return Collector(", _LOOP,
        "building the collector", "moves the global generator", "TorchRL's Collector, to this day", None,
    ),
    Fault(
        "probe_from_the_global_generator", _TORCHRL, ", generator=probe_stream(config.seed))", ")", _LOOP,
        "draw of the probe observations", "from the global generator",
        "nobody known; the notebook drew them from replay's",
    ),
    Fault(
        "streams_alike", _STREAMS, "manual_seed(_derive(run_seed, k))", "manual_seed(_derive(run_seed, 0 * k))", _LOOP,
        "seeds of the streams", "one for all three", "nobody known; torch.manual_seed(seed) wherever one is needed",
        None,
    ),
    Fault(
        "evaluation_on_training_episodes", _STREAMS, "_derive(run_seed, _EVALUATION, episode)",
        "_derive(run_seed, _EPISODES, episode)", _LOOP,
        "seeds of evaluation", "those of training", "nobody known; a usual slip", None,
    ),
    Fault(
        "runs_share_episodes", _STREAMS, f"int({_DERIVED})", "run_seed + sum(path)", _LOOP,
        "how seeds derive", "by addition", "TorchRL's workers before #182, in both sides at once", None,
    ),
)  # fmt: skip
