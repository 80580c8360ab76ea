# Most: set up, run, check. `make help` lists what there is.
# Every target makes what it needs first: Debian packages, .venv, the installed product.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test test-sqlite test-postgresql lint format bench fonts lock hooks translations clean

PORT ?= 8000
# Three workers keep two cores busy: some tests wait for processes, browsers or locks.
PYTEST_OPTIONS ?= -q -n 3 --dist loadfile --no-loadscope-reorder
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed
PACKAGES := $(VENV)/packages
CATALOGUES := $(wildcard app/translations/*/LC_MESSAGES/*.po)

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

run: $(INSTALLED) ## set up and start the product with demo data on http://127.0.0.1:$(PORT)
	@DEMO=$${DEMO-true} PORT=$(PORT) exec $(BIN)/most run

test: $(INSTALLED) ## run all tests: on SQLite, then what touches the database on PostgreSQL
	@.ci/system test || true
	@.ci/test $(BIN)/python $(PYTEST_OPTIONS)

lint: $(INSTALLED) ## ruff, mypy, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(INSTALLED) ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(INSTALLED) ## measure pages, certificates and growth against a bare Flask hello
	@.ci/system run
	$(BIN)/python -m bench

fonts: ## make the fonts, icons and compiled catalogues anew
	rm -f $(INSTALLED)
	$(MAKE) $(INSTALLED)

hooks: $(INSTALLED) ## check every commit before it is made
	$(BIN)/pre-commit install

translations: $(INSTALLED) ## bring the five catalogues in step with the words in the code
	$(BIN)/python -m app.translations.update

lock: $(INSTALLED) ## solve the dependencies of pyproject.toml anew into requirements.lock
	$(BIN)/uv pip compile pyproject.toml --universal --extra celery --extra s3 --extra dev --group build \
	  --generate-hashes --no-header --no-annotate --no-emit-index-url --quiet $(LOCK_OPTIONS) \
	  --output-file requirements.lock

clean: ## remove what set-up and tests made, but not the data in var/
	rm -rf $(VENV) app/static/vendor app/static/fonts .mypy_cache .ruff_cache .pytest_cache \
	  .hypothesis .import_linter_cache build dist bench/results
	find app -name '*.mo' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(PACKAGES): requirements.lock .ci/system
	@.ci/system run
	@python="$$(.ci/system python)" && if [ ! -x $(BIN)/python ] || \
	  ! $(BIN)/python -m pip --version >/dev/null 2>&1; then "$$python" -m venv --clear $(VENV); fi
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps \
	  -r requirements.lock
	@touch $@

$(INSTALLED): $(PACKAGES) pyproject.toml hatch_build.py app/static/icons.txt $(CATALOGUES)
	@echo "Making fonts, icons and catalogues (the first time takes half a minute)"
	@mkdir -p templates migrations
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps \
	  --no-build-isolation --editable .
	@touch $@
