# Each target makes .venv first if it is missing, or if what it should hold has changed.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
XDIST ?= 2

.PHONY: demo test lint parity-full clean
.DELETE_ON_ERROR:

demo: .venv/installed  ## the notebook's fast run on both sides, compared, with its report
	rm -rf runs/demo
	$(BIN)/ddpg compare --out runs/demo

test: .venv/installed  ## the parity suite
	$(BIN)/python -m pytest -n $(XDIST) --dist worksteal

lint: .venv/installed  ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

parity-full: .venv/installed  ## every whole-run comparison at full length
	$(BIN)/python -m parity_tests.full

.venv/installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -c constraints.txt -e '.[mujoco,dev]'
	touch $@

clean:
	rm -rf .venv runs
