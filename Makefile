# What a person runs. Works with GNU make 3.81 and any Python from 3.11 on.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PYTHON ?=
ARGS ?=
JOBS ?= auto
UPGRADE ?=
COVER ?=
VERSION ?=

.DEFAULT_GOAL := help
.PHONY: help env demo test newest check bench quality crash mailcrash storm pictures format lock places semantic docs hosting release clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

env: $(STAMP) ## the environment alone, in .venv
	@:

demo: $(STAMP) ## the bot in a chat page on this machine, without Discord
	@$(BIN)/python -m tests.demo $(ARGS)

test: $(STAMP) ## every test (ARGS="-k daily" for some of them; COVER=1: and what they leave unseen)
	@$(if $(COVER),$(BIN)/coverage erase && $(BIN)/coverage run,$(BIN)/python) -m pytest -n $(JOBS) $(ARGS)
	@$(if $(COVER),$(BIN)/coverage combine --quiet && $(BIN)/coverage report)

newest: ## every test on the newest of everything, in an environment of its own
	@$(MAKE) --no-print-directory env VENV=.venv/newest
	@uv=`command -v uv` || uv=.venv/newest/bin/uv; \
	"$$uv" pip install --quiet --upgrade --python .venv/newest/bin/python --group dev --requirement pyproject.toml
	@.venv/newest/bin/python -m pytest -n $(JOBS) $(ARGS)

check: $(STAMP) ## lint, format, types and import contracts
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache

bench: $(STAMP) ## figures: speed, memory, throughput (ARGS=bot for one bench)
	@$(BIN)/python -m bench $(ARGS)

quality: $(STAMP) ## how well finding ranks, the daily paper is about its topic, and picks fit a person (QUALITY=quick: without the 200,000; MODEL=…: by meaning too)
	@$(BIN)/python -m bench.quality
	@$(BIN)/python -m bench.topics
	@$(BIN)/python -m bench.taste

crash: $(STAMP) ## kill the bot while it delivers (KILLS=200 CHANNELS=500 PEOPLE=500 SEED=1 PROCESSES=2 DATABASE_URL=… AWAY=60; DAYS=30: real days again)
	@$(BIN)/python -m tests.crash

mailcrash: $(STAMP) ## kill the bot while it mails (KILLS=100 PEOPLE=5000 SEED=1)
	@$(BIN)/python -m tests.crash.mailing

storm: $(STAMP) ## attack the bot from outside in every way known (STORM=global-429 for one, SHORT=1 briefer)
	@$(BIN)/python -m tests.storm

pictures: $(STAMP) ## take the README's pictures from the demo page
	@PAPERBOY_PICTURES=docs/images $(BIN)/python -m pytest tests/demo

docs: $(STAMP) ## the parts of docs/ that are made from the code
	@$(BIN)/python -m tests.docs

format: $(STAMP) ## put the code into shape
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

lock: $(BIN)/python ## pin what pyproject.toml asks for (UPGRADE=--upgrade: the newest of everything)
	@$(COMPILE) pyproject.toml -o requirements.txt
	@$(COMPILE) --group dev -c requirements.txt -o requirements-dev.txt

places: $(STAMP) ## the table of places and time zones anew, from GeoNames and CLDR (installs 187 MB)
	@uv=`command -v uv` || uv=$(BIN)/uv; \
	"$$uv" pip install --quiet --python $(BIN)/python --group places && $(BIN)/python -m bench.places

semantic: $(STAMP) ## the libraries for ranking by meaning, as an option
	@uv=`command -v uv` || uv=$(BIN)/uv; \
	"$$uv" pip install --quiet --python $(BIN)/python --no-build-isolation --editable '.[semantic]'

hosting: $(STAMP) ## build the image without a registry, run it and the systemd unit on the stand-in Discord (root, Debian)
	@$(BIN)/python -m tests.hosting

release: $(STAMP) ## a version: changelog, tag, wheel (VERSION=0.2.0)
	@PATH="$(abspath $(BIN)):$$PATH" .ci/release "$(VERSION)"

clean: ## remove the environment and every cache
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

COMPILE = uv=`command -v uv` || uv=$(BIN)/uv; "$$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" --no-emit-index-url --no-emit-find-links $(UPGRADE)

# uv, from the machine or from the environment itself, installs exactly what the two files pin.
$(STAMP): $(BIN)/python requirements.txt requirements-dev.txt pyproject.toml
	@uv=`command -v uv` || uv=$(BIN)/uv; \
	"$$uv" pip sync --quiet --python $(BIN)/python --require-hashes requirements.txt requirements-dev.txt && \
	"$$uv" pip install --quiet --python $(BIN)/python --offline --no-deps --no-build-isolation --editable .
	@touch $@

# A Debian Python without python3-venv has no ensurepip: the environment is then filled by its pip from outside.
$(BIN)/python:
	@$(FIND_PYTHON); \
	rm -rf $(VENV); \
	if command -v uv >/dev/null; then uv venv --quiet --no-project --python "$${python:-3.13}" $(VENV); exit; fi; \
	if test -z "$$python"; then echo "Paperboy needs Python 3.11 or newer:" \
		"install it (apt install python3, brew install python) or name it: make PYTHON=/path/to/python3" >&2; exit 1; fi; \
	awk '/^uv==/ { on = 1 } on { print } on && !/\\$$/ { exit }' requirements-dev.txt > .uv-pin.txt; \
	trap 'rm -f .uv-pin.txt' EXIT; \
	if "$$python" -c 'import ensurepip' 2>/dev/null && "$$python" -m venv $(VENV) >/dev/null 2>&1; then pip="$(BIN)/python -m pip"; \
	elif "$$python" -m pip --version >/dev/null 2>&1 && "$$python" -m venv --clear --without-pip $(VENV); then \
		pip="$$python -m pip --python $(BIN)/python"; \
	else rm -rf $(VENV); echo "$$python can't make an environment:" \
		"install python3-venv (apt install python3-venv) or uv, then run make again." >&2; exit 1; fi; \
	$$pip install --quiet --disable-pip-version-check --require-hashes --requirement .uv-pin.txt || { rm -rf $(VENV); exit 1; }

FIND_PYTHON = python=; \
	for name in $(PYTHON) python3.14 python3.13 python3.12 python3.11 python3; do \
		if "$$name" -c 'import sqlite3, ssl, sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
		then python=$$name; break; fi; \
	done
