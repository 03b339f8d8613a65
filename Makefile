# Everything that one does with Counterfoil, one word each. `make` alone explains itself.
# A fresh machine needs Python 3.11 or newer with pip and venv, and nothing else.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory --no-builtin-rules

VENV ?= .venv
BIN := $(VENV)/bin
DONE := $(VENV)/stamps
#: A second Python that the tests run on, where the machine has it.
SECOND ?= 3.13
PAGE := src/counterfoil/audit/report/page
FACES := src/counterfoil/web/assets
#: What pip is told besides; on the second Python, that only what is loaded is compiled, and then.
COMPILE ?=
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input $(COMPILE)
#: Exactly what is pinned, by hash, and never built from source.
PINNED := $(PIP) --require-hashes --only-binary :all:
#: Tests that prove what an engine, PostgreSQL, a browser, a town, a channel or the house does: the second Python would say it again.
ONCE := api audit/engines bench counter db desk detectors doctor exchange field_cases house jobs journal links/acquirers/test_conformance.py \
	measures oracle playing serving shop storm web world
#: How much at once; the checks run on two cores.
WORKERS ?= 2
# Compiled once and kept: hundreds of processes start here, and each would compile the whole house anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## Show this list
	@echo "Counterfoil finds the sales that did not reach a clean end."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  PYTHON=/path/to/python   the Python to set up with (3.11 or newer; default: python3)"
	@echo '  FILES="a.csv b.xlsx"     what `make audit` reads; ARGS="--lang zh" is handed on'

# ---------------------------------------------------------------- set-up: each step leaves a stamp and is not repeated

.PHONY: setup
setup: $(DONE)/ready $(DONE)/dev ## Set everything up for development

$(DONE)/venv: tools/make-venv tools/find-python
	@python=$$(tools/find-python) && tools/make-venv $(VENV) "$$python"
	@touch $@

$(DONE)/base: requirements/base.txt requirements/build.txt | $(DONE)/venv
	@echo "Setting up: Python packages (a minute or two, once)"
	@$(PINNED) -r requirements/base.txt
	@$(PINNED) -r requirements/build.txt
	@touch $@

$(DONE)/project: pyproject.toml $(DONE)/base
	@$(PIP) --no-deps --no-build-isolation --no-index --editable .
	@touch $@

# One channel's package has 35,000 files, of which a till loads a hundred: those are compiled when they are loaded.
$(DONE)/dev: requirements/dev.txt requirements/channels.txt | $(DONE)/project
	@echo "Setting up: tools for development"
	@$(PINNED) --no-compile -r requirements/channels.txt
	@$(PINNED) -r requirements/dev.txt
	@touch $@

$(DONE)/spark: requirements/spark.txt | $(DONE)/dev
	@echo "Setting up: Spark (some minutes, once)"
	@$(PIP) --require-hashes -r requirements/spark.txt
	@touch $@

$(DONE)/ready: $(DONE)/project $(PAGE)/dist/.built $(FACES)/dist/.built
	@touch $@

PAGE_SOURCES := $(shell find $(PAGE) \( -name node_modules -o -name dist \) -prune -o -type f -print 2>/dev/null)

$(PAGE)/dist/.built: $(PAGE_SOURCES) src/counterfoil/audit/report/build.py src/counterfoil/vite.py | $(DONE)/project
	@echo "Setting up: the report's page"
	@$(BIN)/python -m counterfoil.audit.report.build
	@touch $@

FACES_SOURCES := $(shell find $(FACES) src/counterfoil/web/templates \
	\( -name node_modules -o -name dist \) -prune -o -type f -print 2>/dev/null)

$(FACES)/dist/.built: $(FACES_SOURCES) src/counterfoil/web/build.py src/counterfoil/vite.py | $(DONE)/project
	@echo "Setting up: the pages"
	@$(BIN)/python -m counterfoil.web.build
	@touch $@

$(DONE)/played: | $(DONE)/ready
	@echo "Setting up: the made shop's week, played by its own verbs (half a minute, once)"
	@$(BIN)/counterfoil demo --prepare
	@touch $@

# ---------------------------------------------------------------- use

.PHONY: run
run: $(DONE)/played ## Open a made shop, busy_saturday, with till, desk and office; ARGS="--port 9000 --fresh"
	@$(BIN)/counterfoil demo $(ARGS)

