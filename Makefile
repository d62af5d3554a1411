# Each target makes .venv first if it is missing, or if what it should hold has changed.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
PEERS := .venv-peers/bin
LOWEST := .venv-lowest/bin
XDIST ?= 2

.PHONY: demo test test-long ladder faults lint parity-full parity-all presets exercises swaps upstream drop-in-speed vectors conformance torchrl-matrix \
	known-differences pred-value upstream-faults upstream-patches bench bench-peers fuzz kills soak wheel-test test-lowest docs browser notebook sweeps clean
.DELETE_ON_ERROR:

demo: .venv/installed  ## the notebook's fast run on both sides, compared, with its report
	rm -rf runs/demo
	$(BIN)/ddpg compare --out runs/demo

test: .venv/installed  ## the suite, but for what parity_tests/long.py names
	$(BIN)/python -m pytest -n $(XDIST) --dist worksteal -m "not long"

test-long: .venv/installed  ## the rest of the suite
	$(BIN)/python -m pytest -n $(XDIST) --dist worksteal -m long

ladder: .venv/installed  ## the tests that stand on a rung, and no others
	$(BIN)/python -m pytest --ladder -n $(XDIST) --dist worksteal

faults: .venv/installed  ## each seeded fault against the ladder
	$(BIN)/python -m parity_tests.faults.run

lint: .venv/installed  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# -E: pages are made of code, whose changes Sphinx does not see, and it takes a page that failed for read.
docs: .venv/installed  ## the site, docs/_build/html/index.html; readable offline
	$(BIN)/python -m sphinx -q -E -W --keep-going -b html docs docs/_build/html

notebook: .venv/installed  ## docs/ddpg.ipynb, run at full length; some minutes, or some seconds with FAST=1
	$(BIN)/python docs/_ext/notebook_run.py docs/ddpg.py

browser: docs  ## the site and a report, opened in Chromium, where that is installed
	$(BIN)/python -m pytest -rs parity_tests/browser

parity-full: .venv/installed  ## every whole-run comparison at full length
	$(BIN)/python -m parity_tests.full

parity-all: .venv/installed  ## every combination of variants; goes on where it was broken off
	$(BIN)/python -m parity_tests.parity_all

presets: .venv/installed  ## docs/presets.md, written anew from the presets
	$(BIN)/python -m harness.presets_page

exercises: .venv/installed  ## the notebook's exercises: runs that are missing, tables, figures
	$(BIN)/python -m parity_tests.studies.exercises

sweeps: .venv/installed  ## what each hyperparameter does: runs that are missing, tables, figures
	$(BIN)/python -m parity_tests.studies.sweeps

swaps: .venv/installed  ## every slot of both loops, filled from either side: 96 runs, compared
	$(BIN)/python -m parity_tests.swaps --write docs/swaps.md

upstream: .venv/installed  ## TorchRL's own tests, with its classes and with the drop-ins in their place
	$(BIN)/python -m parity_tests.upstream.run $(PYTORCH_RL)

drop-in-speed: .venv/installed  ## each drop-in's time over that of the class it replaces
	$(BIN)/python -m parity_tests.studies.drop_in_speed

vectors: .venv/installed  ## write the known answers anew; the files do not change
	$(BIN)/python -m parity_tests.vectors

known-differences: .venv/installed  ## where TorchRL does what one would not expect
	$(BIN)/python -m parity_tests.known_differences

torchrl-matrix: .venv/installed  ## the ladder over several releases of TorchRL
	$(BIN)/python -m parity_tests.studies.torchrl_matrix

pred-value: .venv/installed  ## what TorchRL's recipe does to training; goes on where it was broken off
	$(BIN)/python -m parity_tests.studies.pred_value

upstream-patches: .venv/installed  ## the tests that docs/upstream proposes, on a patched copy of TorchRL
	$(BIN)/python -m parity_tests.studies.upstream_patches

upstream-faults: .venv/installed  ## TorchRL's own tests and ours on the same twenty faults
	$(BIN)/python -m parity_tests.studies.upstream_faults $(PYTORCH_RL)

conformance: .venv-peers/installed  ## other libraries on the ladder, and one trained
	$(PEERS)/python -m parity_tests.conformance --write
	$(PEERS)/python examples/train_stable_baselines3.py --total-steps 2500
	$(PEERS)/python -m pytest -q parity_tests/test_peers.py parity_tests/test_bench_peers.py

bench: .venv/installed  ## both implementations, timed in turns against a floor
	$(BIN)/ddpg bench

bench-peers: .venv-peers/installed  ## other libraries timed in turns with ours; CLEANRL=path of its script adds it
	$(PEERS)/ddpg bench --peers --threads 1 2 $(if $(CLEANRL),--cleanrl $(CLEANRL))

fuzz: .venv/installed  ## 10,000 damaged run folders, checkpoints, logs and traces, and what each command makes of them
	$(BIN)/python -m parity_tests.studies.fuzz

kills: .venv/installed  ## 50 runs killed with SIGKILL, resumed, and compared with runs that never stopped
	$(BIN)/python -m parity_tests.studies.kills --write

soak: .venv/installed  ## 200,000 steps of both sides in lockstep: equality, memory, speed; an hour or two
	rm -f runs/soak.jsonl
	$(BIN)/python -m parity_tests.studies.soak --write

wheel-test: .venv/installed  ## wheel and sdist, each installed apart, and the suite run outside the repository
	$(BIN)/python -m parity_tests.studies.distributions

test-lowest: .venv-lowest/installed .venv/installed  ## the suite on the lowest versions allowed, then on TorchRL's newest
	$(LOWEST)/python -m pytest -n $(XDIST) --dist worksteal -m "not long"
	$(BIN)/python -m parity_tests.studies.newest -n $(XDIST) --dist worksteal -m "not long"

.venv/installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -c constraints.txt -e '.[mujoco,dev]'
	touch $@

.venv-peers/installed: pyproject.toml constraints-peers.txt
	test -x $(PEERS)/python || $(PYTHON) -m venv .venv-peers
	$(PEERS)/python -m pip install -c constraints-peers.txt -e '.[parity,peers]'
	touch $@

.venv-lowest/installed: pyproject.toml constraints.txt .venv/installed
	test -x $(LOWEST)/python || $(PYTHON) -m venv .venv-lowest
	$(BIN)/python -m parity_tests.studies.lowest > .venv-lowest/constraints.txt
	$(LOWEST)/python -m pip install -c .venv-lowest/constraints.txt -e '.[mujoco,legacy,parity]'
	touch $@

clean:
	rm -rf .venv .venv-peers .venv-lowest .venv-build .venv-wheel .venv-sdist .torchrl dist runs
