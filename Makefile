# The way in. `make serve` and `make test` each work as the first command on a fresh clone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# What takes long for what it is: a browser, attacks in processes of their own, replays that a server makes, the whole
# site as files.
SITE := tests/browser $(addprefix tests/publish/test_,export.py hostile_pages.py hostile_time.py replay_access.py \
	sql_attacks.py timetravel.py)
CRASH := $(addprefix tests/events/test_,crash.py full_disk.py rewrite.py tampering.py) tests/replay/test_turns.py
# Archives, words and bytes of somebody who means harm: a process for each case, hundreds of commands.
HOSTILE := tests/test_stranger.py tests/cli/test_injection.py tests/ingest/test_hostile.py tests/replay/test_hostile.py tests/fuzz
STAMP := $(VENV)/.installed
PORT ?= 8001
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup serve build test site check golden docs bench crash hostile promises nightly fuzz guided long datasette1 clean

help: ## Show what there is
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## Make .venv and install Regesta with its development tools

# pip 25.1 is the first that reads [dependency-groups]; the one of a fresh Python may be older.
$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Regesta needs Python 3.11 or newer: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

serve: $(STAMP) ## Build archive.db and serve it on http://127.0.0.1:8001/
	$(BIN)/regesta serve --port $(PORT)

build: $(STAMP) ## Build archive.db from the log
	$(BIN)/regesta build

test: $(STAMP) ## Run the tests
	$(BIN)/python -m pytest --quiet --numprocesses auto --dist loadfile $(patsubst %,--ignore %,$(SITE) $(CRASH) $(HOSTILE))

site: $(STAMP) ## Run the long tests of the site: in a browser (needs Chromium), at dates, under attack, as files
	$(BIN)/python -m pytest --quiet --numprocesses auto --dist loadfile $(SITE)

check: $(STAMP) ## Run ruff, mypy --strict, the documentation checks and regesta verify
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/cog --check README.md docs/*.md
	$(BIN)/regesta metadata --check
	$(BIN)/regesta verify

golden: $(STAMP) ## Rewrite the expected tables in tests/golden
	$(BIN)/python -m tests.replay.golden

docs: $(STAMP) ## Regenerate the generated parts of the documentation and of datasette-metadata.json
	$(BIN)/regesta metadata
	$(BIN)/cog -r README.md docs/*.md

bench: $(STAMP) ## Measure, as ratios against raw floors of the same run (minutes; BENCH="--events 10000")
	$(BIN)/python -m bench $(BENCH)

crash: $(STAMP) ## Kill writers, fill disks, fail every operation of an append: nothing is lost
	$(BIN)/python -m pytest --quiet --numprocesses auto --dist worksteal $(CRASH)

hostile: $(STAMP) ## Open what strangers made, type what attackers type, and fuzz every parser for some seconds
	$(BIN)/python -m pytest --quiet --numprocesses auto --dist worksteal $(HOSTILE)

promises: $(STAMP) ## Run the tests of each promise by themselves and print the table
	$(BIN)/python -m tests.promises

nightly: $(STAMP) ## Run the promises with large numbers (an hour)
	scripts/nightly

fuzz: $(STAMP) ## Fuzz every parser (MINUTES=60)
	$(BIN)/python -m tests.fuzz --minutes $(or $(MINUTES),60)

guided: $(STAMP) ## Fuzz every parser, guided by the coverage of our code (MINUTES=60)
	$(BIN)/python -m pip install --quiet --group fuzz
	$(BIN)/python -m tests.fuzz --guided --minutes $(or $(MINUTES),60)

long: $(STAMP) ## Run the random tests with ten times as many examples (half an hour)
	REGESTA_EXAMPLES=10 $(BIN)/python -m pytest --quiet --numprocesses auto --dist loadfile tests/replay tests/ingest tests/test_bench.py tests/test_wheel.py

datasette1: $(STAMP) ## Run the publishing tests on the Datasette 1.0 line, in .venv1
	$(PYTHON) -m venv .venv1
	.venv1/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	.venv1/bin/python -m pip install --quiet --editable . --group dev 'datasette==1.0a41'
	.venv1/bin/python -m pytest --quiet tests/publish

clean: ## Remove what was built (never the log)
	rm -rf $(VENV) .venv1 archive.db .regesta build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
