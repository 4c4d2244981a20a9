# Pilotlight: `make run` shows the app on the sample library, `make test` runs every test. Both set up first.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
SAMPLE := library-sample

.PHONY: help install run test check lint quality bench clean

help: ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(INSTALLED): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $(INSTALLED)

install: $(INSTALLED) ## set up .venv only

run: $(INSTALLED) ## build the sample library and open the app on it at http://127.0.0.1:8501
	$(BIN)/pilotlight --library $(SAMPLE) build corpora/sample
	$(BIN)/pilotlight --library $(SAMPLE) app

test: $(INSTALLED) ## run every test
	$(BIN)/python -m pytest -n 2

lint: $(INSTALLED) ## format, lint, types and the one-way imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test ## lint and test

quality: $(INSTALLED) ## scores on gold documents, beside the floors
	$(BIN)/python -m pytest -n 0 -s tests/quality

bench: $(INSTALLED) ## the benchmarks (BENCH=folder of documents, default corpora/sample)
	for b in benchmarks/*.py; do echo "== $$b"; $(BIN)/python $$b $${BENCH:-corpora/sample} || exit 1; done

clean: ## remove what was set up and the sample library
	rm -rf $(VENV) $(SAMPLE) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
