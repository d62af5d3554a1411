"""Code that a file names, as `env_id` may, is imported only where the command line names it, too."""

import shlex
from collections.abc import Iterable
from pathlib import Path

from harness.errors import InputError


def names_code(env_id: str) -> bool:
    """Whether making the environment imports what `env_id` names: `module:Id`, `gym:module:Id`, `factory=...`."""
    return ":" in env_id.removeprefix("gym:") or env_id.startswith("factory=")


def refuse_unnamed(env_id: str, named: str | None, file: Path) -> None:
    """Lets pass what imports nothing, and what was named on the command line, too.

    Args:
        env_id: the file's.
        named: `--env-id`; None: not given.
        file: where `env_id` stands, for the message.

    Raises:
        InputError: the file names code and the command line does not, or the two name different environments.
    """
    if named is not None and named != env_id:
        raise InputError(f"env_id must be {env_id!r}, as in {file}; got {named!r}. Leave it out.")
    if named is None and names_code(env_id):
        raise InputError(
            f"{file} names code to import, which runs only if you name it, too: --env-id {shlex.quote(env_id)}"
        )


def named_in(words: Iterable[str], env_id: str) -> bool:
    """Whether the command line's words name it, as a word of its own or behind `=`."""
    return any(word == env_id or word.endswith(f"={env_id}") for word in words)


def option(env_id: str) -> str:
    """What `ddpg resume` and `ddpg evaluate` need beside the folder: nothing, or ` --env-id ...`."""
    return f" --env-id {shlex.quote(env_id)}" if names_code(env_id) else ""
