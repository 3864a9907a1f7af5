# Usage: make TARGET. `setup` makes .venv and installs the project with its development tools; the other targets use it.
# To use an environment of your own instead: make TARGET BIN=/path/to/venv/bin READY=
PYTHON ?= python3
VENV ?= .venv
BIN ?= $(VENV)/bin
READY ?= $(VENV)/.ready

.PHONY: setup check test science golden bench soak docs serve lint types layers schemas tables run

setup: $(READY)

$(VENV)/.ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

check: lint types layers schemas docs   ## everything but the tests

test: $(READY)      ## all tests but those that run long
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not soak"

science: $(READY)   ## analytic cases, recovery, coverage: with what they print
	$(BIN)/python -m pytest -m science -s

soak: $(READY)      ## what runs long
	$(BIN)/python -m pytest -m soak -s

golden: $(READY)    ## rewrite the golden files and print what moved
	$(BIN)/python tests/golden/update.py

bench: $(READY)     ## the same model in every engine (Mesa and EMA with the extra [bench]); what the regional layer costs
	$(BIN)/python benchmarks/engines_compared.py
	$(BIN)/python benchmarks/regional_cost.py

serve: $(READY)     ## the desk and the API on this machine
	$(BIN)/counterpoise serve

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(READY)
	$(BIN)/mypy

layers: $(READY)
	$(BIN)/lint-imports

schemas: $(READY)   ## the shipped JSON Schemas are those of the models
	$(BIN)/python -m pytest -q -p no:cacheprovider tests/contracts/test_docs.py tests/unit/reports tests/unit/scenario -k schema

docs: $(READY)      ## build the documentation, strict, into site/
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

tables: $(READY)    ## make the documentation's tables anew from the code and the data
	$(BIN)/python docs/tables.py
