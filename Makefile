# make run: the site with its demonstration on http://127.0.0.1:8000. make test: every test.
# On a bare machine both install what they need first; only Python 3.11 with venv, and make, must be there.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# On all cores, where pip takes one; as with pip, a file that this Python cannot read stays as it is.
COMPILE := $(BIN)/python -m compileall -qq -j 0 $(VENV)/lib pegup
ASSETS := $(shell find frontend -path frontend/node_modules -prune -o -type f -print) $(shell find pegup/translations -name '*.po' 2>/dev/null)

.DEFAULT_GOAL := run
.PHONY: setup run test test-long check quick bench migration translations clean

setup: $(VENV)/installed

run: setup
	$(BIN)/pegup migrate
	$(BIN)/pegup content import content --keep-edits
	$(BIN)/pegup demo
	$(BIN)/pegup serve

check: $(VENV)/developing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) quick

quick: $(VENV)/developing
	$(BIN)/pytest -q -n 2 -m "not browser and not postgres and not slow"

# Three at a time on two cores: browser tests and races wait a third of their time.
test: $(VENV)/developing
	$(BIN)/python -m tests.machine
	$(BIN)/pytest -n 3

test-long: $(VENV)/developing
	$(BIN)/python -m tests.machine
	HYPOTHESIS_PROFILE=long $(BIN)/pytest -n 2

bench: $(VENV)/developing
	$(BIN)/python -m bench

# After a change of the models: make migration m="why"
migration: setup
	$(BIN)/python -m pegup.migrations "$(m)"

# After a change of words: brings new ones into the catalogues, where they wait to be translated.
translations: $(VENV)/developing
	$(BIN)/pybabel extract -F pegup/translations/babel.cfg -k lazy -k N_ --no-location --sort-output -o $(VENV)/pegup.pot pegup
	$(BIN)/pybabel update -i $(VENV)/pegup.pot -d pegup/translations -D pegup --no-fuzzy-matching --ignore-obsolete --omit-header

$(VENV)/installed: pyproject.toml $(ASSETS)
	@$(PYTHON) -c 'import sys; sys.exit("Pegup needs Python 3.11 or newer; name one: make PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --no-compile --editable .
	-$(COMPILE)
	touch $@

$(VENV)/developing: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --no-compile --group dev
	-$(COMPILE)
	touch $@

clean:
	rm -rf $(VENV) frontend/node_modules pegup/static
