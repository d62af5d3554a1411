"""A process that meets one condition: `python -m parity_tests.conditions.child NAME FIELDS`; digests on its output."""

import json
import multiprocessing
import sys
from collections.abc import Iterable
from typing import Any

from harness.process import prepare_process
from parity_tests.conditions import disturbances
from parity_tests.conditions.digests import SIDES, Digests, digests
from parity_tests.conditions.listed import CONDITIONS
from reference.config import Config


def meet(disturbance: str, fields: dict[str, Any], sides: Iterable[str] = SIDES) -> dict[str, Digests]:
    """The run of each side under one disturbance."""
    # JSON has no tuples.
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
    config, disturb = Config(**values), getattr(disturbances, disturbance)
    return {side: disturb(lambda between, side=side: digests(side, config, between)) for side in sides}


def meet_prepared(disturbance: str, fields: dict[str, Any], pipe: Any) -> None:
    """A grandchild's whole life."""
    prepare_process()
    pipe.send(meet(disturbance, fields))


def in_a_process(start: str, disturbance: str, fields: dict[str, Any]) -> dict[str, Digests]:
    """The same in a process that this one spawns or forks."""
    context = multiprocessing.get_context(start)
    disturbances.after_other_work(lambda between: None)
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=meet_prepared, args=(disturbance, fields, there))
    process.start()
    there.close()
    try:
        return here.recv()
    finally:
        process.join()


def main(name: str, fields: str) -> None:
    """Prepares the process as `ddpg` does, and answers with a line of JSON."""
    condition, chosen = CONDITIONS[name], json.loads(fields)
    prepare_process()
    if condition.start == "plain":
        found = meet(condition.disturbance, chosen)
    else:
        found = in_a_process(condition.start, condition.disturbance, chosen)
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
