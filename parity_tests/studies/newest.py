"""The whole suite on TorchRL's newest nightly, beside the torch that is installed; part of `make test-lowest`."""

import subprocess
import sys

from parity_tests.studies.torchrl_matrix import overlay


def main(words: list[str]) -> int:
    """Runs pytest with these words; its exit status."""
    # A nightly may warn of what it deprecates, and its known differences are those of a later release.
    pytest = [sys.executable, "-m", "pytest", "-W", "ignore", *words]
    return subprocess.run(pytest, env=overlay("nightly")).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
