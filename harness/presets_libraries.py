"""Presets from libraries of single files: what each calls DDPG, by its defaults."""

from harness.preset import Given, Missing, Preset, length, lines

_SPINNINGUP = (
    "https://github.com/openai/spinningup/blob/038665d62d569055401d91856abb287263096178/spinup/algos/pytorch/ddpg"
)
_SPINNINGUP_DDPG = f"{_SPINNINGUP}/ddpg.py"

SPINNINGUP = Preset(
    "Spinning Up's DDPG in PyTorch, by its defaults.",
    {
        **length(400_000, lines(_SPINNINGUP_DDPG, 45), "100 epochs of 4,000"),
        "replay_size": Given(1_000_000, lines(_SPINNINGUP_DDPG, 45)),
        "batch_size": Given(100, lines(_SPINNINGUP_DDPG, 46)),
        "gamma": Given(0.99, lines(_SPINNINGUP_DDPG, 45)),
        "tau": Given(0.005, lines(_SPINNINGUP_DDPG, 46), "1 - polyak"),
        "actor_lr": Given(1e-3, lines(_SPINNINGUP_DDPG, 46)),
        "critic_lr": Given(1e-3, lines(_SPINNINGUP_DDPG, 46)),
        "start_steps": Given(10_000, lines(_SPINNINGUP_DDPG, 46)),
        "update_after": Given(1_000, lines(_SPINNINGUP_DDPG, 47)),
        "update_every": Given(50, lines(_SPINNINGUP_DDPG, 47)),
        "updates_per_step": Given(1, lines(_SPINNINGUP_DDPG, 281)),
        "noise": Given("gaussian", lines(_SPINNINGUP_DDPG, 228)),
        "noise_sigma": Given(0.1, lines(_SPINNINGUP_DDPG, 47), "in action units, l.228"),
        "hidden_sizes": Given((256, 256), lines(f"{_SPINNINGUP}/core.py", 47)),
        "grad_clip_norm": Given(None, lines(_SPINNINGUP_DDPG, 193, 209), "none there"),
        "truncation_is_terminal": Given(
            True, lines(_SPINNINGUP_DDPG, 265), "masks the limit max_ep_len, 1,000, alone; Pendulum-v1's is 200"
        ),
    },
    (
        Missing("10,001 random steps: `t > start_steps`, from 0. Here 10,000.", lines(_SPINNINGUP_DDPG, 252)),
        Missing("Rounds after steps 1,001, 1,051 and so on. Here after 1,000, 1,050.", lines(_SPINNINGUP_DDPG, 280)),
    ),
    (
        "Where episodes last 1,000 steps, as in most MuJoCo environments, add `--no-truncation-is-terminal`: there its "
        "`max_ep_len` masks the limit.",
    ),
)

_CLEANRL = (
    "https://github.com/vwxyzjn/cleanrl/blob/fe8d8a03c41a7ef5b523e2e354bd01c363e786bb/cleanrl/ddpg_continuous_action.py"
)

CLEANRL = Preset(
    "CleanRL's ddpg_continuous_action.py, by its defaults.",
    {
        **length(1_000_000, lines(_CLEANRL, 47)),
        "replay_size": Given(1_000_000, lines(_CLEANRL, 51)),
        "batch_size": Given(256, lines(_CLEANRL, 57)),
        "gamma": Given(0.99, lines(_CLEANRL, 53)),
        "tau": Given(0.005, lines(_CLEANRL, 55)),
        "actor_lr": Given(3e-4, lines(_CLEANRL, 49)),
        "critic_lr": Given(3e-4, lines(_CLEANRL, 49)),
        "start_steps": Given(25_000, lines(_CLEANRL, 61)),
        "update_after": Given(25_000, lines(_CLEANRL, 61)),
        "update_every": Given(1, lines(_CLEANRL, 204)),
        "updates_per_step": Given(1, lines(_CLEANRL, 204)),
        "noise": Given("gaussian", lines(_CLEANRL, 179)),
        "noise_sigma": Given(0.2, lines(_CLEANRL, 59), "0.1 of the bound, 2"),
        "hidden_sizes": Given((256, 256), lines(_CLEANRL, 85, 87)),
        "policy_delay": Given(2, lines(_CLEANRL, 63)),
        "grad_clip_norm": Given(None, lines(_CLEANRL, 215, 223), "none there"),
        "truncation_is_terminal": Given(False, lines(_CLEANRL, 198)),
    },
    (Missing("The first update comes after step 25,002. Here after 25,000.", lines(_CLEANRL, 204)),),
    (
        "Actor and both targets move at every second update (l.219-229), as in TD3: by its defaults CleanRL's DDPG is "
        "not plain DDPG. `--preset cleanrl --policy-delay 1` is.",
    ),
)
