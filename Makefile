# What can be done with the project. Each target sets up what it needs; bare `make` lists them.
#
# The program runs from the checkout, so nothing of ours is installed and no build tool is needed:
# the virtual environment holds the pinned packages and no more.

PYTHON ?= python3.14 python3.13 python3.12 python3.11 python3
ARGS ?=
LOCK_FLAGS ?=
UV_VERSION := 0.13.9

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
# The locks are complete, so pip resolves nothing: asked to, it takes `coverage[toml]`, which the lock
# pins as `coverage`, for something unpinned as soon as there is a newer one, and stops.
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps

.DEFAULT_GOAL := help
.PHONY: help demo play test check coverage fix bench crash mutate lock clean

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(RUNTIME) ## try it in the browser: a phone, the staff group, the mail inbox, a clock
	@$(BIN)/python -m bot demo $(ARGS)

play: $(RUNTIME) ## tell one whole story in the terminal, and check that each step truly happens
	@$(BIN)/python -m bot play $(ARGS)

test: $(DEV) ## run the quick tests (ARGS="-k poster" picks some)
	@$(BIN)/python -m pytest -n auto -m "not slow" $(ARGS)

check: $(DEV) ## run what CI runs: format, lint, types, architecture, every test
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m pytest -n auto $(ARGS)

# Apart from check: tracing makes the tests take two and a half times as long.
coverage: $(DEV) ## find lines and branches of the rules, the desk and the storage that no test runs
	$(BIN)/python -m pytest -n auto --cov --cov-report=term-missing:skip-covered \
		--cov-fail-under=95 $(ARGS)

fix: $(DEV) ## format the code and correct what the linter can
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: $(DEV) ## measure speed, one line of figures for each measure
	@$(BIN)/python -m tests.benchmarks $(ARGS)

crash: $(DEV) ## kill the program again and again, and check that nothing is lost
	@$(BIN)/python -m tests.crash $(ARGS)

mutate: $(DEV) ## change the rules one by one and see that a test fails (ARGS="core.events*" picks some)
	@nice $(BIN)/mutmut run $(ARGS)
	@$(BIN)/mutmut results | sed '/: not checked$$/d'

lock: $(BIN)/python ## pin the packages pyproject.toml asks for (LOCK_FLAGS=--upgrade: the newest)
	@$(BIN)/python -m venv $(VENV)/lock
	@$(VENV)/lock/bin/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@$(call compile,requirements-dev.lock,--extra dev)
	@$(call compile,requirements.lock,--constraint requirements-dev.lock)

clean: ## remove the virtual environment and caches; the data in var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis \
		.coverage .coverage.* htmlcov mutants dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The locks are for every platform and Python from 3.11 on, and name packages and hashes alone:
# where packages come from is the machine's business (pip's own configuration).
define compile
$(VENV)/lock/bin/uv pip compile --quiet --system-certs --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
	$(2) $(LOCK_FLAGS) --output-file $(1) pyproject.toml
endef

$(RUNTIME): requirements.lock | $(BIN)/python
	@echo "Installing the packages of $<, which can take a minute."
	@$(PIP_INSTALL) -r $<
	@touch $@

$(DEV): requirements-dev.lock | $(BIN)/python
	@echo "Installing the packages of $<, which can take two minutes."
	@$(PIP_INSTALL) -r $<
	@touch $@

# A python3.x in PATH may be a stub of a version manager, or lack venv as Debian's does without
# python3-venv, so each is asked whether it can do the work.
$(BIN)/python:
	@for candidate in $(PYTHON); do \
		if $$candidate -c 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))' \
			2>/dev/null; then \
			exec $$candidate -m venv --clear $(VENV); \
		fi; \
	done; \
	echo "This needs Python 3.11 or newer with its venv module (on Debian: apt install" \
		"python3-venv). Tried: $(PYTHON). To name another: make PYTHON=/path/to/python3" >&2; \
	exit 1
