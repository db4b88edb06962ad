# Two commands on a fresh machine: make run, make test. Works with any make on Linux and macOS.

SHELL := /bin/bash
BIN := .venv/bin
TESTS ?= tests
LONG ?=
PYTEST_ARGS ?= -n 2 --dist loadgroup --reruns 1
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-header --no-annotate --group build

.DEFAULT_GOAL := help
.PHONY: help run demo test long crash matrix check bench setup setup-dev browser lock docs texts sbom audit

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: setup ## start everything with demonstration data; Ctrl-C stops it
	@mkdir -p .kaigong
	@$(BIN)/kaigong up --demo

demo: setup ## four projects from land to keys in under two minutes
	@$(BIN)/kaigong demo

test: setup-dev browser ## install what the tests need and run all of them (TESTS=tests/unit for a part)
	@$(BIN)/pytest $(PYTEST_ARGS) $(TESTS)

long: setup-dev ## what is too large for make test: branches, mutants, whole sizes (LONG=sizes for a part)
	@$(BIN)/python -m tests.long $(LONG)

crash: setup-dev ## break an installation at random and ask what was lost (TRIALS=3 SEED=1)
	@$(BIN)/python -m tests.crash --page --trials $(or $(TRIALS),3) $(if $(SEED),--seed $(SEED))

matrix: setup-dev ## every role on every page, operation and act: cells tried and wrong
	@$(BIN)/python -m tests.matrix

check: setup-dev ## format, lint, types, import contracts, migrations in step with tables
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m deployments.local.check_migrations

bench: setup-dev ## measure speed, with the floor beside it
	@$(BIN)/python -m bench

setup: .venv/runtime.stamp ## create .venv and install the locked dependencies

setup-dev: .venv/dev.stamp ## the same with the tools of the tests and checks

docs: setup ## rewrite the pages that are generated from the code
	@$(BIN)/python -m config.reference
	@$(BIN)/python -m services.scenarios.schema
	@$(BIN)/python -m services.scenarios.fields
	@$(BIN)/python -m services.cases.acts_reference
	@$(BIN)/python -m services.cases.clock_reference
	@$(BIN)/python -m services.people.visibility_reference
	@$(BIN)/python -m services.figures.reference
	@$(BIN)/python -m cli.reference

texts: setup-dev ## put the catalogues of texts into their order
	@$(BIN)/python -m tests.support.catalogue

sbom: setup-dev ## list what an installation consists of: sbom.json (CycloneDX)
	@$(BIN)/python -m tests.supply.bill_of_materials sbom.json

audit: setup-dev ## known weaknesses of the locked packages (needs pip-audit and its database on the network)
	@if ! command -v pip-audit >/dev/null; then \
	  echo "Install pip-audit first (pipx install pip-audit), or hand sbom.json to a scanner: make sbom" >&2; exit 2; fi
	@pip-audit --require-hashes --disable-pip -r requirements.lock

lock: setup-dev ## resolve the dependencies of pyproject.toml anew
	$(LOCK) --upgrade -o requirements.lock
	$(LOCK) --upgrade --group dev -c requirements.lock -o requirements-dev.lock

.venv/python.stamp:
	@python=; for candidate in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	    python=$$candidate; break; fi; done; \
	if [ -z "$$python" ]; then \
	  echo "Python 3.11 or later was not found. Install it, or say: make setup PYTHON=/path/to/python3" >&2; \
	  exit 2; fi; \
	if ! "$$python" -c 'import ensurepip' 2>/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  apt-get update -qq && apt-get install -y -qq "$$("$$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" >/dev/null; fi; \
	"$$python" -m venv --clear .venv || { \
	  echo "Python's venv module does not work here. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 2; }
	@touch $@

.venv/runtime.stamp: .venv/python.stamp requirements.lock pyproject.toml
	@echo "Installing the locked dependencies into .venv ..." >&2
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: .venv/runtime.stamp requirements-dev.lock
	@echo "Installing the tools of tests and checks into .venv ..." >&2
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

browser: setup-dev
	@if command -v chromium chromium-browser google-chrome >/dev/null \
	  || compgen -G "$$HOME/.cache/ms-playwright/chromium*" >/dev/null \
	  || compgen -G "$$HOME/Library/Caches/ms-playwright/chromium*" >/dev/null; then exit 0; fi; \
	echo "Installing Chromium for the browser tests ..." >&2; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
	  && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; then exit 0; fi; \
	if $(BIN)/playwright install chromium; then exit 0; fi; \
	echo "NO BROWSER: the browser tests will be skipped. Install Chromium to run them." >&2; \
	if [ "$${CI:-}" = true ]; then exit 1; fi
