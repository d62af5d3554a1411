"""Page and figures from the CSV files, without training: `python -m parity_tests.studies.exercises.build`."""

import sys
from pathlib import Path

from parity_tests.studies.exercises.panels import EXERCISES, panels
from parity_tests.studies.exercises.plotly_figure import fragment
from parity_tests.studies.exercises.readings import reading
from parity_tests.studies.exercises.still_figure import picture
from parity_tests.studies.exercises.summaries import load
from parity_tests.studies.exercises.tables import setting, table
from parity_tests.studies.page import write_between_markers

PAGE = Path("docs/exercises.md")


def files(study):
    """Name -> text of every figure."""
    drawn = {name: panels(study, variants) for name, variants in EXERCISES.items()}
    pictures = {f"{name}.svg": picture(shown) for name, shown in drawn.items()}
    return {**pictures, **{f"{name}.html": fragment(name, shown) for name, shown in drawn.items()}}


def measured(study):
    """Marker -> what stands between the page's markers of that name."""
    exercises = {
        name: f"{table(study, variants)}\n\n{reading(study, variants)}" for name, variants in EXERCISES.items()
    }
    return {"setting": setting(study), **exercises}


def build(page, folder):
    """Writes all of it.

    Raises:
        ValueError: there is no seed that every variant has finished, or the page lacks a marker.
    """
    study = load(folder)
    for name, text in files(study).items():
        (folder / name).write_text(text)
    for name, text in measured(study).items():
        write_between_markers(page, text, name)


def main(arguments):
    """Builds; 2 on bad input."""
    if arguments or not PAGE.is_file():
        print(f"build takes no arguments, and writes {PAGE} of the repository's root.", file=sys.stderr)
        return 2
    try:
        build(PAGE, PAGE.with_suffix(""))
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
