# `make run` starts everything, `make test` proves it, and `make test-all` leaves nothing out. Each target installs what it needs, once.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run dev test test-all test-faults check bench worlds messages previews pictures wheel sizes lock clean install install-dev

help:  ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: install  ## Start the shop, its worker and the demo; PORT, HOST and DATABASE_URL are honoured
	@exec $(BIN)/python -m halftone serve

dev: install  ## The same, with reload and the debugger
	@exec $(BIN)/python -m halftone serve --dev

test: install-dev  ## Run every check and the tests, with one journey an area: what to run at every change
	@exec $(BIN)/python -m tests.running.testing

test-all: install-dev  ## The same and all that is slow: every journey, PostgreSQL where it is installed, simulated worlds
	@exec $(BIN)/python -m tests.running.testing all

test-faults: install-dev  ## Break on purpose: kills, restarts, a full disk, jumping clocks, bad servers, nonsense; FAULT_SECONDS, FAULT_REQUESTS, FAULT_SEED, FAULT_PATIENCE
	@exec $(BIN)/python -m tests.running.testing faults

check: install-dev  ## Run the linters, the types and the contracts of imports
	@exec $(BIN)/python -m tests.running.checking

bench: install-dev  ## Measure gate, sign-up, recording, dashboard and privacy; prints a table, writes bench-results.json; BENCH_EPISODES adds a size
	@exec $(BIN)/python -m tests.benchmarks

worlds: install-dev  ## Simulate a thousand worlds whose truth is declared; prints how often the dashboard's sentences hold in them
	@exec $(BIN)/python -m tests.worlds

messages: install-dev  ## Extract what the library says anew into its template of translations
	@exec $(BIN)/python -m tests.running.messages

previews: install-dev  ## Draw anew what chats show of each work beside its link
	@exec $(BIN)/python -m tests.running.previews
pictures: install-dev  ## Take the README's pictures anew, of the demo as it is now
	@exec $(BIN)/python -m tests.running.pictures

wheel: install-dev  ## Build what is distributed into dist/, the wheel and the source archive, and check its description
	rm -rf dist
	@$(BIN)/python -m build --no-isolation --outdir dist .
	@$(BIN)/python -m twine check --strict dist/*

sizes: install-dev  ## Measure what the core and each extra take once they are installed; prints the table of the README
	@exec $(BIN)/python -m tests.running.sizes

lock:  ## Resolve the dependencies anew into requirements.lock and requirements-dev.lock (needs uv)
	@exec .ci/lock.sh

clean:  ## Remove what was installed and cached; the data in instance/ stays
	rm -rf .venv build dist webapp/*.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache test-results tests/e2e/provider/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

install:
	@$(PYTHON) .ci/install.py requirements.lock

install-dev: install
	@$(PYTHON) .ci/install.py requirements-dev.lock
