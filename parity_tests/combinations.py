"""Variants together: which levels each has, sets of them that cover every pair, and the full cross product."""

from itertools import combinations, product
from typing import Any

from allpairspy import AllPairs

from parity_tests.runs import THREE_ACTIONS
from reference.config import Config

Fields = dict[str, Any]

LEVELS: dict[str, dict[str, Fields]] = {
    "noise": {"gaussian": {}, "ou": {"noise": "ornstein-uhlenbeck", "ou_dt": 0.5, "ou_initial": 0.1}},
    "annealing": {"steady": {}, "annealed": {"noise_sigma_final": 0.02, "noise_anneal_steps": 70}},
    "layer_norm": {name: {"layer_norm": name} for name in ("none", "actor", "critic", "both")},
    "critics": {"one": {}, "twins": {"twin_critics": True}},
    "target_noise": {"plain": {}, "smoothed": {"target_noise": 0.3, "target_noise_clip": 0.4}},
    "delay": {"prompt": {}, "delayed": {"policy_delay": 2}},
    "n_step": {"1-step": {}, "3-step": {"n_step": 3}},
    "networks": {
        "joined": {},
        "paper": {"action_layer": 2, "final_init": 3e-3, "critic_weight_decay": 1e-2},
    },
    "loss": {name: {"loss_function": name} for name in ("l2", "l1", "smooth_l1")},
    "order": {"sequential": {}, "simultaneous": {"update_order": "simultaneous"}},
    "clipping": {"clipped": {"grad_clip_norm": 0.1}, "unclipped": {"grad_clip_norm": None}},
    "dtype": {"f32": {}, "f64": {"dtype": "float64"}},
}
"""Factor -> its levels -> the fields of `Config` that make each; the variants."""

SURROUNDINGS: dict[str, dict[str, Fields]] = {
    "environment": {"pendulum": {}, "three_actions": {"env_id": THREE_ACTIONS}},
    "ends": {"time_limit_bootstraps": {}, "time_limit_ends": {"truncation_is_terminal": True}},
    "replay": {"roomy": {}, "wraps": {"replay_size": 40}},
    "rounds": {"every_step": {}, "rounds": {"update_every": 4}, "twice": {"updates_per_step": 2}},
}
"""What a variant can meet in a run; pairs with these are covered too."""

TRIPLES = (
    # Strided gradients out of vmap have another norm: nothing but two critics with clipping shows it.
    ("twins", "clipped", "delayed"),
    ("twins", "clipped", "smoothed"),
    ("3-step", "ou", "wraps"),
    ("3-step", "ou", "annealed"),
    ("f64", "twins", "both"),
    ("f64", "3-step", "paper"),
    ("f64", "ou", "annealed"),
)
"""Levels that must meet in one run, beyond the pairs."""

Choice = dict[str, str]
"""Factor -> level."""


def tiny(choice: Choice, **fields: Any) -> Config:
    """The run of one choice: 110 steps in episodes of 22, some 60 updates; `fields` have the last word."""
    small: Fields = {
        "total_steps": 110, "episodes": 1_000, "max_steps_per_episode": 22, "start_steps": 30, "update_after": 50,
        "batch_size": 16, "hidden_sizes": (16, 12), "replay_size": 500, "probe_n": 8, "actor_lr": 1e-3,
    }  # fmt: skip
    levels = LEVELS | SURROUNDINGS
    for factor, level in choice.items():
        small |= levels[factor][level]
    return Config(**{**small, **fields})


def covering() -> list[Choice]:
    """Choices in which any two levels of different factors meet, and each of `TRIPLES`."""
    levels = {factor: list(choices) for factor, choices in (LEVELS | SURROUNDINGS).items()}
    rows = [dict(zip(levels, row, strict=True)) for row in AllPairs(list(levels.values()))]
    for triple in TRIPLES:
        if not any(set(triple) <= set(row.values()) for row in rows):
            place = {level: factor for factor, names in levels.items() for level in names}
            rows.append(rows[len(rows) % 5] | {place[level]: level for level in triple})
    return rows


def pairs_of(rows: list[Choice]) -> set[frozenset[tuple[str, str]]]:
    """The pairs of levels that meet in some of these choices."""
    return {frozenset(pair) for row in rows for pair in combinations(row.items(), 2)}


def everything() -> list[Choice]:
    """Every choice of variants there is, in the plainest surroundings."""
    return [dict(zip(LEVELS, row, strict=True)) for row in product(*LEVELS.values())]


def name_of(choice: Choice) -> str:
    """The choice in a word, without the levels that DDPG itself has."""
    plain = {next(iter(levels)) for levels in (LEVELS | SURROUNDINGS).values()}
    return "-".join(level for level in choice.values() if level not in plain) or "ddpg"
