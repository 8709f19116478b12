# make run    set up and open gongfang with the demo county       make test   set up, check and pass all tests
# make soak   play random histories with kills and alterations against a model: HISTORIES=2000 SEED=1
#             MUTANTS=1 plants one fault after the other in the running code; each must be found
# make attack what holds attacks off, tried: EXAMPLES=200 sends more to each operation of the API
# make cluster plan twelve counties on three workers and kill one: the same plans, or it fails
# make bench  measure what the goals ask; figures and ratios go to bench/results
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# Whoever has nothing left to do takes over half of what the other one still has before it.
BOTH := -n 2 --dist worksteal
# Data of this checkout; GONGFANG_DATA names another folder, PORT another port, DATABASE_URL another PostgreSQL.

.PHONY: run setup setup-dev browser check lint types imports migrations templates translations openapi test unit kernels debian journeys screenshots bench cluster soak attack clean

run: setup
	@exec $(PY) -m gongfang up

setup: $(VENV)/.run

$(VENV)/.run: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "gongfang needs Python 3.11 or later; name one: make run PYTHON=python3.12"; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV) || { echo "This Python has no venv module. On Debian: apt install python3-venv"; exit 1; }
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

setup-dev: $(VENV)/.dev

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

browser: setup-dev
	@sh tests/journeys/browser.sh $(PY)

check: setup-dev lint imports migrations templates translations openapi types

lint:
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types:
	$(PY) -m mypy gongfang tests bench

imports:
	$(VENV)/bin/lint-imports --no-logo

migrations templates translations openapi:
	$(PY) -m tests.house.$@

test: setup-dev browser check kernels
	$(PY) -m pytest tests -m "not journey" $(BOTH)
	$(PY) -m pytest tests -m journey
	@sh tests/debian.sh $(PY)

unit: setup-dev kernels
	$(PY) -m pytest tests -m "not journey and not crash and not slow" $(BOTH)

kernels:
	$(PY) -m gongfang.engines.dispatch --compile

debian: setup-dev
	@sh tests/debian.sh $(PY)

journeys: browser
	$(PY) -m pytest tests -m journey

screenshots: browser
	$(PY) -m tests.journeys.screenshots

# One line a bench; QUICK=--quick tries each in a minute and saves nothing.
bench: setup-dev
	$(PY) -m bench.ledger $(QUICK)
	$(PY) -m bench.pages $(QUICK)
	$(PY) -m bench.download
	$(PY) -m bench.dispatch $(QUICK)
	$(PY) -m bench.rules $(QUICK)

cluster: setup-dev kernels
	$(PY) -m bench.cluster

# Random histories with kills against a model; SEED repeats them.
HISTORIES ?= 200
soak: setup-dev
	$(PY) -m tests.soak --histories $(HISTORIES) $(if $(SEED),--seed $(SEED)) $(if $(MUTANTS),--mutants)

attack: setup-dev
	EXAMPLES=$(or $(EXAMPLES),30) $(PY) -m pytest tests/attack $(BOTH)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
