"""Writes `vectors/cases/`: `python -m parity_tests.vectors`, or `make vectors`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from parity_tests.known_answers.answer import answer
from parity_tests.known_answers.cases import CASES, inputs_of_case
from parity_tests.known_answers.certificate import certified
from parity_tests.known_answers.digits import digits_by_quantity, tells_apart
from parity_tests.known_answers.files import FOLDER, as_floats, text_of

CERTIFIED = 13
"""Digits in which the oracle must agree with the certificate; fewer, and nothing is written."""


def document(name: str) -> str:
    """One case's file, computed anew.

    Raises:
        ValueError: the oracle and the certificate part.
    """
    spec, _ = CASES[name]
    inputs = inputs_of_case(name)
    exact = certified(inputs)
    expected = as_floats(exact)
    digits = digits_by_quantity(answer(inputs), expected)
    worst = min(digits, key=digits.__getitem__)
    if digits[worst] < CERTIFIED:
        raise ValueError(f"{name}: oracle and certificate agree in {digits[worst]:.1f} digits of {worst}")
    return text_of(name, spec, inputs, exact, tells_apart(inputs, expected))


def write(folder: Path) -> Iterator[str]:
    """Writes every case and removes what is none; yields each name."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in set(folder.glob("*.json")) - {folder / f"{name}.json" for name in CASES}:
        path.unlink()
    for name in CASES:
        (folder / f"{name}.json").write_text(document(name))
        yield name


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(f"parity_tests.vectors takes no arguments; got {' '.join(sys.argv[1:])}", file=sys.stderr)
        sys.exit(2)
    for written in write(FOLDER / "cases"):
        print(written, flush=True)
