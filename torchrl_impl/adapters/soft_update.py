"""`SoftUpdate` in the plain loop."""

from tensordict.nn import TensorDictModule, TensorDictParams
from torch import nn
from torchrl.objectives import SoftUpdate
from torchrl.objectives.common import LossModule

from reference.state import Params
from torchrl_impl.soft_update import make_updater, soft_update_
from torchrl_impl.state import load_params_, params_of


class OneNetwork(LossModule):
    """A network and its target, in the form in which `SoftUpdate` finds them; it has no loss."""

    network: TensorDictModule
    network_params: TensorDictParams
    target_network_params: TensorDictParams

    def __init__(self, params: Params) -> None:
        super().__init__()
        # Each parameter in a place of its own, as a network's layers have them: "0.weight", "0.bias", "2.weight".
        layers = nn.ModuleDict({name.split(".")[0]: nn.Module() for name in params})
        for name, value in params.items():
            place, kind = name.split(".")
            layers[place].register_parameter(kind, nn.Parameter(value.clone()))
        self.convert_to_functional(TensorDictModule(layers, [], []), "network", create_target_params=True)


class UpdaterInTheLoop:
    """`soft_update` as the plain loop calls it, by one `SoftUpdate` for each form of network that it meets."""

    def __init__(self) -> None:
        self._updaters: dict[tuple, SoftUpdate] = {}
        self.torchrl: SoftUpdate | None = None  # the one that moved a target last

    def soft_update(self, target: Params, online: Params, tau: float) -> Params:
        """The new target; arguments as those of `soft_update` in reference/soft_update.py."""
        form = (tau, *((name, value.shape, value.dtype, value.device) for name, value in target.items()))
        if form not in self._updaters:
            self._updaters[form] = make_updater(OneNetwork(target), tau)
        self.torchrl = self._updaters[form]
        held = self.torchrl.loss_module
        load_params_(held.network_params, online)
        load_params_(held.target_network_params, target)
        soft_update_(self.torchrl)
        return {name: value.clone() for name, value in params_of(held.target_network_params).items()}
