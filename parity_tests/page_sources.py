"""Counts and measurements that README.md and hand-written pages repeat, from where they stand, spelt as on a page."""

import json
import re
import struct
import tomllib
from inspect import signature
from statistics import mean

import numpy as np

from parity_tests.page_blocks import DOCS, ROOT

WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
    *(
        "twenty",
        *(f"twenty-{last}" for last in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")),
    ),
)
"""Of each number, its word."""


def rows() -> list[dict]:
    """The runs of `make pred-value`."""
    return [json.loads(line) for line in (DOCS / "upstream" / "pred_value.jsonl").read_text().splitlines()]


def returns(loss: str, *batch_sizes: int) -> list[float]:
    """Final returns on InvertedPendulum-v5."""
    found = [row for row in rows() if row["env_id"] == "InvertedPendulum-v5" and row["loss"] == loss]
    return [row["evaluation_return"] for row in found if not batch_sizes or row["batch_size"] in batch_sizes]


def returns_of_both_sums() -> tuple[str, ...]:
    """How many with the recipe's sum, and the best of them; how many with the right one, the worst and the best."""
    recipe, right = returns("recipe"), returns("right")
    return str(len(recipe)), f"{max(recipe):.0f}", str(len(right)), f"{min(right):.0f}", f"{max(right):,.0f}"


def recipe_row(batch_size: int) -> tuple[str, str, str]:
    """README's row of a batch size: both sums' returns, and Q - y by the recipe's."""
    right, recipe = (", ".join(f"{value:.0f}" for value in returns(loss, batch_size)) for loss in ("right", "recipe"))
    same = [row for row in rows() if (row["batch_size"], row["loss"]) == (batch_size, "recipe")]
    shift = mean(row["value_minus_target"] for row in same if row["env_id"] == "InvertedPendulum-v5")
    return right, recipe, f"{shift:.2f}"


def recipe_steps() -> tuple[str]:
    held = json.loads((DOCS / "upstream" / "pred_value.versions.json").read_text())
    return (f"{held['steps']['InvertedPendulum-v5']:,}",)


def values_on_pendulum() -> tuple[str, str]:
    """The recipe's Q over the last updates, with batches of 128: nearest to 0, and furthest."""
    found = [row for row in rows() if (row["env_id"], row["batch_size"], row["loss"]) == ("Pendulum-v1", 128, "recipe")]
    values = [row["value"] for row in found]
    return f"{max(values):,.0f}", f"{min(values):,.0f}"


def slope_of_the_last_bias() -> tuple[str, str]:
    """Of one case's batch of 128: with the sum of Q added, whose slope is one for each row, and without."""
    from parity_tests.cases import CASES, build
    from reference.update import critic_gradient

    material = build(CASES["f32-b128-mixed"])
    grads, *_ = critic_gradient(material.state, material.batch, material.space, material.config)
    right = grads["4.bias"].item()
    return f"{right + material.config.batch_size:.2f}", f"{right:.2f}"


def faults_caught() -> tuple[str, str, str]:
    """By TorchRL's tests, of how many, and by ours, as the table says."""
    text = (DOCS / "upstream_faults.md").read_text()
    return re.search(r"TorchRL's tests catch (\d+) of (\d+), ours (\d+)\.", text).groups()


def seeded_faults(beginning: str = "") -> tuple[str]:
    from parity_tests.faults.all_faults import FAULTS

    return (str(sum(fault.file.startswith(beginning) for fault in FAULTS.values())),)


def pinned(package: str) -> tuple[str]:
    return (re.search(rf"^{package}==([\d.]+)", (ROOT / "constraints.txt").read_text(), re.M)[1],)


def python_version() -> tuple[str]:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    return (re.search(r"\d+\.\d+", wanted)[0],)


def adams_defaults() -> tuple[str, str, str]:
    from reference.optim import adam

    given = {name: parameter.default for name, parameter in signature(adam).parameters.items()}
    return (*map(str, given["betas"]), np.format_float_scientific(given["eps"], trim="-", exp_digits=1))


def closeness() -> tuple[str]:
    from parity_tests.closeness import ALLOWED

    return (f"{ALLOWED:g}",)


def whole_runs() -> tuple[str, str]:
    """How many the suite has, and their lengths: most are cut shorter than `runs.short` makes them."""
    from parity_tests.runs import RUNS, short

    test = (ROOT / "parity_tests" / "test_whole_run.py").read_text()
    cut = re.search(r"short\(name, total_steps=(\d+), ", test)[1]
    return WORDS[len(RUNS)], f"{cut} or {short('pendulum').total_steps}"


def pages_upstream(less: int) -> tuple[str]:
    from parity_tests.upstream_pages import PAGES

    return (WORDS[len(PAGES) - less],)


def oldest_release() -> tuple[str]:
    table = (DOCS / "torchrl_versions.md").read_text()
    return (re.search(r"^\| rung \| ([\d.]+) \|", table, re.M)[1],)


def digits_of_known_answers() -> tuple[str]:
    return (re.search(r"computed at (\d+) digits", (ROOT / "vectors" / "README.md").read_text())[1],)


def swapped_runs() -> tuple[str, ...]:
    """Of the two tables of docs/swaps.md, which `make swaps` writes."""
    text = (DOCS / "swaps.md").read_text()
    return tuple(re.search(rf"^{name}: (\d+) fillings of", text, re.M)[1] for name in ("DDPG", "TD3"))


def end_of_the_recipes_noise() -> tuple[str]:
    """From 1 to 0.1 in a million float32 steps, each of which takes off the same rounded share."""
    steps = 1_000_000
    share = np.full(steps, -np.float32(0.9 / steps), dtype=np.float32)
    share[0] += np.float32(1.0)
    return (f"{np.cumsum(share, dtype=np.float32)[-1]:.4f}",)


def interval_and_resamples() -> tuple[str, str]:
    from parity_tests.studies.exercises.bootstrap import RESAMPLES, interval

    return re.search(r"(\d+) %", interval.__doc__)[1], f"{RESAMPLES:,}"


def gamma_error() -> tuple[str]:
    """Of 0.99 in float32, to one digit."""
    error = abs(struct.unpack("f", struct.pack("f", 0.99))[0] - 0.99)
    return (f"1e{round(np.log10(error))}",)
