"""`make exercises`: the runs that are missing, the best possible returns, then page and figures."""

import sys
from pathlib import Path

from parity_tests.studies.exercises import best_return
from parity_tests.studies.exercises.build import PAGE, build
from parity_tests.studies.exercises.run import prepare
from parity_tests.studies.exercises.summaries import read_best
from parity_tests.studies.exercises.train import begin, run
from parity_tests.studies.exercises.variants import SEEDS

FOLDER = Path("docs/exercises")


def main(arguments):
    """Runs what is missing, then builds; 2 on bad input."""
    known = len(arguments) < 2 and all(word.isdecimal() and int(word) > 0 for word in arguments)
    if not known or not FOLDER.is_dir():
        print(f"exercises takes a number of processes or nothing, and writes to {FOLDER}/.", file=sys.stderr)
        return 2
    prepare()  # as in every run: the fingerprint tells
    try:
        begin(FOLDER / "versions.json")
    except ValueError as error:
        cure = "Remove its results to begin anew, or only build: python -m parity_tests.studies.exercises.build"
        print(f"{error} {cure}", file=sys.stderr)
        return 2
    run(FOLDER, processes=int(arguments[0]) if arguments else 2)
    if not best_return.PATH.is_file() or not {*SEEDS} <= {*read_best(best_return.PATH)}:
        best_return.main([])
    build(PAGE, FOLDER)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
