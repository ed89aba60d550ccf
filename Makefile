# make demo: everything installed, Odoo and Prefect up, October billed for both companies. make test: all tests.
VENV := .venv
REGIE := $(VENV)/bin/regie
PYTHON ?= python3

# Tests, demo and torture start Python by the hundred: compiled once, also where the machine is set not to keep bytecode.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo story test check fast bench torture audit fuzz clean

demo: $(VENV)/installed
	$(REGIE) demo

# October and November of the French company, in a real browser, on a sandbox of its own; files and screenshots in demo-out/.
# Wants Debian's chromium and chromium-driver.
story: $(VENV)/installed
	$(VENV)/bin/python -m demo $(STORY)

test: check
	$(VENV)/bin/python -m pytest -q -p no:cacheprovider --numprocesses 2 --dist loadfile --no-loadscope-reorder

# What needs neither Odoo nor Prefect.
fast: $(VENV)/installed
	$(VENV)/bin/python -m pytest -q -m "not sandbox and not prefect"

# How fast it is, against what a user would do otherwise: a table here and in docs/performance.md. Wants a quiet machine.
bench: $(VENV)/installed
	$(VENV)/bin/python -m tests.bench

# Faults with nothing lost: kills, lost answers, restarts, bad inputs; goes on where it was stopped.
torture: $(VENV)/installed
	$(VENV)/bin/python -m tests.torture

# Known vulnerabilities of what is pinned; says so where no service answers.
audit: $(VENV)/installed
	$(VENV)/bin/python -m tests.security.audit

# Bad inputs to every file and setting: always a clear error, nothing written.
fuzz: $(VENV)/installed
	$(VENV)/bin/python -m tests.fuzz

check: $(VENV)/installed
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy

# The pinned file names everything, so nothing is resolved; bytecode is made of what is used, when it is first used.
$(VENV)/installed: requirements-dev.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-compile -r requirements-dev.txt
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@

clean:
	rm -rf $(VENV)
