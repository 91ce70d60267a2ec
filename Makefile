# Two commands: `make book` builds the whole published book, `make test` runs the tests.
# Both set up all they need in .venv/ by themselves.
PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
BIN := .venv/bin

.PHONY: book test check lock clean

book: .venv/book.ready
	@$(BIN)/clusterbook book

test: .venv/test.ready
	@$(BIN)/ruff check --config lib/pyproject.toml lib tests data
	@$(BIN)/ruff format --check --config lib/pyproject.toml lib tests data
	@$(BIN)/mypy --config-file lib/pyproject.toml lib/clusterbook lib/surveysem/src/surveysem
	@$(BIN)/clusterbook book
	@$(BIN)/pytest -q -n 3 --dist loadfile --no-loadscope-reorder tests lib/surveysem/tests

check: .venv/book.ready
	@$(BIN)/clusterbook check

# The new environment is made beside the old one, so that an interrupted set-up starts afresh.
.venv/book.ready: requirements.txt lib/pyproject.toml lib/surveysem/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11")'
	@echo "Setting up .venv (a few minutes the first time)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

.venv/test.ready: .venv/book.ready tests/requirements.txt
	@echo "Setting up what the tests need"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

# Compile the lock files anew from the direct dependencies of the packages below lib/.
lock: .venv/test.ready
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check pip-tools
	@$(BIN)/python tests/lock.py

clean:
	rm -rf _build .venv
