"""`SoftUpdate` with the reference's arithmetic inside.

Mirror: reference/soft_update.py
"""

from tensordict import TensorDictBase
from torch import Tensor
from torchrl.objectives import SoftUpdate

from reference.soft_update import soft_update


class ReferenceSoftUpdate(SoftUpdate):
    """Takes the place of `torchrl.objectives.SoftUpdate`: same arguments, checks, warnings and bits.

    Kept: building one copies the online parameters over the targets, so build it before weights are
    loaded; and buffers, as BatchNorm's running statistics are, stay as they were.
    """

    def _step(self, p_source: Tensor | TensorDictBase, p_target: Tensor | TensorDictBase) -> None:
        online, target = (_named(params) for params in (p_source, p_target))
        moved = soft_update(target, online, 1 - self.eps)
        for name, value in target.items():
            value.copy_(moved[name])


def _named(params: Tensor | TensorDictBase) -> dict[str, Tensor]:
    if isinstance(params, Tensor):
        return {"parameter": params.data}
    return {".".join(key) if isinstance(key, tuple) else key: value.data for key, value in params.items(True, True)}
