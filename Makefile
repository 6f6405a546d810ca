# Homeroom. `make demo` and `make test` set up everything they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo demo-teams demo-reset run test lint types check bench faults browser node setup clean

demo: $(READY)
	$(BIN)/python -m bot demo --port $${PORT:-0}

# The same network with one of its organisations in Microsoft Teams; needs Node.js and npm, too.
demo-teams: $(READY)
	$(BIN)/python -m tests.teams.demo $${PORT:-0} $${TEAMS_PORT:-0}

demo-reset: $(READY)
	rm -rf var/demo
	$(MAKE) demo

run: $(READY)
	$(BIN)/python -m bot run

# Its thousands of small files are kept in memory where there is plenty. Much of it waits (for a
# database, a page, a process), so more workers than cores.
MEMORY := $(shell test "$$(df -Pk /dev/shm 2>/dev/null | awk 'END {print $$4}')" -gt 4000000 \
  2>/dev/null && echo TMPDIR=/dev/shm)

# What is compiled is kept, whatever else is set: its workers and the programs that they start are
# dozens of processes.
test: $(READY) lint types browser node
	$(MEMORY) PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python -m benchmarks

# A death at every effect, then storms of a thousand deaths, on both databases: about 50 minutes.
faults: $(READY)
	$(BIN)/python -W ignore -m tests.faults $(KILLS) $(SEED)

# The page is tested in a real Chromium. Where there is none, it is fetched if it may be.
browser: $(READY)
	@$(BIN)/python -m tests.chromium

# What tests of the Teams door need of npm: Microsoft's playground, renderer and schemas.
node: $(READY)
	@$(BIN)/python -m tests.npm

setup: $(READY)

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Homeroom needs Python 3.11 or newer; this is $$($(PYTHON) --version 2>&1). Set PYTHON=python3.12, for example."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "Python's venv is missing. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e . --group dev
	@touch $(READY)

clean:
	rm -rf $(VENV) var build *.egg-info
