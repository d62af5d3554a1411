"""Which of TorchRL's names a drop-in takes, and how a test file gets the drop-in by the import it already has."""

import builtins
from functools import cache
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

DROP_INS = "torchrl_impl.drop_in"
DEFINED_IN = {
    "DDPGLoss": "ddpg_loss",
    "TD3Loss": "td3_loss",
    "SoftUpdate": "soft_update",
    "AdditiveGaussianModule": "noise",
    "OrnsteinUhlenbeckProcessModule": "noise",
    "ReplayBuffer": "replay",
    "TensorDictReplayBuffer": "replay",
    "RandomSampler": "replay_ring",
    "RoundRobinWriter": "replay_ring",
    "TensorDictRoundRobinWriter": "replay_ring",
}
"""TorchRL's name -> the module of `torchrl_impl.drop_in` with the class that takes it."""
_SHORTER = {"AdditiveGaussianModule": "GaussianNoise", "OrnsteinUhlenbeckProcessModule": "OrnsteinUhlenbeckNoise"}


@cache
def replacement(name):
    """The drop-in for a name of TorchRL's; None where there is none."""
    if name not in DEFINED_IN:
        return None
    return getattr(import_module(f"{DROP_INS}.{DEFINED_IN[name]}"), _drop_in_name(name))


def original_id(test_id):
    """The id that a test has without replacements: pytest puts names of classes into ids."""
    for name in DEFINED_IN:
        test_id = test_id.replace(_drop_in_name(name), name)
    return test_id


class Importer:
    """Stands in for `__import__`: what files below a folder import by `from` is replaced, on top and inside functions.

    TorchRL's own modules keep their own classes: half of theirs inherit from these, or ask for them by isinstance.
    """

    def __init__(self, folder):
        self.folder, self.found, self._import = Path(folder).resolve(), set(), builtins.__import__

    def __call__(self, name, globals=None, locals=None, fromlist=(), level=0):
        """As `builtins.__import__`."""
        module = self._import(name, globals, locals, fromlist, level)
        new = {asked: replacement(asked) for asked in fromlist or () if self._replaces(asked, module, globals)}
        if not new:
            return module
        self.found.update(new)
        return SimpleNamespace(**{asked: getattr(module, asked) for asked in fromlist} | new)

    def _replaces(self, asked, module, globals):
        file = (globals or {}).get("__file__")
        known = file is not None and self.folder in Path(file).resolve().parents and replacement(asked) is not None
        return known and issubclass(replacement(asked), getattr(module, asked, ()))


def _drop_in_name(name):
    return "Reference" + _SHORTER.get(name, name)