.PHONY: audit
audit: $(DONE)/ready ## Audit your own files: make audit FILES="a.csv folder/"; without FILES the bundled real data
ifdef FILES
	@$(BIN)/counterfoil audit $(FILES) --out audit-out $(ARGS)
else
	@echo "A wholesaler's till: 541,909 lines of the UCI data set Online Retail"
	@$(BIN)/counterfoil audit examples/uci_online_retail.parquet --merchant wholesaler \
		--policy examples/online-retail.policy.toml --out audit-out $(ARGS)
	@echo
	@echo "A day of a payment platform: a trade bill of WeChat Pay"
	@$(BIN)/counterfoil audit examples/wechat_trade_bill_2019-02-19_ALL.csv --merchant monitoring-shop \
		--policy examples/wechat.policy.toml --out audit-out/wechat-bill $(ARGS)
endif

# ---------------------------------------------------------------- checks

.PHONY: lint
lint: $(DONE)/dev ## Check style, types, the import law, our own lints and the docs
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy -n $(WORKERS)
	$(BIN)/lint-imports
	$(BIN)/python -m tools.lints

.PHONY: docs-check
docs-check: $(DONE)/dev ## Check links, commands and that everything is documented
	$(BIN)/python -m tools.lints docs

.PHONY: test
test: $(DONE)/ready $(DONE)/dev ## Run the tests, on a second Python too where the machine has it
	@if tools/need-debian chromium chromium "the test of the report in a browser"; then leave=""; \
	else leave=" and not browser"; fi; \
	$(BIN)/pytest -q -n $(WORKERS) --dist worksteal -m "not long and not spark$$leave" $(ARGS)
	@if python=$$(tools/find-python $(SECOND)); then $(MAKE) test-second SECOND_PYTHON="$$python"; \
	else echo "Python $(SECOND) is not on this machine: tested on the one above only"; fi

.PHONY: test-second
test-second:
	@$(MAKE) VENV=.venv-$(SECOND) PYTHON="$(SECOND_PYTHON)" COMPILE=--no-compile .venv-$(SECOND)/stamps/ready .venv-$(SECOND)/stamps/dev
	.venv-$(SECOND)/bin/pytest -q -n $(WORKERS) --dist worksteal -m "not long and not spark and not browser" \
		$(addprefix --ignore=tests/,$(ONCE)) $(ARGS)

.PHONY: test-long
test-long: $(DONE)/ready $(DONE)/dev $(DONE)/spark ## Run the long tests: Spark, ten towns, fuzzing
	@tools/need-debian java default-jre-headless "Spark"
	$(BIN)/pytest -q -m "long or spark" $(ARGS)

.PHONY: bench
bench: $(DONE)/ready ## Measure the speed of the start, the report, the audit, the counter, the desk and previews
	$(BIN)/counterfoil bench startup
	@tools/need-debian chromium chromium "measuring the report in a browser"
	$(BIN)/counterfoil bench report
	$(BIN)/counterfoil bench audit $(ARGS)
	$(BIN)/counterfoil bench sales
	$(BIN)/counterfoil bench desk
	$(BIN)/counterfoil bench previews

.PHONY: format
format: $(DONE)/dev ## Lay the code out
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

.PHONY: docs
docs: $(DONE)/dev ## Write the reference pages that the code can tell
	$(BIN)/python -m tools.reference
	$(BIN)/python -m tests.links.acquirers.page

.PHONY: changelog
changelog: $(DONE)/dev ## Gather the fragments: make changelog VERSION=1.2.0
	@test -n "$(VERSION)" || { echo "counterfoil: say which version: make changelog VERSION=1.2.0" >&2; exit 2; }
	$(BIN)/towncrier build --yes --version $(VERSION)

.PHONY: requirements
requirements: $(DONE)/dev ## Pin the newest versions that fit, with hashes (needs the network)
	tools/pin-requirements $(BIN)/uv

.PHONY: clean
clean: ## Remove what was set up or made; nothing that you wrote
	rm -rf .venv .venv-* audit-out dist build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	rm -rf $(PAGE)/node_modules $(PAGE)/dist $(FACES)/node_modules $(FACES)/dist
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +
