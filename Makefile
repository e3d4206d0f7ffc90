# Needs Python 3.10 or newer with venv, git and make; the rest is installed into .venv.
# Another interpreter: make test PYTHON=python3.12

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
JOBS ?= 2

.PHONY: help demo test proof lint accept clean

help:
	@echo "make demo    set up, then hop the example platform from Django 2.2 to 3.2 and show what came out"
	@echo "make test    set up, then run the tests, those on real Django releases too"
	@echo "make lint    set up, then ruff and mypy --strict"
	@echo "make accept  write what the codemods give into the 'after' blocks of their pages"
	@echo "make clean   remove $(VENV)"

demo: $(VENV)/.installed
	@$(BIN)/django-hop demo

test: $(VENV)/.developed
	$(BIN)/python -m pytest -n $(JOBS) --dist loadfile
	$(BIN)/python -m pytest -m "proof or network"

proof: $(VENV)/.developed
	$(BIN)/python -m pytest -m "proof or network"

lint: $(VENV)/.developed
	$(BIN)/ruff check .
	$(BIN)/mypy

accept: $(VENV)/.developed
	$(BIN)/python -m pytest tests/test_pages.py --accept

clean:
	rm -rf $(VENV)

# --clear: a half-made environment (an interrupted first run, another Python) is made again.
$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { echo "django-hop needs Python 3.10 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	@touch $@

$(VENV)/.installed: $(VENV)/.made pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/.developed: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --group dev
	@touch $@
