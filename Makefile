PYTHON ?= python3
VENV ?= .venv
ARGS ?=
SEEDS ?= 1000
KILLS ?= 200

bin := $(VENV)/bin
running := $(VENV)/.installed
testing := $(VENV)/.installed-dev
pip := $(bin)/python -m pip --disable-pip-version-check --quiet
sources := bot storage tests
compile := CUSTOM_COMPILE_COMMAND='make lock' .cache/lock/bin/pip-compile --quiet \
	--generate-hashes --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links

.DEFAULT_GOAL := help

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(running) ## see the whole bot in a browser, without a token (ARGS="--port 8089")
	@exec $(bin)/python -m bot demo $(ARGS)

.PHONY: install
install: $(running) ## make .venv with exactly what requirements.lock names

.PHONY: run
run: $(running) ## run the bot with the settings of .env or the environment
	@exec $(bin)/python -m bot run

.PHONY: test
test: $(testing) ## run the whole suite (ARGS="-k keys" for a part of it)
	$(bin)/python -m pytest -n auto $(ARGS)

.PHONY: lint
lint: $(testing) ## style and common mistakes
	$(bin)/python -m ruff check $(sources)
	$(bin)/python -m ruff format --check $(sources)

.PHONY: types
types: $(testing) ## strict types
	$(bin)/python -m mypy

.PHONY: doors
doors: $(testing) ## which room may import which
	$(bin)/python -m pytest tests/test_doors.py

.PHONY: check
check: lint types doors test ## what .ci/run checks, on one version of Python

.PHONY: bench
bench: $(testing) ## a tap's time, the start and the memory with 5,000 services
	$(bin)/python -m tests.benchmarks.bench_taps $(ARGS)

.PHONY: bench-demo
bench-demo: $(testing) ## the start of the demo, and a tap in the browser
	$(bin)/python -m tests.benchmarks.bench_demo $(ARGS)

.PHONY: simulate
simulate: $(testing) ## play seeded schedules of faults and crashes (SEEDS=10000)
	$(bin)/python -m tests.simulation --seeds $(SEEDS) $(ARGS)

.PHONY: crash-points
crash-points: $(testing) ## die before and after every commit (ARGS=--power: at every write)
	$(bin)/python -m tests.simulation.points $(ARGS)

.PHONY: kills
kills: $(testing) ## SIGKILL real bots while people order (KILLS=200)
	$(bin)/python -m tests.recovery --kills $(KILLS) $(ARGS)

.PHONY: gallery
gallery: $(running) ## write every screen in every language into gallery.html
	$(bin)/python -m bot gallery $(ARGS)

.PHONY: pictures
pictures: $(testing) ## take the pictures that the README shows
	$(bin)/python -m tests.browser.pictures

.PHONY: words
words: $(testing) ## bring the translations in step with the source
	$(bin)/python -m bot.texts.catalogue

.PHONY: lock
lock: ## write both locks anew from pyproject.toml (ARGS=--upgrade for newer versions)
	$(call fresh,.cache/lock)
	.cache/lock/bin/python -m pip --disable-pip-version-check --quiet install 'pip-tools>=7.5,<8'
	$(compile) --build-deps-for editable --output-file requirements.lock $(ARGS) pyproject.toml
	$(compile) --extra dev --constraint requirements.lock \
		--output-file requirements-dev.lock $(ARGS) pyproject.toml

.PHONY: clean
clean: ## remove everything that was made here, except data/ and .env
	rm -rf $(VENV) .cache build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis gallery.html
	find $(sources) -name __pycache__ -type d -prune -exec rm -rf {} +

$(running): requirements.lock pyproject.toml
	@echo "Installing into $(VENV), once…"
	$(call fresh,$(VENV))
	$(pip) install --require-hashes --requirement requirements.lock
	$(pip) install --no-deps --no-build-isolation --editable .
	@touch $@

$(testing): $(running) requirements-dev.lock
	$(pip) install --require-hashes --requirement requirements-dev.lock
	@touch $@

# A virtual environment that works: made where there is none, made anew where it is broken.
define fresh
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	echo "Python 3.11 or newer is needed; name it, for example: make PYTHON=python3.12 test" >&2; \
	exit 1; }
@$(1)/bin/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
	$(PYTHON) -m venv --clear $(1)
endef
