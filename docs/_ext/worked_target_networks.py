"""One weight, one transition: what a bootstrap does to gradient descent, with a target that follows at any speed."""

import numpy as np
import torch
from worked import table

from reference.soft_update import soft_update

TAUS = (1.0, 0.5, 0.1, 0.01)
GAMMA, RATE, REWARD = 0.99, 1.2, 1.0
FEATURES = {"-1": -1.0, "0.9": 0.9, "1.5": 1.5}
"""What the next state's feature is, the state's own being 1."""


def matrix(feature: float, tau: float) -> np.ndarray:
    """(w, w') after an update is this matrix times (w, w') before, plus a constant."""
    fit, pull = 1 - RATE, RATE * GAMMA * feature
    return np.array([[fit, pull], [tau * fit, 1 - tau + tau * pull]])


def growth(feature: float, tau: float) -> float:
    """Factor an update, in the long run, of the distance to the fixed point: the spectral radius."""
    return float(np.abs(np.linalg.eigvals(matrix(feature, tau))).max())


def followed(feature: float, tau: float, updates: int) -> float:
    """w after so many updates, by the update itself: descent on half the squared error, then the soft update."""
    online = {"w": torch.zeros(1, dtype=torch.float64)}
    target = dict(online)
    for _ in range(updates):
        error = online["w"] - (REWARD + GAMMA * feature * target["w"])
        online = {"w": online["w"] - RATE * error}
        target = soft_update(target, online, tau)
    return float(online["w"])


def factors() -> list[str]:
    """Growth by feature and tau; above 1 it diverges."""
    rows = [[f"$f = {name}$", *(f"{growth(feature, tau):.3f}" for tau in TAUS)] for name, feature in FEATURES.items()]
    return table(["growth an update", *(f"$\\tau = {tau:g}$" for tau in TAUS)], rows)


def weights() -> list[str]:
    """Where the weight is after 30 and 1,000 updates, and the fixed point."""
    rows = []
    for name, feature in FEATURES.items():
        fixed = REWARD / (1 - GAMMA * feature)
        cells = [f"{followed(feature, tau, updates):.3g}" for updates in (30, 1_000) for tau in (1.0, 0.01)]
        rows.append([f"$f = {name}$", *cells, f"{fixed:.3g}"])
    words = [f"{updates:,} updates, $\\tau = {tau:g}$" for updates in (30, 1_000) for tau in (1, 0.01)]
    return table(["weight", *words, "fixed point"], rows)
