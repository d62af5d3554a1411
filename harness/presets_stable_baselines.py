"""Presets from Stable-Baselines3, its zoo of tuned values, and the archived Stable-Baselines."""

from harness.preset import Given, Missing, Preset, length, lines

_SB3 = "https://github.com/DLR-RM/stable-baselines3/blob/e05d2dbe6eda0acd0ef2e316e3e4065677add3eb"
_SB3_DDPG = f"{_SB3}/stable_baselines3/ddpg/ddpg.py"
_SB3_LOOP = f"{_SB3}/stable_baselines3/common/off_policy_algorithm.py"
_SB3_SCALED = Missing(
    "Replay holds actions scaled to [-1, 1], and the critic sees those. Here it sees action units.",
    lines(_SB3_LOOP, 409),
)

_SB3_GIVEN = {
    "replay_size": Given(1_000_000, lines(_SB3_DDPG, 62)),
    "batch_size": Given(256, lines(_SB3_DDPG, 64)),
    "gamma": Given(0.99, lines(_SB3_DDPG, 66)),
    "tau": Given(0.005, lines(_SB3_DDPG, 65)),
    "actor_lr": Given(1e-3, lines(_SB3_DDPG, 61)),
    "critic_lr": Given(1e-3, lines(_SB3_DDPG, 61)),
    "start_steps": Given(100, lines(_SB3_DDPG, 63)),
    "update_after": Given(100, lines(_SB3_DDPG, 63)),
    "update_every": Given(1, lines(_SB3_DDPG, 67)),
    "updates_per_step": Given(1, lines(_SB3_DDPG, 68)),
    "noise": Given("gaussian", lines(_SB3_DDPG, 69)),
    "noise_sigma": Given(0.0, lines(_SB3_DDPG, 69), "None"),
    "hidden_sizes": Given((400, 300), lines(f"{_SB3}/stable_baselines3/td3/policies.py", 145)),
    "policy_delay": Given(1, lines(_SB3_DDPG, 104)),
    "twin_critics": Given(False, lines(_SB3_DDPG, 112)),
    "target_noise": Given(0.0, lines(_SB3_DDPG, 105), "0.1, clipped to 0"),
    "grad_clip_norm": Given(None, lines(f"{_SB3}/stable_baselines3/td3/td3.py", 191, 205), "none there"),
    "truncation_is_terminal": Given(False, lines(f"{_SB3}/stable_baselines3/common/buffers.py", 322)),
}

SB3 = Preset(
    "Stable-Baselines3's DDPG, by its defaults.",
    {**length(10_000, lines(f"{_SB3}/docs/modules/ddpg.md", 70), "its example"), **_SB3_GIVEN},
    (
        _SB3_SCALED,
        Missing(
            "Updates begin after step 101, with batches of 256 out of 101 rows. Here a batch waits for as many rows.",
            lines(_SB3_LOOP, 348),
        ),
    ),
    (
        "By default there is no exploration noise: after 100 random steps the policy is on its own. The library's "
        "example adds a standard deviation of 0.1 in its scaled units, as the notebook's listing does: "
        "`--preset sb3 --noise-sigma 0.2`.",
    ),
)

_ZOO = "https://github.com/DLR-RM/rl-baselines3-zoo/blob/22e3ff2450fd92033f7f032915e1f64894a09584"
_ZOO_DDPG = f"{_ZOO}/hyperparams/ddpg.yml"

RL_ZOO_PENDULUM = Preset(
    "Stable-Baselines3's DDPG with RL Baselines3 Zoo's tuned values for Pendulum-v1.",
    {
        **_SB3_GIVEN,
        **length(20_000, lines(_ZOO_DDPG, 23)),
        "gamma": Given(0.98, lines(_ZOO_DDPG, 25)),
        "replay_size": Given(200_000, lines(_ZOO_DDPG, 26)),
        "start_steps": Given(10_000, lines(_ZOO_DDPG, 27)),
        "update_after": Given(10_000, lines(_ZOO_DDPG, 27)),
        "noise": Given("gaussian", lines(_ZOO_DDPG, 28)),
        "noise_sigma": Given(0.2, lines(_ZOO_DDPG, 29), "0.1 of the bound, 2"),
        "updates_per_step": Given(1, lines(_ZOO_DDPG, 30)),
        "update_every": Given(1, lines(_ZOO_DDPG, 31)),
        "actor_lr": Given(1e-3, lines(_ZOO_DDPG, 32)),
        "critic_lr": Given(1e-3, lines(_ZOO_DDPG, 32)),
        "hidden_sizes": Given((400, 300), lines(_ZOO_DDPG, 33)),
    },
    (
        _SB3_SCALED,
        Missing("Exploration noise is added to the random actions of warm-up too.", lines(_SB3_LOOP, 389, 406)),
        Missing("The first update comes after step 10,001. Here after 10,000.", lines(_SB3_LOOP, 348)),
    ),
)

