# make demo: everything installed, Odoo and Prefect up, October billed for both companies. make test: all tests.
VENV := .venv
REGIE := $(VENV)/bin/regie
PYTHON ?= python3

.PHONY: demo test check fast clean

demo: $(VENV)/installed
	$(REGIE) demo

test: check
	$(VENV)/bin/python -m pytest -q -p no:cacheprovider

# What needs neither Odoo nor Prefect.
fast: $(VENV)/installed
	$(VENV)/bin/python -m pytest -q -m "not sandbox and not prefect"

check: $(VENV)/installed
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

$(VENV)/installed: requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

clean:
	rm -rf $(VENV)
