# Each target does all the set-up that it needs: `make run` in .venv-run, all others in .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# `make run` needs five libraries, and uses .venv only if that is there and newer than their list.
# Putting pip into an environment takes longer than all of them: the Python that makes it has one.
RUN_VENV := $(shell [ $(READY) -nt requirements.txt ] && echo $(VENV) || echo .venv-run)
UV := $(shell command -v uv)
QUIETLY := --quiet --disable-pip-version-check
PIP_INSTALL := -m pip install $(QUIETLY)
LOCK = PATH="$$PATH:$(BIN)" uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" --output-file
SPECTRAL := 6.16.3
PYRIGHT := 1.1.414
NPM_TOOLS := $(VENV)/node/.tools-$(SPECTRAL)-$(PYRIGHT)
# Distributions that cannot be installed beside this one; a test shows that both can be used.
BESIDE := mockserver-client==9.2.0 websockets==17.4
# Tools for the scripts of the page. They need Node.
NODE_TOOLS := tests/node/node_modules
NODE_CLIENT := clients/node
PAGE := mockserver/http/admin/page

.PHONY: setup run test lint lint-page lint-client format lock node-client node-tools node-types \
	docs bench bench-peers soak dist clean

setup: $(READY)

run: $(if $(filter .venv-run,$(RUN_VENV)),.venv-run/.ready)
	@$(RUN_VENV)/bin/python run_mock.py $(ARGS)

test: $(READY)
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory node-client || \
		echo "make test: npm cannot install the tools of the Node client: some of its tests are skipped" >&2; else \
		echo "make test: no npm here: tests of the Node client are skipped" >&2; fi
	@$(BIN)/python -m compileall -q mockserver animeloop_mock_pytest
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@if command -v npm >/dev/null; then $(MAKE) --no-print-directory lint-page lint-client; else \
		echo "make lint: no npm here: the page's scripts and the Node client are not checked" >&2; fi

lint-page: $(NODE_TOOLS)/.ready
	$(NODE_TOOLS)/.bin/eslint --config tests/node/eslint.config.js $(PAGE)
	$(NODE_TOOLS)/.bin/tsc --project tests/node

lint-client: $(NODE_TOOLS)/.ready $(NODE_CLIENT)/node_modules/.ready
	$(NODE_TOOLS)/.bin/eslint --config tests/node/eslint.config.js $(NODE_CLIENT)
	npm run --prefix $(NODE_CLIENT) --silent check

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The requirements of development and of the site, with all that they need in turn, and with hashes.
# Needs the network.
lock: $(READY)
	@command -v uv >/dev/null || $(BIN)/python $(PIP_INSTALL) uv
	$(LOCK) requirements-dev.lock requirements-dev.txt
	$(LOCK) requirements-docs.lock requirements.txt requirements-docs.txt

# The tools of the Node client: TypeScript, Vitest, Playwright.
node-client: $(NODE_CLIENT)/node_modules/.ready

# The types of the Node client, from the OpenAPI document of the control plane.
node-types: $(READY) $(NODE_CLIENT)/node_modules/.ready
	$(BIN)/python run_mock.py openapi --control-plane | \
		(cd $(NODE_CLIENT) && node scripts/generate-types.js src/schema.ts -)

# What some tests need of npm; they are skipped without it.
node-tools: $(NPM_TOOLS)

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

# Source distribution, wheel and npm package, in dist/: of the last commit, whatever else lies here.
dist: $(READY) $(NODE_CLIENT)/node_modules/.ready
	rm -rf dist build/dist
	mkdir -p dist build/dist
	git archive HEAD | tar -x -C build/dist
	cd build/dist && $(CURDIR)/$(BIN)/python -m hatchling build --directory $(CURDIR)/dist
	ln -s $(CURDIR)/$(NODE_CLIENT)/node_modules build/dist/$(NODE_CLIENT)/node_modules
	cd build/dist/$(NODE_CLIENT) && npm pack --silent --pack-destination $(CURDIR)/dist
	rm -r build/dist

clean:
	rm -rf $(VENV) .venv-run dist build site test-results $(NODE_TOOLS) $(NODE_CLIENT)/node_modules $(NODE_CLIENT)/types .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(VENV)/docs/.ready: requirements-docs.lock
	$(PYTHON) -m venv $(VENV)/docs
	$(VENV)/docs/bin/python $(PIP_INSTALL) --require-hashes -r requirements-docs.lock
	@touch $@

$(NODE_TOOLS)/.ready: tests/node/package-lock.json
	npm ci --prefix tests/node --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@

$(NODE_CLIENT)/node_modules/.ready: $(NODE_CLIENT)/package-lock.json
	npm ci --prefix $(NODE_CLIENT) --ignore-scripts --no-audit --no-fund --loglevel error
	@touch $@

$(NPM_TOOLS): | $(READY)
	npm install --ignore-scripts --no-audit --no-fund --no-save --loglevel error \
		--prefix $(VENV)/node @stoplight/spectral-cli@$(SPECTRAL) pyright@$(PYRIGHT)
	@touch $@

$(READY): requirements-dev.lock pyproject.toml
	@$(CHECK_PYTHON)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python $(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	$(BIN)/python $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	-$(BIN)/python $(PIP_INSTALL) --no-deps --upgrade --target $(VENV)/beside $(BESIDE)
	$(BIN)/python -m compileall -q mockserver animeloop_mock_pytest
	@touch $@

.venv-run/.ready: requirements.txt
	@$(CHECK_PYTHON)
	@echo "make run: setting up .venv-run"
ifneq ($(UV),)
	uv venv --quiet --clear --python $(PYTHON) .venv-run
	uv pip install --quiet --python .venv-run/bin/python -r requirements.txt
else
	@if $(PYTHON) -c 'import pip, sys; sys.exit(int(pip.__version__.split(".")[0]) < 23)' 2>/dev/null; then \
		$(PYTHON) -m venv --clear --without-pip .venv-run && \
		$(PYTHON) -m pip --python .venv-run/bin/python install $(QUIETLY) -r requirements.txt; else \
		$(PYTHON) -m venv --clear .venv-run && \
		.venv-run/bin/python -m pip install $(QUIETLY) -r requirements.txt; fi
endif
	@touch $@

define CHECK_PYTHON
$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Python 3.11 or newer is needed; name it: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
endef
