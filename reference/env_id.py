"""What `Config.env_id` names: an id of Gymnasium's, one of `gym`'s, or a factory."""

import inspect
from functools import partial
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import gymnasium

_GYM, _FACTORY = "gym:", "factory="
_FORMS = "Id-v0, module:Id-v0, gym:Id-v0 or factory=package.module:function"


def gymnasium_id(env_id: str) -> str:
    """The id under which Gymnasium makes what `env_id` names.

    ==================================  =================================================================
    `Id-v0`, `module:Id-v0`             Gymnasium's own
    `gym:Id-v0`, `gym:module:Id-v0`     an id in the registry of `gym`, Gymnasium's predecessor
    `factory=package.module:function`   called without arguments; a class will do as well
    ==================================  =================================================================

    The last two are put into Gymnasium's registry, so that whatever makes environments by id,
    TorchRL's `GymEnv` too, makes them, with a time limit. One that a factory has set stays beside it.

    Raises:
        ValueError: it has none of these forms, or `gym` has no such id.
    """
    if env_id.startswith(_FACTORY):
        path = env_id.removeprefix(_FACTORY)
        return _registered(env_id, f"factory/{path}", partial(_build, env_id, path, {}), None)
    if env_id.startswith(_GYM):
        name = env_id.removeprefix(_GYM)
        spec = _gym_spec(env_id, name)
        build = partial(_build, env_id, spec.entry_point, spec.kwargs)
        return _registered(env_id, f"gym/{name}", build, spec.max_episode_steps)
    return env_id


def has_old_interface(env: Any) -> bool:
    """Whether `env` is of `gym` before 0.26: `reset` takes no seed and gives no info, `step` gives one `done`.

    What `reset` takes says so without calling it.
    """
    arguments = inspect.signature(getattr(env, "unwrapped", env).reset).parameters
    takes_any = any(argument.kind is argument.VAR_KEYWORD for argument in arguments.values())
    return "return_info" in arguments or not ("seed" in arguments or takes_any)


def _registered(env_id: str, name: str, build: partial[gymnasium.Env], limit: int | None) -> str:
    """`name` as Gymnasium can spell it: a colon would end the name of a module."""
    name = name.replace(":", ".")
    if name not in gymnasium.registry:
        try:
            gymnasium.register(name, build, max_episode_steps=limit)
        except gymnasium.error.Error as error:
            raise ValueError(f"env_id must be {_FORMS}; got {env_id!r}.") from error
    return name


def _build(env_id: str, creator: Any, arguments: dict[str, Any]) -> gymnasium.Env:
    """Calls `creator`, or what it names; the answer with Gymnasium's interface.

    `gym.make` would add wrappers of its own: a checker that fails on NumPy 2, a time limit that wants five values.
    """
    creator = creator if callable(creator) else _find(env_id, creator)
    try:
        env = creator(**arguments)
    except Exception as error:  # the user's own code runs here
        raise ValueError(f"env_id {env_id!r} was called for an environment and raised {_reason(error)}.") from error
    parts = ("reset", "step", "observation_space", "action_space")
    if isinstance(env, type) or not all(hasattr(env, part) for part in parts):
        kind = f"the class {env.__name__}" if isinstance(env, type) else f"an object of type {type(env).__name__}"
        raise ValueError(f"env_id {env_id!r} must give an environment, with {', '.join(parts)}; it gave {kind}.")
    return _with_gymnasiums_interface(env_id, env)


def _with_gymnasiums_interface(env_id: str, env: Any) -> gymnasium.Env:
    """The environment, or shimmy's translation of it.

    An old `done` is then a termination, unless `info["TimeLimit.truncated"]` is true: a time limit that
    an environment keeps to itself cannot be told from an end, and stops the bootstrap.
    """
    old = has_old_interface(env)
    if not old and isinstance(env, gymnasium.Env):
        return env
    of_gym = any(kind.__module__.partition(".")[0] == "gym" for kind in type(env).__mro__)
    if not old and not of_gym:
        raise ValueError(f"env_id {env_id!r} must give a gymnasium.Env; its {type(env).__name__} is none.")
    if old and not callable(getattr(env, "seed", None)):
        raise ValueError(
            f"env_id {env_id!r} gives an environment that cannot be seeded: neither reset(seed=...) nor seed(seed). "
            "Usual cure: def seed(self, seed=None): self.np_random, _ = gym.utils.seeding.np_random(seed)."
        )
    gym, shimmy = (_import(env_id, package) for package in ("gym", "shimmy"))
    translate = shimmy.GymV21CompatibilityV0 if old else shimmy.GymV26CompatibilityV0
    try:
        return translate(env=_for_shimmy(env, gym))
    except NotImplementedError as error:  # a space that shimmy does not know
        raise ValueError(f"env_id {env_id!r} cannot be translated by shimmy ({_reason(error)}).") from error


def _for_shimmy(env: Any, gym: Any) -> SimpleNamespace:
    """What shimmy calls of an environment, with Gymnasium's boxes as `gym`'s, the only ones that it translates."""
    spaces = {name: getattr(env, name) for name in ("observation_space", "action_space")}
    for name, space in spaces.items():
        if isinstance(space, gymnasium.spaces.Box):
            spaces[name] = gym.spaces.Box(space.low, space.high, space.shape, space.dtype)
    seed, close = getattr(env, "seed", None), getattr(env, "close", lambda: None)
    return SimpleNamespace(reset=env.reset, step=env.step, seed=seed, close=close, render_mode=None, **spaces)


def _gym_spec(env_id: str, name: str) -> Any:
    """`gym`'s own description of an id, from after `name`'s module is imported."""
    gym = _import(env_id, "gym")
    module, _, name = name.rpartition(":")
    if module:
        _import(env_id, module)
    try:
        return gym.spec(name)
    except gym.error.Error as error:
        raise ValueError(f"env_id must name an environment registered with gym; got {env_id!r} ({error}).") from error


def _find(env_id: str, path: str) -> Any:
    """What `package.module:name` names."""
    module, _, name = path.partition(":")
    if not module or not name.isidentifier():
        raise ValueError(f"env_id must be {_FORMS}; got {env_id!r}.")
    found = getattr(_import(env_id, module), name, None)
    if not callable(found):
        kind = "nothing of that name" if found is None else f"an object of type {type(found).__name__}"
        raise ValueError(f"env_id {env_id!r} needs a function or class {name} in {module}; found {kind}.")
    return found


def _import(env_id: str, module: str) -> Any:
    try:
        return import_module(module)
    except Exception as error:  # the module's own code runs here
        cure = "check its spelling, and that it is installed or lies in the working directory"
        if isinstance(error, ModuleNotFoundError) and error.name in ("gym", "shimmy"):
            cure = "pip install 'ddpg-parity[legacy]'"
        raise ValueError(
            f"env_id {env_id!r} needs the module {module}, which cannot be imported ({_reason(error)}). "
            f"Usual cure: {cure}."
        ) from error


def _reason(error: Exception) -> str:
    """`KeyError: 'x'`, and nothing below the first line."""
    text = (str(error).splitlines() or [""])[0].rstrip(".")
    return type(error).__name__ + (f": {text}" if text else "")
