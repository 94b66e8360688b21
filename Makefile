# What one does here, one command a target; `make` alone lists them.
#
#   make PYTHON=python3.12 test        another Python for a new .venv
#   make test PYTEST="tests/spec -x"   arguments for pytest

PYTHON ?= python3
VENV ?= .venv
STUDY ?= coordconv/classification
PYTEST ?= -n 2

BIN := $(VENV)/bin
# These say that .venv holds what pyproject.toml and constraints.txt ask for, so that nothing is installed twice.
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.PHONY: help replicate test lint install bench readme reference clean

help:  ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

replicate: $(INSTALLED)  ## Run the CoordConv paper's first experiment, judge its claims, write the report (minutes; STUDY=coordconv: all)
	@# Exit code 1 says that a run diverged: a result to judge like any other.
	$(BIN)/specit run $(STUDY) --tier quick --store runs || test $$? -eq 1
	@echo
	$(BIN)/specit report $(STUDY) --store runs

test: lint  ## Check everything: format, lint, types, import contracts, tests
	$(BIN)/python -m pytest $(PYTEST)

lint: $(INSTALLED_DEV)  ## Check all but the tests: format, lint, types, import contracts
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

install: $(INSTALLED_DEV)  ## Make .venv and install SpecIt and its development tools into it

bench: $(INSTALLED)  ## Time a training step against a straightforward port, and the layers against plain ones (minutes)
	$(BIN)/python -m benchmarks.study
	$(BIN)/python -m benchmarks.generative
	$(BIN)/python -m benchmarks.layer

readme: $(INSTALLED)  ## Write the verdict tables of README.md and docs/study/ from the committed results/
	$(BIN)/specit report coordconv --store results --to summary --output README.md
	$(BIN)/specit report coordconv --store results --to markdown --output docs/study/README.md

reference: $(INSTALLED)  ## Write docs/reference, the words of the spec language, from the code
	$(BIN)/python -m docs.reference --write

clean:  ## Remove caches and build folders; .venv, runs and reports stay
	rm -rf build dist src/*.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "SpecIt needs Python 3.11 or later, and '$(PYTHON)' is not that; name one: make PYTHON=python3.12 ..." >&2; \
	  exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { rm -f $@; exit 1; }

$(INSTALLED): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing SpecIt into $(VENV) (the first time takes a while: PyTorch is large)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(INSTALLED_DEV): pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing SpecIt and its development tools into $(VENV) (the first time takes a while: PyTorch is large)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $(INSTALLED) $@
