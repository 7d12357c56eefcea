# PeerHub: `make demo` to try it, `make test` to check it. `make help` lists the rest.
SHELL := /bin/sh
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
WORKERS ?= 2
TESTS ?= tests

BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCKED := $(PIP) install --require-hashes
COMPILE := build/lock/bin/uv --no-config pip compile --quiet --no-header --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --upgrade

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help env env-test demo test pytest lint format types imports bench migration lock wheel clean

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

env: .venv/.installed ## Make the environment in .venv (with what it needs to run)
env-test: .venv/.installed .venv/.test ## The same, with what the tests need

.venv/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "PeerHub needs Python 3.11 or later: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "No virtual environment could be made. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@touch $@

.venv/.runtime: requirements/build.lock requirements/runtime.lock | .venv/.made
	@echo "Installing what PeerHub runs on (requirements/runtime.lock)"
	@$(LOCKED) -r requirements/build.lock -r requirements/runtime.lock
	@touch $@

# The build hook puts the NHS.UK assets into peerhub/static/nhsuk/ on the way.
.venv/.installed: .venv/.runtime pyproject.toml hatch_build.py package.json package-lock.json .npmrc
	@echo "Installing PeerHub and the NHS.UK assets"
	@$(PIP) install --no-build-isolation --no-deps --no-index --editable .
	@touch $@

.venv/.test: requirements/test.lock | .venv/.runtime
	@echo "Installing what the tests need (requirements/test.lock)"
	@$(LOCKED) -r requirements/test.lock
	@touch $@

demo: env ## Load the demonstration trust into instance/ and serve it on 127.0.0.1:8000
	@$(BIN)/peerhub demo --if-empty
	@$(BIN)/peerhub serve --host $(HOST) --port $(PORT)

test: env-test lint types imports pytest ## Everything that must hold before a change lands

# The second run is of the tests that stand on a database, on PostgreSQL.
pytest: env-test ## The tests alone; some of them: make pytest TESTS=tests/retention
	@. tests/build/prepare.sh; \
	run() { $(BIN)/python -m pytest -n $(WORKERS) -p tests.postgres $${PEERHUB_TEST_REQUIRE:+-p tests.required} "$$@" $(TESTS); }; \
	run -m "$$PEERHUB_TEST_MARKS" && \
	if [ -n "$$PEERHUB_TEST_POSTGRES" ]; then echo "The tests that stand on a database, on PostgreSQL:"; \
	run -p tests.on_postgres -m "not browser" || [ $$? = 5 ]; fi; \
	status=$$?; [ -z "$$left_out" ] || echo "$$left_out"; exit $$status

lint: env-test ## Style of Python and of templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@if [ -d peerhub/templates ]; then set -x; $(BIN)/djlint --lint --quiet peerhub/templates; fi

format: env-test ## Put the Python files in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: env-test ## Types
	$(BIN)/mypy

imports: env-test ## Who may import whom
	$(BIN)/lint-imports --no-logo

bench: env-test ## Print the table of speeds on this machine
	$(BIN)/python -m tests.bench

migration: env-test ## Write the next migration from the models: make migration SAYS="Add meetings" (then read it)
	$(BIN)/python -m tests.build.new_migration "$(SAYS)"
	@$(MAKE) --no-print-directory format

lock: env ## Pin anew every version that pyproject.toml, requirements/build.in and package.json allow
	$(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip --quiet install uv
	$(COMPILE) requirements/build.in -o requirements/build.lock
	$(COMPILE) pyproject.toml -c requirements/build.lock -o requirements/runtime.lock
	$(COMPILE) pyproject.toml --extra test -c requirements/build.lock -c requirements/runtime.lock -o requirements/test.lock
	$(BIN)/npm install --package-lock-only

wheel: env ## Build the package, assets included, into dist/
	$(BIN)/python -m hatchling build -t wheel

clean: ## Remove the environment and everything the build made (never instance/)
	rm -rf .venv node_modules peerhub/static/nhsuk build dist