_TF = "https://github.com/hill-a/stable-baselines/blob/259f27868f0d727d990f50e04da6e3a5d5367582"
_TF_DDPG = f"{_TF}/stable_baselines/ddpg/ddpg.py"
_TF_POLICIES = f"{_TF}/stable_baselines/ddpg/policies.py"

STABLE_BASELINES_TF = Preset(
    "The archived Stable-Baselines' DDPG in TensorFlow 1, by its defaults.",
    {
        **length(100_000, lines(f"{_TF}/docs/modules/ddpg.rst", 162), "its example on Pendulum-v0"),
        "replay_size": Given(50_000, lines(_TF_DDPG, 204)),
        "batch_size": Given(128, lines(_TF_DDPG, 201)),
        "gamma": Given(0.99, lines(_TF_DDPG, 199)),
        "tau": Given(1e-3, lines(_TF_DDPG, 201)),
        "actor_lr": Given(1e-4, lines(_TF_DDPG, 203)),
        "critic_lr": Given(1e-3, lines(_TF_DDPG, 203)),
        "critic_weight_decay": Given(0.0, lines(_TF_DDPG, 202)),
        "start_steps": Given(0, lines(_TF_DDPG, 204), "random_exploration is 0"),
        "update_after": Given(0, lines(_TF_DDPG, 959), "a batch has to be there"),
        "update_every": Given(100, lines(_TF_DDPG, 200), "nb_rollout_steps"),
        "updates_per_step": Given(1, lines(_TF_DDPG, 199), "see below"),
        "noise": Given("gaussian", lines(_TF_DDPG, 200)),
        "noise_sigma": Given(0.0, lines(_TF_DDPG, 200), "None"),
        "hidden_sizes": Given((64, 64), lines(_TF_POLICIES, 119)),
        "action_layer": Given(2, lines(_TF_POLICIES, 161, 162)),
        "final_init": Given(3e-3, lines(_TF_POLICIES, 165, 167)),
        "grad_clip_norm": Given(None, lines(_TF_DDPG, 203)),
        "update_order": Given("simultaneous", lines(_TF_DDPG, 681, 709)),
        "truncation_is_terminal": Given(True, lines(_TF_DDPG, 919), "stores done"),
    },
    (
        Missing("50 updates for every 100 steps, half of one a step. Here 100.", lines(_TF_DDPG, 199, 200)),
        Missing(
            "Observations are clipped to [-5, 5]; the speed in Pendulum-v1 reaches 8. Here they are not.",
            lines(_TF_DDPG, 356, 359),
        ),
        Missing("Replay holds actions scaled to [-1, 1], and the critic sees those.", lines(_TF_DDPG, 919)),
        Missing(
            "Hidden weights are drawn by Glorot's rule and all biases are 0, TensorFlow's defaults. Here both lie "
            "within ±1/sqrt(fan-in), and the last layers' biases within ±0.003.",
            lines(_TF_POLICIES, 136, 142),
        ),
        Missing(
            "Its Adam adds epsilon to the root of the second moment before the bias is corrected. Here after.",
            lines(f"{_TF}/stable_baselines/common/mpi_adam.py", 57, 61),
        ),
    ),
    (
        "By default there is neither noise nor warm-up. The notebook's listing adds a standard deviation of 0.1 in "
        "scaled units, and runs 200,000 steps: `--preset stable-baselines-tf --noise-sigma 0.2 --total-steps 200000 "
        "--episodes 200000`.",
    ),
)
