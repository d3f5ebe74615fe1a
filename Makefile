# Everything a person does with a checkout. `make demo` and `make test` are the two to know.
PYTHON ?= python3
BIN := .venv/bin
UV_VERSION := 0.13.9
POSTGRES ?= postgresql://postgres@127.0.0.1:5432/postgres
READY := .venv/.ready
DEV_READY := .venv/.dev-ready

.PHONY: demo setup test serve lint types bench soak ci screenshots clean

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Rapport needs Python 3.11 or newer; set PYTHON=python3.11")'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

$(READY): uv.lock pyproject.toml | $(BIN)/uv
	@$(BIN)/uv sync --quiet --frozen --inexact --no-dev --extra postgres
	@touch $@

$(DEV_READY): uv.lock pyproject.toml | $(BIN)/uv
	@$(BIN)/uv sync --quiet --frozen --inexact --all-extras
	@touch $@ $(READY)

setup: $(READY)  ## install Rapport from the lock file into .venv

demo: $(READY)  ## two years of a made-up company, and the server that shows it
	@RAPPORT_HOME=$${RAPPORT_HOME:-$(CURDIR)/data/demo} $(BIN)/rapport demo

serve: $(READY)  ## serve the organisation's own data (RAPPORT_HOME)
	@$(BIN)/rapport serve

test: $(DEV_READY)  ## all that is needed to trust a checkout
	@PYTHON=$(BIN)/python POSTGRES=$(POSTGRES) sh tests/run.sh

lint: $(DEV_READY)  ## style and safety (ruff S is bandit), order of the layers, templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/djhtml --check --tabwidth 2 src/rapport/web/templates

types: $(DEV_READY)  ## mypy, strict
	$(BIN)/mypy

bench: $(DEV_READY)  ## speed, each beside a ceiling in the same run; writes benchmarks/RESULTS.md
	@RAPPORT_DATABASE_URL=$(POSTGRES) $(BIN)/python -m benchmarks

soak: $(DEV_READY)  ## the long forms of the fault and undo tests
	RAPPORT_SOAK=1 $(BIN)/python -m pytest -q --timeout 1800 -m soak

screenshots: $(DEV_READY)  ## pictures of every page of the made-up company, into build/screenshots
	@$(BIN)/python -m tests.browser.pictures build/screenshots

ci: lint types test  ## what the pipeline runs

clean:
	rm -rf .venv build .mypy_cache .ruff_cache .import_linter_cache
