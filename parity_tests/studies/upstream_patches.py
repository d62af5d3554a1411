"""`python -m parity_tests.studies.upstream_patches`: do the tests proposed to TorchRL pass with the patches?

Copies the installed TorchRL, applies the patch of every page of `docs/upstream/` and runs every page's test on
the copy. Needs git, for `git apply`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from importlib.util import find_spec
from pathlib import Path

from parity_tests.upstream_pages import PAGES, read, the_test


def patched_copy(folder):
    """Copies the installed package into `folder` and applies every patch to it."""
    installed = Path(find_spec("torchrl").origin).parent
    shutil.copytree(installed, Path(folder) / "torchrl", ignore=shutil.ignore_patterns("__pycache__"))
    for page in PAGES:
        # The installed package has no recipes: a patch to one is left out.
        command = ["git", "apply", "--include=torchrl/*", "-"]
        subprocess.run(command, cwd=folder, input=read(page).patch, text=True, check=True)


def run_tests():
    """Runs every page's test on the TorchRL that is imported here; 1 if one fails."""
    import torchrl.objectives

    warnings.simplefilter("ignore")  # here, since importing torchrl sets filters of its own
    failed = 0
    for page in PAGES:
        try:
            the_test(page)()
        except AssertionError:
            failed += 1
            print(f"{page.stem}: fails")
        else:
            print(f"{page.stem}: passes")
    print(f"{failed} of {len(PAGES)} fail on {torchrl.__file__}")
    return 1 if failed else 0


def main(arguments):
    """Runs the tests on a patched copy, in a process of its own; 0 if all pass."""
    if arguments == ["--here"]:
        return run_tests()
    if arguments or not PAGES:
        print("upstream_patches takes no arguments, and needs the pages of docs/upstream/.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        patched_copy(folder)
        environment = {**os.environ, "PYTHONPATH": folder}
        return subprocess.run([sys.executable, "-m", __spec__.name, "--here"], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
