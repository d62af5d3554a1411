"""What README.md and hand-written pages say was counted or measured, and what says so."""

from collections.abc import Callable
from typing import NamedTuple

from parity_tests import page_sources as sources


class Claim(NamedTuple):
    """A pattern, on one page or several, and what its groups must be."""

    pages: str  # from the root, with * for any
    pattern: str
    source: Callable[[], tuple]


CLAIMS = [
    Claim(
        "README.md",
        r"catch \[(\d+) of (\d+)\]\(docs/upstream_faults.md\)[^;]*; these catch (?:all )?(\d+)",
        sources.faults_caught,
    ),
    Claim("README.md", r"\*\*: (\d+) seeded faults", sources.seeded_faults),
    Claim("docs/faults.md", r"\n(\d+) of (\d+) faults, of", lambda: sources.seeded_faults() * 2),
    Claim("README.md", r"Python (\d+\.\d+), pip", sources.python_version),
    Claim("README.md", r"torch ([\d.]+\d)", lambda: sources.pinned("torch")),
    Claim("README.md", r"torchrl ([\d.]+\d)", lambda: sources.pinned("torchrl")),
    Claim("README.md", r"InvertedPendulum-v5, ([\d,]+) steps", sources.recipe_steps),
    Claim("README.md", r"\| 32 \| ([\d, ]+) \| ([\d, ]+) \| (\S+) \|", lambda: sources.recipe_row(32)),
    Claim("README.md", r"\| 128 \| ([\d, ]+) \| ([\d, ]+) \| (\S+) \|", lambda: sources.recipe_row(128)),
    Claim("README.md", r"\| 256 \| ([\d, ]+) \| ([\d, ]+) \| (\S+) \|", lambda: sources.recipe_row(256)),
    Claim(
        "*", r"B = 128, the gradient of the critic's last bias is (\S+) where (\S+) is", sources.slope_of_the_last_bias
    ),
    Claim(
        "*", r"last bias has a slope of (\S+) where (\S+) is right, at a batch of 128", sources.slope_of_the_last_bias
    ),
    Claim(
        "README.md", r"\[(\w+) more\]\(docs/upstream/README.md\)", lambda: (sources.pages_upstream(1)[0].capitalize(),)
    ),
    Claim("README.md", r"([\w-]+) runs of (\d+(?: or \d+)?) steps", sources.whole_runs),
    Claim("README.md", r"certified at (\d+) digits", sources.digits_of_known_answers),
    Claim("README.md", r"\(docs/torchrl_versions.md\) ([\d.]+) to the nightly", sources.oldest_release),
    Claim("*", r"to (1e-\d+) in float64", sources.closeness),
    Claim("*", r"float64,? (?:to|at most) (1e-\d+) of", sources.closeness),
    Claim("docs/candidates.md", r"Betas are (\S+) and (\S+), epsilon is (\S+?)\.\s", sources.adams_defaults),
    Claim("docs/fused.md", r"\[(\d+) of the seeded faults\]", lambda: sources.seeded_faults("reference/fused")),
    Claim("docs/noise.md", r"anneals over 1,000,000 steps, and ends at (\S+)", sources.end_of_the_recipes_noise),
    Claim(
        "docs/exercises.md", r"are (\d+) % percentile .* over seeds, (\S+) resamples", sources.interval_and_resamples
    ),
    Claim("docs/swap.md", r"That is (\d+) runs of DDPG and (\d+) of TD3", sources.swapped_runs),
    Claim("docs/upstream/gamma_float32.md", r"is off by about (\S+) of", sources.gamma_error),
    Claim(
        "docs/upstream/pred_value.md",
        r"all (\d+) runs with the recipe's sum end at a return of (\d+), "
        r"the (\d+) with the right sum at (\S+) to (\S+?)\.\s",
        sources.returns_of_both_sums,
    ),
    Claim("docs/upstream/pred_value.md", r"batches of 128 it averages (\S+) to (\S+) over", sources.values_on_pendulum),
]
"""Each claim of a sentence that is not generated, and what says so."""

CHECKED_ELSEWHERE = {
    "docs/derivation.md": "test_by_hand.py and test_oracle.py hold its digits against the oracle and both sides",
    "docs/faults.md": "python -m parity_tests.faults.run --write makes it whole; here its count is looked at",
    "docs/presets.md": "python -m harness.presets_page makes it whole; test_presets.py compares",
    "docs/speed.md": "python -m harness.bench.speed_page makes it whole from what ddpg bench measured",
    "docs/sweeps/*.md": "test_docs_hyperparameters.py holds these tables against the kept runs",
    "docs/checkpoints.md": "a table of times on one machine: python -m parity_tests.studies.checkpoint_cost prints it",
}
"""Pages whose numbers are not looked at here, and why."""

KEPT = {
    "docs/conformance.md": (
        r"came to a mean return of -143\.8; .* to -144\.2",
        "one run of each command in the sentence",
    ),
    "docs/shadow.md": (
        r"128 of 128 elements differ, largest 1\.000e\+00",
        "test_shadow_catches.py makes the message, of 12 rows",
    ),
    "docs/soak.md": (r"grew by less than 1 %", "a limit: test_soak.py finds 0.99 % good and 1.01 % not"),
    "docs/traces.md": (r"takes 0\.285 MB, .* takes 5\.4 MB", "test_docs_numbers.py records and weighs"),
    "README.md": (r"before 0\.26|batch \| the right|at B = 128", "a release of gym; what the batch is"),
    "docs/rewrites.md": (
        r"Among 20 seeds; among 20 twins of seed 0 and 10 of seed 1|the 95 % interval|the same 200 states",
        "how many runs the study makes, and how it draws: parity_tests/studies/one_bit",
    ),
    "docs/pitfalls.md": (r"the weight of the target, 0\.995", "a default of other libraries, quoted"),
    "docs/hyperparameters.md": (r"intervals are 95 %", "how they are drawn: parity_tests/studies/sweeps"),
}
"""Page -> a sentence that is covered otherwise, and how."""
