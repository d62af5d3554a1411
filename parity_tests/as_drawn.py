"""Figures are compared with the kept ones byte by byte only where the same libraries draw."""

from importlib.metadata import version
from pathlib import Path

import pytest

PINS = Path(__file__).parents[1] / "constraints.txt"


def drawn_by_others():
    """Whether the libraries that draw are not those of constraints.txt, which drew the figures."""
    pins = PINS.read_text().splitlines() if PINS.is_file() else []
    return not {f"{name}=={version(name)}" for name in ("plotly", "matplotlib")} <= set(pins)


as_drawn = pytest.mark.skipif(drawn_by_others(), reason="other versions of Plotly or Matplotlib draw other bytes")
