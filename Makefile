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

.DEFAULT_GOAL := help
.PHONY: help env env-test demo test pytest lint format types imports bench lock wheel clean

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

clean: ## Remove the environment and everything the build made (never instance/)
	rm -rf .venv node_modules peerhub/static/nhsuk build dist
