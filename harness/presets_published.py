"""Presets from the notebook and from two papers."""

from harness.preset import Given, Missing, Preset, Source, length, lines

_ENV_STEP = Source("the notebook, env_step", "")
_LOOP = Source("the notebook, train_ddpg", "")


def _notebook(name: str) -> Source:
    return Source(f"the notebook, {name}", "")


_NOTEBOOK = {
    "episodes": Given(40, _notebook("NUM_EPISODES"), "FAST_RUN = True"),
    "total_steps": Given(None, _LOOP, "episodes alone end it"),
    "replay_size": Given(200_000, _notebook("REPLAY_SIZE")),
    "batch_size": Given(128, _notebook("BATCH_SIZE")),
    "gamma": Given(0.99, _notebook("GAMMA")),
    "tau": Given(0.005, _notebook("TAU")),
    "actor_lr": Given(1e-3, _notebook("ACTOR_LR")),
    "critic_lr": Given(1e-3, _notebook("CRITIC_LR")),
    "start_steps": Given(2_000, _notebook("START_STEPS")),
    "update_after": Given(1_000, _notebook("UPDATE_AFTER")),
    "update_every": Given(1, _LOOP),
    "updates_per_step": Given(1, _notebook("UPDATES_PER_STEP")),
    "noise": Given("gaussian", _notebook("act")),
    "noise_sigma": Given(0.1, _notebook("NOISE_SIGMA")),
    "hidden_sizes": Given((256, 256), _notebook("HIDDEN_SIZES")),
    "grad_clip_norm": Given(1.0, _notebook("GRAD_CLIP_NORM")),
    "probe_n": Given(32, _notebook("PROBE_N")),
    "probe_every_episodes": Given(5, _notebook("PROBE_EVERY_EPISODES")),
    "truncation_is_terminal": Given(True, _ENV_STEP, "done = terminated or truncated"),
}

NOTEBOOK = Preset(
    "The fast run of the notebook that this project grew from.",
    _NOTEBOOK,
    remarks=(
        "The defaults of `Config` are this run but for one field: the notebook stops the bootstrap at the time limit "
        "of 200 steps, which every episode of Pendulum-v1 reaches, and the default does not.",
    ),
)

NOTEBOOK_FULL = Preset(
    "The notebook's long run, which differs in its length alone.",
    {**_NOTEBOOK, "episodes": Given(250, _notebook("NUM_EPISODES"), "FAST_RUN = False")},
)

_LILLICRAP = "https://arxiv.org/abs/1509.02971"
_SECTION_7 = Source("Lillicrap 2016, sec. 7", _LILLICRAP)
_ALGORITHM_1 = Source("Lillicrap 2016, Algorithm 1", _LILLICRAP)

PAPER = Preset(
    "DDPG as Lillicrap et al. describe it for low-dimensional observations, without batch normalisation.",
    {
        **length(2_500_000, Source("Lillicrap 2016, Table 1", _LILLICRAP), "at most"),
        "replay_size": Given(1_000_000, _SECTION_7),
        "batch_size": Given(64, _SECTION_7),
        "gamma": Given(0.99, _SECTION_7),
        "tau": Given(1e-3, _SECTION_7),
        "actor_lr": Given(1e-4, _SECTION_7),
        "critic_lr": Given(1e-3, _SECTION_7),
        "start_steps": Given(0, _ALGORITHM_1, "names no warm-up"),
        "update_after": Given(0, _ALGORITHM_1, "names none; a batch has to be there"),
        "update_every": Given(1, _ALGORITHM_1),
        "updates_per_step": Given(1, _ALGORITHM_1),
        "noise": Given("ornstein-uhlenbeck", _SECTION_7),
        "ou_theta": Given(0.15, _SECTION_7),
        "ou_sigma": Given(0.2, _SECTION_7),
        "ou_initial": Given(0.0, _ALGORITHM_1, "starts anew with each episode; where, it does not say"),
        "hidden_sizes": Given((400, 300), _SECTION_7),
        "action_layer": Given(2, _SECTION_7),
        "final_init": Given(3e-3, _SECTION_7),
        "critic_weight_decay": Given(1e-2, _SECTION_7),
        "grad_clip_norm": Given(None, _SECTION_7, "names none"),
        "update_order": Given("sequential", _ALGORITHM_1),
        "truncation_is_terminal": Given(False, _ALGORITHM_1, "every target bootstraps"),
    },
    (
        Missing(
            "Batch normalisation of the observation, of all layers of the actor and of the critic's before the action.",
            Source("Lillicrap 2016, sec. 3", _LILLICRAP),
        ),
    ),
    (
        "**Batch normalisation is left out**, so this is not all of the paper's DDPG. Lillicrap et al. used it on "
        "low-dimensional observations too (sec. 3), and needed it to do well across all of their tasks (sec. 4). TD3's "
        "authors left it out of their DDPG and of TD3 (Fujimoto 2018, sec. 6.1), and Spinning Up, Stable-Baselines3 "
        "and CleanRL have none. Nor is there an agreed answer to what a target network's running statistics do, which "
        "the paper does not say: TorchRL's `SoftUpdate` leaves them where they were when it was built "
        "([pytorch/rl#2046](https://github.com/pytorch/rl/pull/2046)), Stable-Baselines3 copies them at every update "
        "of the targets ([#996](https://github.com/DLR-RM/stable-baselines3/issues/996)).",
        "**The noise's time step and unit are not in the paper.** `ou_dt` keeps its default, 0.01, as TorchRL and "
        "Stable-Baselines3 have it; with 1, noise is ten times as large at first, and forgets its sign within an "
        "episode. `ou_sigma` is 0.2 in action units; where it is meant in units of the tanh, Pendulum-v1's bound of 2 "
        "makes it 0.4.",
        "**The rates are often swapped.** The actor's is 1e-4 and the critic's 1e-3 (sec. 7); "
        "[CleanRL's page](https://github.com/vwxyzjn/cleanrl/blob/fe8d8a03c41a7ef5b523e2e354bd01c363e786bb/docs/"
        "rl-algorithms/ddpg.md?plain=1#L165-L170) prints the paper's the other way round.",
        '**The L2 penalty.** The paper says "L2 weight decay of 1e-2" and no more. Here 0.01 times each of the '
        "critic's weights and biases is added to its gradient, before Adam.",
    ),
)

