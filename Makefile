# make report | lab | test | prove | bench | browser | clean
# TORCH=cpu takes the torch build that constraints.txt names; TORCH=gpu leaves the build to your pip settings and your card.

PYTHON ?= python3
TORCH ?= cpu
IMPRESSIONS ?= 200000
SEED ?= 7
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/installed-$(TORCH)
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

lab: $(INSTALLED)
	$(BIN)/workbench lab

test: $(INSTALLED) browser check
	$(BIN)/python -m pytest -rs -n 2 --dist loadfile --doctest-modules -m "not prove" tests workbench

check: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

prove: $(INSTALLED)
	$(BIN)/python -m pytest -m prove tests

bench: $(INSTALLED)
	@for question in benchmarks/*.py; do $(BIN)/python $$question || exit 1; done

browser:
	@command -v chromium > /dev/null || \
	if command -v apt-get > /dev/null && [ "$$(id -u)" = 0 ]; then \
	    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; \
	else echo "No Chromium, and apt may not be used here: browser tests will skip."; fi

install: $(INSTALLED)

$(INSTALLED): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	if [ $(TORCH) = gpu ]; then grep -v '^torch==' constraints.txt; else cat constraints.txt; fi > $(VENV)/constraints.txt
	$(BIN)/python -m pip install --quiet -c $(VENV)/constraints.txt -e '.[test]'
	touch $@

clean:
	rm -rf out build dist .mypy_cache .pytest_cache .ruff_cache
