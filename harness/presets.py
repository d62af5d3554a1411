"""The presets by name, as `--preset` takes them."""

from dataclasses import asdict
from difflib import get_close_matches
from typing import Any

from harness.errors import InputError
from harness.preset import Preset, differences
from harness.presets_libraries import CLEANRL, SPINNINGUP
from harness.presets_published import NOTEBOOK, NOTEBOOK_FULL, PAPER, TD3
from harness.presets_stable_baselines import RL_ZOO_PENDULUM, SB3, STABLE_BASELINES_TF
from reference.config import Config

PRESETS = {
    "notebook": NOTEBOOK,
    "notebook-full": NOTEBOOK_FULL,
    "paper": PAPER,
    "spinningup": SPINNINGUP,
    "sb3": SB3,
    "stable-baselines-tf": STABLE_BASELINES_TF,
    "cleanrl": CLEANRL,
    "td3": TD3,
    "rl-zoo-pendulum": RL_ZOO_PENDULUM,
}


def find(name: str) -> Preset:
    """The preset of this name.

    Raises:
        InputError: there is none.
    """
    if name in PRESETS:
        return PRESETS[name]
    near = get_close_matches(name, PRESETS, n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    raise InputError(f"preset must be one of {', '.join(PRESETS)}; got {name!r}.{meant}")


def preset_config(name: str) -> Config:
    """The configuration that the options beside `--preset` are given on top of.

    Raises:
        InputError: there is no such preset.
    """
    return Config(**{field: given.value for field, given in find(name).given.items()})


def as_json(name: str) -> dict[str, Any]:
    """All that is known of a preset, as JSON's types."""
    preset = find(name)
    fields = {
        field: {"value": value, "how": how, "source": source.place, "link": source.link}
        for field, (value, source, how) in preset.given.items()
    }
    missing = [{"what": what, "source": source.place, "link": source.link} for what, source in preset.missing]
    return {
        "what": preset.what,
        "config": asdict(preset_config(name)),
        "differs": [row.field for row in differences(preset)],
        "fields": fields,
        "not_reproduced": missing,
        "remarks": list(preset.remarks),
    }