_FUJIMOTO = "https://arxiv.org/abs/1802.09477"
_TD3 = "https://github.com/sfujim/TD3/blob/34770ccdcb51df6f6c7d85c1ba7e40d71b940d16"
_SECTION_6 = Source("Fujimoto 2018, sec. 6.1", _FUJIMOTO)
_TABLE_3 = Source("Fujimoto 2018, Table 3", _FUJIMOTO)
_MAIN = f"{_TD3}/main.py"

TD3 = Preset(
    "TD3 with the values of its paper; the noises in units of the bound, as its authors' code has them.",
    {
        **length(1_000_000, _SECTION_6),
        "replay_size": Given(1_000_000, _SECTION_6, "the agent's entire history"),
        "batch_size": Given(100, _TABLE_3),
        "gamma": Given(0.99, _TABLE_3),
        "tau": Given(0.005, _TABLE_3),
        "actor_lr": Given(1e-3, _TABLE_3),
        "critic_lr": Given(1e-3, _TABLE_3),
        "critic_weight_decay": Given(0.0, _TABLE_3),
        "start_steps": Given(1_000, _SECTION_6, "all but HalfCheetah and Ant"),
        "update_after": Given(1_000, lines(_MAIN, 136), "with the end of warm-up"),
        "update_every": Given(1, _SECTION_6),
        "updates_per_step": Given(1, _TABLE_3),
        "noise": Given("gaussian", _TABLE_3),
        "noise_sigma": Given(0.2, lines(_MAIN, 122), "0.1 of the bound, 2"),
        "hidden_sizes": Given((400, 300), _SECTION_6),
        "action_layer": Given(1, _SECTION_6),
        "grad_clip_norm": Given(None, _TABLE_3),
        "twin_critics": Given(True, Source("Fujimoto 2018, sec. 4.2", _FUJIMOTO)),
        "target_noise": Given(0.4, lines(_MAIN, 89), "0.2 of the bound, 2"),
        "target_noise_clip": Given(1.0, lines(_MAIN, 90), "0.5 of the bound, 2"),
        "policy_delay": Given(2, _SECTION_6),
        "truncation_is_terminal": Given(False, Source("Fujimoto 2018, app. D", _FUJIMOTO)),
    },
    (Missing("The first update comes after step 1,001: its steps count from 0. Here after 1,000.", lines(_MAIN, 136)),),
    (
        "The paper's N(0, 0.1), N(0, 0.2) and 0.5 name no unit; most of its tasks have actions within ±1. The authors' "
        "code multiplies all three by the bound, which is 2 here.",
        f"The authors' code [has moved on]({_TD3}/README.md): hidden layers of 256 and 256, both rates 3e-4, batches "
        f"of 256 and 25,000 random steps ([main.py]({_MAIN}#L41-L50), [TD3.py]({_TD3}/TD3.py#L18-L87)). That is "
        "`--preset td3 --hidden-sizes 256 256 --actor-lr 3e-4 --critic-lr 3e-4 --batch-size 256 --start-steps 25000 "
        "--update-after 25000`.",
        "The paper's supplement prints the second layer of its critic with the action once more; its text says that "
        "the action enters at the first (sec. 6.1), and so does the code.",
    ),
)
