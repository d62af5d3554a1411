"""What DDPGs do differently on purpose, and may: each implementation says which it does.

Reads no tensors, so that the NumPy oracle can follow it too.
"""

from typing import Any, Literal, NamedTuple, get_args, get_origin, get_type_hints


class Conventions(NamedTuple):
    """One implementation's choices where the literature has several; the defaults are ours.

    `../docs/candidates.md` says of each who makes it otherwise.
    """

    order: Literal["sequential", "simultaneous", "targets_first"] = "sequential"
    """sequential: critic, actor against the new critic, targets; simultaneous: both gradients at the old
    parameters; targets_first: critic, targets, then the actor, whose target follows its old weights."""
    target_actor: bool = True
    """False: the target's next action is the online actor's."""
    critic_loss_factor: float = 1.0
    """What multiplies the mean squared error; 0.5 in some."""
    clips_gradients: bool = True
    """False: `grad_clip_norm` is not applied."""
    clips_together: bool = False
    """True: `grad_clip_norm` bounds the one norm of both networks' gradients, each at the old parameters, and one
    factor scales both, as where a single optimiser has them all."""
    truncation_is_terminal: bool = False
    """True: a time limit stops the bootstrap."""
    weight_decay: float = 0.0
    """L2 added to both networks' gradients after clipping, as `torch.optim.Adam(weight_decay=...)` does."""
    adam_epsilon: Literal["outside", "inside"] = "outside"
    """outside: sqrt(v)/sqrt(1 - beta2^t) + epsilon, Algorithm 1 of Kingma and Ba; inside: sqrt(v) + epsilon, with the
    whole step scaled by sqrt(1 - beta2^t)/(1 - beta1^t), the form that section 2 ends with, as TensorFlow has it."""
    bounds: Literal["any", "symmetric", "unit"] = "any"
    """Which action bounds it works in: any; -h to h; -1 to 1, with scaling done outside."""
    dtypes: tuple[str, ...] = ("float32", "float64")
    """Which precisions it works in."""
    rates: Literal["any", "equal"] = "any"
    """equal: it has one learning rate for both networks."""
    loads_adam: bool = True
    """False: it cannot be given Adam's moments, so every comparison begins with fresh ones."""


OURS = Conventions()


def differing(conventions: Conventions) -> dict[str, object]:
    """The fields in which an implementation departs from ours, with its values."""
    return {name: value for name, value in conventions._asdict().items() if value != getattr(OURS, name)}


def check(conventions: Conventions) -> None:
    """Refuses a value that no field means: a misspelt one would be compared as something else.

    Raises:
        ValueError: naming the field, what came and what there is.
    """
    for name, kind in get_type_hints(Conventions).items():
        value: Any = getattr(conventions, name)
        if get_origin(kind) is Literal:
            if value not in get_args(kind):
                raise ValueError(f"Conventions.{name}: {value!r} is none of {', '.join(map(repr, get_args(kind)))}.")
        elif name == "dtypes":
            if not isinstance(value, tuple) or not value or set(value) - {"float32", "float64"}:
                raise ValueError(f"Conventions.dtypes: {value!r} is no tuple of 'float32' and 'float64'.")
        elif not isinstance(value, (int, float) if kind is float else kind):
            raise ValueError(f"Conventions.{name}: {value!r} is no {kind.__name__}.")
