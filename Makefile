# make run    sets everything up, polls the configured feeds and serves the browser
# make demo   the same over a small web of invented feeds on this machine: needs no internet
# make test   sets everything up, then lints, type-checks and runs every test
# make check  the fast part of it
# make soak   the long part: ten minutes and more; and properties with very many examples

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Compiled modules are kept whatever the environment says: a test starts a thousand processes, each of which would compile them anew.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run demo test check lint soak docs clean setup

run: setup
	@$(BIN)/seedwatch run --browse

demo: setup
	@$(BIN)/seedwatch demo

test: setup lint
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not soak"

check: setup lint
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow and not soak"

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

soak: setup
	$(BIN)/python -m pytest -m soak
	$(BIN)/python -m pytest -n 2 -m "hypothesis and not soak" --hypothesis-profile thorough

docs: setup
	$(BIN)/python -m docs.generate

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

setup: $(READY)
	@$(BIN)/python -m compileall -q config db monitor seeds

$(READY): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -e '.[alerts,browse,dev]'
	@touch $(READY)
