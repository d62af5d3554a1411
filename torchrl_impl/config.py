"""Config field -> TorchRL argument: the one place where the two vocabularies meet.

Mirror: reference/config.py
"""

from typing import Any

import torch
from torch import nn
from torchrl.objectives import ValueEstimators

from reference.config import Config

WHERE: dict[str, str] = {
    "env_id": "GymEnv(env_name)",
    "seed": "streams.lend, SeededGymEnv(run_seed)",
    "episodes": "train.finished",
    "total_steps": "train.finished; Collector(total_frames=-1)",
    "max_steps_per_episode": "GymEnv(max_episode_steps)",
    "replay_size": "LazyTensorStorage(max_size)",
    "batch_size": "TensorDictReplayBuffer.sample(batch_size)",
    "gamma": "DDPGLoss.make_value_estimator(gamma)",
    "tau": "SoftUpdate(tau)",
    "actor_lr": "torch.optim.Adam(lr)",
    "critic_lr": "torch.optim.Adam(lr)",
    "start_steps": "Collector(init_random_frames)",
    "update_after": "train.updates_due",
    "update_every": "train.updates_due",
    "updates_per_step": "train.updates_due",
    "noise_sigma": "AdditiveGaussianModule(sigma_init, sigma_end)",
    "hidden_sizes": "MLP(num_cells)",
    "grad_clip_norm": "torch.nn.utils.clip_grad_norm_(max_norm)",
    "probe_n": "TensorDictReplayBuffer[rows]",
    "probe_every_episodes": "train.describe",
    "device": "MLP.to(device), Collector(policy_device)",
    "dtype": "DTypeCastTransform(dtype_in, dtype_out), MLP(layer_kwargs)",
    "update_order": "update.update_",
    "truncation_is_terminal": "DDPGLoss.set_keys(terminated)",
}
"""For each field of Config, where its value goes; complete by test."""


def mlp_arguments(config: Config) -> dict[str, Any]:
    """For `torchrl.modules.MLP`, whose own defaults are 32 units and tanh."""
    return {
        "num_cells": list(config.hidden_sizes),
        "activation_class": nn.ReLU,
        "layer_kwargs": {"dtype": config.torch_dtype},
    }


def loss_arguments() -> dict[str, Any]:
    """For `DDPGLoss`, whose default `delay_actor=False` bootstraps from the live actor."""
    return {"loss_function": "l2", "delay_actor": True, "delay_value": True}


def loss_keys(config: Config) -> dict[str, str]:
    """For `DDPGLoss.set_keys`; `done` is terminated or truncated."""
    return {"terminated": "done" if config.truncation_is_terminal else "terminated"}


def value_estimator_arguments(config: Config) -> dict[str, Any]:
    """For `make_value_estimator`, which would store a Python float in float32 in every run."""
    gamma = torch.tensor(config.gamma, dtype=config.torch_dtype, device=config.device)
    return {"value_type": ValueEstimators.TD0, "gamma": gamma}


def adam_arguments() -> dict[str, Any]:
    """For `torch.optim.Adam`: the plain loop over tensors, whose bits the reference has."""
    return {"betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0, "foreach": False, "fused": False}


def noise_arguments(config: Config) -> dict[str, Any]:
    """For `AdditiveGaussianModule`, which anneals sigma from 1 to 0.1 by default, and in whole numbers if given one."""
    sigma = float(config.noise_sigma)
    return {"sigma_init": sigma, "sigma_end": sigma, "mean": 0.0, "std": 1.0}


def collector_arguments(config: Config, steps: int) -> dict[str, Any]:
    """For `Collector`, resumed after `steps` environment steps: one frame a batch, without end."""
    return {
        "frames_per_batch": 1,
        "total_frames": -1,
        "init_random_frames": max(0, config.start_steps - steps),
        "policy_device": config.device,
        "env_device": "cpu",
        "storing_device": "cpu",
        "auto_register_policy_transforms": False,
    }
