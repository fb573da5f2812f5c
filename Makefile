# The few commands of the project, the same for a person and for CI.
# Another Python: make test PYTHON=python3.13 VENV=.venv-3.13
# A part of the tests: make test TESTS="-m 'not slow' tests/rules"

PYTHON ?= python3
VENV ?= .venv
REPLICATIONS ?= 20
TESTS ?=
SHORT ?=
# make torture: PART="crash input" for some parts, SHORT=1 for a few of each in three minutes.
PART ?=
SHORT ?=
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test lint types ci bench screenshots torture matrix docs reference notebooks validation patterns essay gallery site picture mutants kills clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST)

# A stamp says for which pyproject.toml the environment was made; it is made again only when that changes.
$(VENV)/.installed: pyproject.toml
	@echo "Setting up $(VENV) (once; takes a minute or two)" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	@touch $@

demo: $(VENV)/.installed ## compare the flagship scenario's policies and write its dashboard
	$(BIN)/leaderstream run scenarios/leader-stream.yaml --replications $(REPLICATIONS)

test: $(VENV)/.installed-test ## run the tests
	$(BIN)/python -m pytest -q -n auto $(TESTS)

lint: $(VENV)/.installed-test ## style, and the rules of the house (layers, forbidden constructs)
	$(BIN)/ruff check .
	$(BIN)/python tests/house.py

types: $(VENV)/.installed-test ## check the types
	$(BIN)/mypy

ci: ## everything that CI runs, in fresh environments where there are none yet
	bash .ci/run

bench: $(VENV)/.installed-test ## measure speed, also against other programs, and write docs/performance.md (a quarter of an hour; SHORT=1: two minutes)
	$(BIN)/python benchmarks/bench.py $(if $(SHORT),--short)
	$(if $(SHORT),,$(BIN)/python docs/generate.py)

screenshots: $(VENV)/.installed-test ## picture every page at two widths into results/screenshots, and check what a machine can see
	$(BIN)/python benchmarks/screenshots.py

docs: $(VENV)/.installed-test ## write what is generated from the code within seconds: parts of documents, the reference, the schema
	$(BIN)/python docs/generate.py
	$(BIN)/python docs/reference.py
	$(BIN)/python -m sim.scenario.schema

reference: $(VENV)/.installed-test ## write docs/reference.md alone, and accept how the public names changed
	$(BIN)/python docs/reference.py --accept

notebooks: $(VENV)/.installed-test ## run the notebooks of docs/notebooks and store their outputs (pictures need Chromium)
	$(BIN)/python docs/execute.py

validation: $(VENV)/.installed-test ## run all that theory says, and write the table into docs/model.md (takes minutes)
	$(BIN)/python docs/generate.py --validate

patterns: $(VENV)/.installed-test ## search for the defaults of the room by what is known of groups, and write the result into docs/model.md (ten minutes or so)
	$(BIN)/python docs/patterns.py

essay: $(VENV)/.installed-test ## put each sentence of the essay to the test, and write the result into docs/essay.md (ten minutes or so)
	$(BIN)/python docs/essay.py

gallery: $(VENV)/.installed-test ## play the scenarios of the gallery and draw their pictures into docs/gallery (takes minutes)
	$(BIN)/python docs/gallery.py
	$(BIN)/python docs/generate.py

$(VENV)/.installed-docs: $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	@touch $@

site: $(VENV)/.installed-docs ## build the documents as a web site in build/site; every warning is an error
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going -j 2 -c docs/site docs build/site

picture: $(VENV)/.installed-test ## take the picture of docs/running.md anew (needs Chromium)
	$(BIN)/python benchmarks/screenshots.py --readme docs/picture.png

mutants: $(VENV)/.installed-test ## make deliberate mistakes, one at a time, and see the check of each notice it
	$(BIN)/python tests/mutants/run.py

kills: $(VENV)/.installed-test ## kill a sweep a hundred times, and see that it loses nothing (takes several minutes)
	$(BIN)/python benchmarks/kill_sweep.py

torture: $(VENV)/.installed-test ## put each promise of docs/reliability.md to the test (90 minutes; PART=crash, SHORT=1: three minutes)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: 'atheris>=3.0' 2>/dev/null || true
	$(BIN)/python -m torture $(if $(PART),--part $(PART)) $(if $(SHORT),--short,--keep)
	@$(if $(SHORT),true,$(BIN)/python docs/generate.py)

matrix: $(VENV)/.installed-test ## run the same on Python 3.11 to 3.13 with the oldest and the newest dependencies (downloads them; half an hour or so)
	$(BIN)/python -m torture.matrix

clean: ## remove the environments and caches (results stay)
	rm -rf .venv .venv-* build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
