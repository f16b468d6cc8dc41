# graphsync: `make demo` and `make test` do all their own set-up; Python 3.11+ and a package index
# are enough. Everything is installed into .venv from the lock files, by hash.
PYTHON ?= python3
BIN := .venv/bin
UNSET := env -u PYTHONDONTWRITEBYTECODE

.PHONY: setup setup-dev demo serve test check bench lock clean

setup: .venv/.installed

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "graphsync needs Python 3.11 or newer; set PYTHON=python3.x")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the locked packages into .venv (once; about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-compile -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(UNSET) $(BIN)/python -m compileall -q -j 0 $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') graphsync policies reports api > /dev/null || true
	@touch $@

setup-dev: .venv/.installed-dev

.venv/.installed-dev: requirements-dev.lock .venv/.installed
	@echo "Installing the locked test packages ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-compile -r requirements-dev.lock
	@$(UNSET) $(BIN)/python -m compileall -q -j 0 $$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))') > /dev/null || true
	@touch $@

demo: setup
	@$(BIN)/graphsync demo

serve: setup
	@$(BIN)/graphsync demo --serve

check: setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

test: setup-dev check
	@$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder

bench: setup
	@$(BIN)/python -m tests.bench

lock: setup-dev
	@$(BIN)/uv pip compile --quiet --universal --no-strip-extras --generate-hashes --no-header --python-version 3.11 pyproject.toml --all-extras --group build -o requirements.lock
	@$(BIN)/uv pip compile --quiet --universal --no-strip-extras --generate-hashes --no-header --python-version 3.11 pyproject.toml --all-extras --group build --group dev -c requirements.lock -o requirements-dev.lock

clean:
	@rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis demo-out
