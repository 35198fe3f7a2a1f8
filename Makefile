# make run, make test, make lint: each does all the set-up that it needs, in .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SPECTRAL := 6.16.3
# Tools for the scripts of the page. They need Node.
NODE_TOOLS := tests/node/node_modules
PAGE := mockserver/http/admin/page

.PHONY: setup run test lint lint-page format node-tools docs bench bench-peers soak clean

setup: $(READY)

run: $(READY)
	@$(BIN)/python run_mock.py $(ARGS)

test: $(READY)
	$(BIN)/python -m pytest -n auto $(ARGS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory lint-page; else \
		echo "make lint: no npm here, so the scripts of the page are not checked" >&2; fi

lint-page: $(NODE_TOOLS)/.ready
	$(NODE_TOOLS)/.bin/eslint --config tests/node/eslint.config.js $(PAGE)
	$(NODE_TOOLS)/.bin/tsc --project tests/node

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# What some tests need of npm; they are skipped without it.
node-tools: $(VENV)/node/.spectral-$(SPECTRAL)

# The documentation site, in site/. Its generator has an environment of its own.
docs: $(VENV)/docs/.ready
	$(VENV)/docs/bin/python -m website build

bench: $(READY)
	@$(BIN)/python -m compileall -q mockserver
	$(BIN)/python -m benchmarks mock $(if $(BASE),--base $(BASE)) $(ARGS)

bench-peers: $(READY)
	@$(BIN)/python -m compileall -q mockserver
	$(BIN)/python -m benchmarks peers $(ARGS)

soak: $(READY)
	$(BIN)/python -m soak $(ARGS)

clean:
	rm -rf $(VENV) $(NODE_TOOLS) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(VENV)/docs/.ready: requirements.txt requirements-docs.txt
	$(PYTHON) -m venv $(VENV)/docs
	$(VENV)/docs/bin/python -m pip install --quiet --disable-pip-version-check \
		-r requirements.txt -r requirements-docs.txt
	@touch $@

$(NODE_TOOLS)/.ready: tests/node/package-lock.json
	npm ci --prefix tests/node --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@

$(VENV)/node/.spectral-$(SPECTRAL): | $(READY)
	npm install --ignore-scripts --no-audit --no-fund --no-save --loglevel error \
		--prefix $(VENV)/node @stoplight/spectral-cli@$(SPECTRAL)
	@touch $@

$(READY): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q mockserver
	@touch $@
