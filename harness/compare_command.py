"""`ddpg compare`, once its words are understood: which comparison it is, and what is printed of it."""

import json
import sys
from typing import Any

from harness import compare as lockstep
from harness import compare_traces as by_hash
from harness.arguments import Compare
from harness.console import print_comparison, print_hashes
from harness.early_end import too_few_episodes, warn
from harness.errors import InputError, complain
from harness.faults import put_in
from harness.files import refuse_used, write_json
from harness.implementations import Impl
from harness.sides import Side, read_sides
from harness.sources import numerics_warning, open_sources
from harness.train import space_for
from reference.state import Space


def compare(command: Compare) -> int:
    """Runs what there is to run, and prints; 0: all is the same, 1: something differs."""
    sides = read_sides(command.sides)
    impls: list[Impl] = [side for side in sides if isinstance(side, str)]
    if impls and command.config.device != "cpu":
        raise InputError(
            f"device must be cpu for compare, where equal bits are promised; got {command.config.device!r}."
        )
    if command.out is not None:
        refuse_used(command.out)
    if command.fault is not None:
        words = f"Fault {command.fault}: {put_in(command.fault)}"
        print(words, file=sys.stderr if command.json else sys.stdout, flush=True)
    space = space_for(command.config, *impls) if impls else None
    warn(too_few_episodes(command.config, space.steps_per_episode) if space else None)
    with lockstep.reported(command.out, lockstep.folder_names(impls)):
        if len(impls) == 2:
            assert space is not None
            answer = _in_lockstep(command, (impls[0], impls[1]), space)
        else:
            answer = _by_hash(command, sides, space)
    if command.fault is not None:
        answer["fault"] = command.fault
    if command.out is not None:
        command.out.mkdir(parents=True, exist_ok=True)
        write_json(command.out / "compare.json", answer)
    _print_end(command, answer)
    return 0 if answer["equal"] else 1


def _in_lockstep(command: Compare, sides: tuple[Impl, Impl], space: Space) -> dict[str, Any]:
    comparison = lockstep.compare(command.config, space, command.out, sides)
    if not command.json:
        print_comparison(sides, comparison.quantities, comparison.elements, comparison.difference)
    return lockstep.as_json(comparison, command.config)


def _by_hash(command: Compare, sides: tuple[Side, Side], space: Space | None) -> dict[str, Any]:
    left, right = open_sources(sides, command.config, space, command.out)
    warning = numerics_warning(left, right)
    if warning is not None:
        complain(f"warning: {warning}")
    comparison = by_hash.compare_sources(left, right)
    if not command.json:
        print_hashes(comparison.sides, comparison.compared, comparison.difference)
        for side, lacking in comparison.lacking.items():
            if lacking:
                print(f"Not compared, since {side} does not offer it: {', '.join(lacking)}.")
    return by_hash.as_json(comparison, command.config)


def _print_end(command: Compare, answer: dict[str, Any]) -> None:
    """The last lines, or the one JSON object."""
    if command.json:
        print(json.dumps(answer))
        return
    agrees = "Every hash agrees." if "sides" in answer else "Every bit agrees."
    print(agrees if answer["equal"] else f"First difference: {answer['difference']}")
    if command.fault is not None and answer["equal"]:
        print("The fault did not show in this run.")
    if command.out is not None and (command.out / "report.html").is_file():
        print(f"Report: {command.out / 'report.html'}")
