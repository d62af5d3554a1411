"""Config field -> TorchRL argument: the one place where the two vocabularies meet.

Mirror: reference/config.py
"""

from collections.abc import Sequence
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
    "truncation_is_terminal": "DDPGLoss.set_keys(terminated), TD3Loss likewise",
    "loss_function": "DDPGLoss(loss_function), TD3Loss(loss_function)",
    "critic_weight_decay": "torch.optim.Adam(weight_decay)",
    "layer_norm": "MLP(norm_class, norm_kwargs)",
    "action_layer": "DdpgMlpQNet(mlp_net_kwargs_net1, mlp_net_kwargs_net2)",
    "final_init": "ddpg_init_last_layer(scale)",
    "noise": "AdditiveGaussianModule or OrnsteinUhlenbeckProcessModule",
    "noise_sigma_final": "AdditiveGaussianModule(sigma_end), OrnsteinUhlenbeckProcessModule(eps_end)",
    "noise_anneal_steps": "annealing_num_steps of either",
    "ou_theta": "OrnsteinUhlenbeckProcessModule(theta)",
    "ou_sigma": "OrnsteinUhlenbeckProcessModule(sigma)",
    "ou_dt": "OrnsteinUhlenbeckProcessModule(dt)",
    "ou_initial": "OrnsteinUhlenbeckProcessModule(x0)",
    "twin_critics": "TD3Loss(qvalue_network, num_qvalue_nets)",
    "target_noise": "TD3Loss(policy_noise)",
    "target_noise_clip": "TD3Loss(noise_clip)",
    "policy_delay": "update.update_",
    "n_step": "MultiStepTransform(n_steps)",
}
"""For each field of Config, where its value goes; complete by test."""


def mlp_arguments(config: Config, network: str, activated: Sequence[int]) -> dict[str, Any]:
    """For `torchrl.modules.MLP`, whose own defaults are 32 units and tanh.

    Args:
        config: the run.
        network: "actor" or "critic".
        activated: units of each layer that an activation follows, and a LayerNorm comes before where there is any.
    """
    arguments: dict[str, Any] = {
        "activation_class": nn.ReLU,
        "layer_kwargs": {"dtype": config.torch_dtype},
    }
    if config.layer_norm in (network, "both"):
        sizes = [{"normalized_shape": size, "dtype": config.torch_dtype} for size in activated]
        arguments |= {"norm_class": nn.LayerNorm, "norm_kwargs": sizes}
    return arguments


def loss_arguments(config: Config) -> dict[str, Any]:
    """For `DDPGLoss`, whose default `delay_actor=False` bootstraps from the live actor."""
    return {"loss_function": config.loss_function, "delay_actor": True, "delay_value": True}


def td3_loss_arguments(config: Config) -> dict[str, Any]:
    """For `TD3Loss`, whose default loss is smooth_l1, and whose noise is in action units."""
    return {
        "loss_function": config.loss_function,
        "delay_actor": True,
        "delay_qvalue": True,
        "num_qvalue_nets": config.critics,
        "policy_noise": config.target_noise,
        "noise_clip": config.target_noise_clip,
    }


def loss_keys(config: Config) -> dict[str, str]:
    """For `set_keys` of either loss; `done` is terminated or truncated."""
    return {"terminated": "done" if config.truncation_is_terminal else "terminated"}


def value_estimator_arguments(config: Config) -> dict[str, Any]:
    """For `make_value_estimator`, which would store a Python float in float32 in every run."""
    gamma = torch.tensor(config.gamma, dtype=config.torch_dtype, device=config.device)
    return {"value_type": ValueEstimators.TD0, "gamma": gamma}


def adam_arguments() -> dict[str, Any]:
    """For `torch.optim.Adam`: the plain loop over tensors, whose bits the reference has."""
    return {"betas": (0.9, 0.999), "eps": 1e-8, "foreach": False, "fused": False}


def gaussian_arguments(config: Config) -> dict[str, Any]:
    """For `AdditiveGaussianModule`, which anneals sigma from 1 to 0.1 by default, and in whole numbers if given one."""
    first, final = config.noise_scales
    return {"sigma_init": first, "sigma_end": final, "mean": 0.0, "std": 1.0} | _annealing(config)


def ornstein_uhlenbeck_arguments(config: Config) -> dict[str, Any]:
    """For `OrnsteinUhlenbeckProcessModule`, which anneals its factor from 1 to 0.1 by default.

    Never for its `sigma_min`: what that brings down starts again at every episode.
    """
    first, final = config.noise_scales
    process = {"theta": config.ou_theta, "mu": 0.0, "sigma": config.ou_sigma, "dt": config.ou_dt}
    scale = {"eps_init": first, "eps_end": final} | _annealing(config)
    return process | scale | {"x0": config.ou_initial, "safe": True}


def _annealing(config: Config) -> dict[str, int]:
    return {} if config.noise_anneal_steps is None else {"annealing_num_steps": config.noise_anneal_steps}


def collector_arguments(config: Config, steps: int) -> dict[str, Any]:
    """For `Collector`, resumed after `steps` environment steps: one frame a batch, without end.

    Devices are named where there are two: a collector that is told of one moves every frame there, where it is.
    """
    apart = {"policy_device": config.device, "env_device": "cpu", "storing_device": "cpu"}
    devices = {} if config.device == "cpu" else apart
    return {
        "frames_per_batch": 1,
        "total_frames": -1,
        "init_random_frames": max(0, config.start_steps - steps),
        "auto_register_policy_transforms": False,
        "track_traj_ids": False,  # nobody reads them
        **devices,
    }
