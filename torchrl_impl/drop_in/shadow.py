"""A user's own `DDPGLoss`, which the reference looks at now and then."""

import copy
import functools
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import torch
from tensordict import TensorDictBase
from torch import Tensor
from torchrl.objectives import DDPGLoss

from torchrl_impl.drop_in.shadow_check import Moment, actor_answers, batch_fault, critic_answers, moment_of
from torchrl_impl.drop_in.shadow_delayed import NotedUpdates
from torchrl_impl.drop_in.shadow_difference import Answers, first_difference
from torchrl_impl.drop_in.shadow_gradient import watch_value_gradient
from torchrl_impl.drop_in.shadow_record import record_of, save_record
from torchrl_impl.drop_in.shadow_watch import ShadowDifference, ShadowWarning, Watch

if TYPE_CHECKING:
    from torchrl.objectives import DDPGLoss as _Over
else:
    # It only overrides: a subclass of DDPGLoss would bring its `forward` along, before the user's own.
    _Over = object


class ShadowDDPGLoss(_Over):
    """Stands in the place of a `DDPGLoss`, runs it unchanged, and now and then compares it with the reference.

    It shares everything with the original, and is of its class besides: keys, parameters, state dicts, hooks and
    updaters are the original's own. Call 0 is compared, then each `every`-th: batch, target, value, losses and
    their gradients, and the gradient that arrives at the critic's values when you call `backward`. A target that the
    online networks were copied over, by an updater built after weights were loaded, is found at the call that follows.

    Args:
        original: a `DDPGLoss`, or an instance of your own subclass.
        every: how many calls lie between two that are compared.
        folder: where a file is saved at a difference, for `shadow_replay`.
        at_difference: "raise" a `ShadowDifference`, or "warn" with a `ShadowWarning` and go on.
        live_targets: True: `delay_actor=False` or `delay_value=False` is meant.
    """

    def __new__(cls, original: DDPGLoss, *args: Any, **kwargs: Any) -> "ShadowDDPGLoss":
        """An instance of a class made of this one and the original's, with the original's state."""
        if not isinstance(original, DDPGLoss) or isinstance(original, ShadowDDPGLoss):
            raise TypeError(
                f"ShadowDDPGLoss needs an instance of DDPGLoss or of a subclass; got {type(original).__name__}. "
                "Build the loss as before, and hand it over."
            )
        kind: Any = type(original)
        shadow: ShadowDDPGLoss = object.__new__(_class_over(kind))
        shadow.__dict__ = original.__dict__
        return shadow

    def __init__(
        self,
        original: DDPGLoss,
        every: int = 1000,
        folder: str | Path = "shadow",
        at_difference: Literal["raise", "warn"] = "raise",
        live_targets: bool = False,
    ) -> None:
        watch = Watch(every, Path(folder), at_difference, live_targets)
        self.__dict__["_shadow"] = watch
        self.__dict__["_has_update_associated"] = NotedUpdates(self._has_update_associated, self, watch.targets)

    @torch.compiler.disable
    def loss_value(self, tensordict: TensorDictBase) -> tuple[Tensor, dict[str, Any]]:
        """The original's, looked at when its turn has come."""
        watch: Watch = self._shadow
        if not watch.is_due("critic"):
            return super().loss_value(tensordict)
        moment = moment_of(self, "critic", watch.calls["critic"] - 1, tensordict, watch.targets.expected(self))
        loss, metadata = super().loss_value(tensordict)
        answers, value_loss = critic_answers(self, moment, loss, metadata)
        clear = self._judge(moment, answers)
        watch.targets.seen(self, clear)
        if clear and value_loss is not None:
            report = functools.partial(self._judge, moment)
            watch_value_gradient(loss, metadata["pred_value"], value_loss, report)
        return loss, metadata

    @torch.compiler.disable
    def loss_actor(self, tensordict: TensorDictBase) -> tuple[Tensor, dict[str, Any]]:
        """The original's, looked at when its turn has come."""
        watch: Watch = self._shadow
        if not watch.is_due("actor"):
            return super().loss_actor(tensordict)
        moment = moment_of(self, "actor", watch.calls["actor"] - 1, tensordict, {})
        loss, metadata = super().loss_actor(tensordict)
        self._judge(moment, actor_answers(self, moment, loss))
        return loss, metadata

    def load_state_dict(self, *args: Any, **kwargs: Any) -> Any:
        """The original's; targets that it brings are meant to stay."""
        self._shadow.targets.drawn_anew = False
        return super().load_state_dict(*args, **kwargs)

    def reset_parameters_recursive(self) -> None:
        """The original's; it draws the targets apart from the online networks, and an updater is to copy over them."""
        super().reset_parameters_recursive()
        self._shadow.targets.drawn_anew = True

    def __reduce__(self) -> tuple[Any, ...]:
        """A copy is a shadow of a copy of the original."""
        watch: Watch = self._shadow
        state = {name: value for name, value in self.__dict__.items() if name != "_shadow"}
        return _rebuilt, (type(self).__bases__[1], state, watch.settings())

    def _judge(self, moment: Moment, answers: Answers) -> bool:
        """Whether nothing differs; else saves a file, and raises or warns."""
        fault = batch_fault(moment)
        found = ("batch", fault) if fault is not None else first_difference(answers)
        if found is None:
            return True
        watch: Watch = self._shadow
        path = watch.folder / f"call_{moment.call}_{found[0].replace(' ', '_')}.pt"
        save_record(path, record_of(moment, answers, *found))
        text = f"ShadowDDPGLoss, call {moment.call}, {found[1]}. {watch.cause(found[0])} Saved in {path}."
        if watch.at_difference == "raise":
            raise ShadowDifference(text, found[0], path)
        warnings.warn(text, ShadowWarning, stacklevel=3)
        return False


@functools.cache
def _class_over(original: type[DDPGLoss]) -> type[ShadowDDPGLoss]:
    return type(
        "ShadowDDPGLoss", (ShadowDDPGLoss, original), {"__module__": __name__, "__doc__": ShadowDDPGLoss.__doc__}
    )


def _rebuilt(original: type[DDPGLoss], state: dict[str, Any], settings: dict[str, Any]) -> ShadowDDPGLoss:
    loss = object.__new__(original)
    loss.__dict__ = state
    return ShadowDDPGLoss(loss, **settings)


def original_of(loss: DDPGLoss) -> DDPGLoss:
    """A copy of a loss that nothing looks at."""
    other = copy.deepcopy(loss)
    if not isinstance(other, ShadowDDPGLoss):
        return other
    plain: DDPGLoss = object.__new__(type(other).__bases__[1])
    plain.__dict__ = {name: value for name, value in other.__dict__.items() if name != "_shadow"}
    return plain
