"""Fields of `Config` with which a fault shows in a whole run, where it does not in any."""

from parity_tests.runs import THREE_ACTIONS

FLOAT64 = {"dtype": "float64"}
ASYMMETRIC_BOUNDS = {"env_id": THREE_ACTIONS}
"""Three actions, each with bounds of its own; episodes terminate at random."""
ENDS_EARLY = {"env_id": "InvertedPendulum-v5"}
"""Episodes terminate."""
TIME_LIMIT_ENDS = {"truncation_is_terminal": True}
SIMULTANEOUS = {"update_order": "simultaneous"}
ORNSTEIN_UHLENBECK = {"noise": "ornstein-uhlenbeck"}
ANNEALED = {"noise_sigma": 0.5, "noise_sigma_final": 0.05, "noise_anneal_steps": 400}
TWIN_CRITICS = {"twin_critics": True}
SMOOTHED = {"target_noise": 0.4}
DELAYED = {"policy_delay": 2}
LAYER_NORM = {"layer_norm": "both"}
ACTION_AT_LAYER_2 = {"action_layer": 2}
SMALL_LAST_LAYERS = {"final_init": 3e-3}
DECAYING_CRITIC = {"critic_weight_decay": 1e-2}
N_STEP = {"n_step": 3, **ASYMMETRIC_BOUNDS}
"""With three rewards a row, in episodes of which many end sooner."""
