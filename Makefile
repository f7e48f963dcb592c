# Everything a contributor runs. `make` alone lists it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# The interpreter that .venv is made with, what pytest is given, how many tests run at once.
PYTHON ?= python3
ARGS ?=
JOBS ?= 3
export PYTHON

# Where the demo shop is served, and where it keeps its data.
PORT ?= 8000
DEMO_DIR ?= demo-data

BIN := .venv/bin
PLUGIN_PACKAGES := $(sort $(patsubst %/__init__.py,%,$(wildcard plugins/*/growthcore_*/__init__.py)))

.PHONY: help install system-packages bench-packages demo test check lint types imports bench docs format translations pins clean

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: ## Create .venv and install the core, every plugin and the tools into it
	@tools/install.sh

system-packages: ## Install the browser and the fonts that the tests need (apt)
	@tools/system-packages.sh

# What the tests need besides is left for make test, so that a fresh checkout is quick to try.
demo: ## Run a demo shop on http://127.0.0.1:8000; make demo PORT=8100 DEMO_DIR=folder
	@EXTRAS= tools/install.sh
	@$(BIN)/growthcore demo --port $(PORT) --data-dir "$(DEMO_DIR)"

test: system-packages install ## Run the tests, warnings as errors; make test ARGS="-k name"
	$(BIN)/python -m pytest -n $(JOBS) $(ARGS)

check: lint types imports ## Lint, formatting, types, import rules; with make -k all of them

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy growthcore $(PLUGIN_PACKAGES)

imports: install
	$(BIN)/lint-imports

bench-packages: ## Install what benchmarks measure with (apt: wrk, Postfix's smtp-source and smtp-sink)
	@tools/system-packages.sh bench

bench: bench-packages install ## Measure against bare baselines in the same run; make bench ARGS="segments"
	$(BIN)/python -m benchmarks $(ARGS)

docs: install ## Write docs/reference from the code
	$(BIN)/python tools/reference.py

format: install ## Rewrite the code to the house format and mend what the linter can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

translations: install ## Bring the English of the admin up to date with its Korean pages
	@tools/translations.sh

pins: ## Resolve all requirements anew and rewrite constraints.txt
	@tools/pin.sh

clean: ## Remove .venv, caches and build leftovers
	rm -rf .venv .venv.lock build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +
	find . -maxdepth 3 -name '*.egg-info' -prune -exec rm -rf {} +
