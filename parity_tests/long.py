"""Which tests `make test` leaves to `make test-long`: they take seconds, and a shorter one shows the same elsewhere."""

from collections import Counter
from collections.abc import Iterable

ALONE = (
    "test_bench_command.py::test_one_json_object",
    "test_bench_command.py::test_a_contender_that_fails",
    "test_bench_peers.py::test_a_peers_loop",
    "test_docs_pitfalls.py::test_lines_of_every_pitfall",
    "test_drop_in_loss_state.py::test_compiled_drop_in_has_the_bits_of_the_uncompiled_one[TD3Loss]",
    "test_drop_in_pipelines.py::test_collectors_in_two_other_processes",
    "test_drop_in_pipelines.py::test_environments_in_two_other_processes",
    "test_examples.py::test_an_example_runs_to_its_last_line[swap_the_loss]",
    "test_examples.py::test_an_example_runs_to_its_last_line[torchrl_parts",
    "test_faults.py::test_the_ladder_catches_a_fault",  # as `make faults` does, all of them
    "test_ladder.py::test_a_candidate_from_elsewhere_climbs",
    "test_ladder.py::test_the_ladder_stops_at_its_first_broken_rung[2]",
    "test_legacy_environments.py::test_training_on_an_old_environment_agrees_in_every_bit[gym",
    "test_presets_command.py::test_both_implementations_agree_on_a_preset_scaled_down[td3]",
    "test_probe_environments.py::test_both_implementations_find_the_known_value[chosen]",
    "test_probe_environments.py::test_both_implementations_find_the_known_value[observed]",
    "test_probe_environments.py::test_both_implementations_find_the_known_value[truncated-",
    "test_seeds_command.py::test_a_number_that_is_not_finite_ends_all_and_names_its_seed[1]",
    "test_seeds_command.py::test_an_interrupt_leaves_every_folder_whole[sigterm]",
    "test_suite.py::test_a_ladder_that_compared_nothing_fails_in_workers_too",
    "test_upstream.py::",  # as `make upstream` does, on TorchRL's own tests
)
"""Prefixes of tests' names."""

THINNED = {
    "test_adapters.py::test_a_run": 3,
    "test_combinations.py::test_variants_together_agree": 2,
    "test_combinations.py::test_variants_together_go_on": 4,
    "test_finite_differences_variants.py": 3,
    "test_fused.py": 2,
    "test_many.py": 2,
    "test_n_step_runs.py": 2,
    "test_oracle_variants.py": 3,
    "test_resume.py": 2,
    "test_swaps.py": 2,
    "test_trace_variants.py": 2,
    "test_variants.py": 2,
    "test_vector_files.py::test_a_case_made_again": 2,
    "test_vector_files.py::test_each_mistake_that_a_case_names": 3,
    "test_whole_run.py::test_whole_runs_agree": 2,
    "test_whole_run.py::test_one_ulp": 3,
}
"""Prefix -> of so many cases one stays, the first of them and so on in the order of collection."""


def long_ones(names: Iterable[str]) -> set[str]:
    """Those of the collected tests, by pytest's name for them, that are long."""
    seen: Counter[str] = Counter()
    found = set()
    for name in names:
        function, bracket, case = name.partition("[")  # a case may hold a slash
        test = function.rpartition("/")[2] + bracket + case
        prefix = next((prefix for prefix in THINNED if test.startswith(prefix)), None)
        if prefix is not None:
            found |= {name} if seen[function] % THINNED[prefix] else set()
            seen[function] += 1
        elif test.startswith(ALONE):
            found.add(name)
    return found
