# Everything runs in .venv, which is set up on first use: python3 (3.11 or newer, with venv) and make are all it takes.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready
DOWNSTREAM := .venv/downstream
LOWEST := .venv/lowest
MEASURED := tests/contracts/ tests/mockserver/
OUTSIDE := $(wildcard tests/contracts/test_seeded_*.py) tests/contracts/test_no_false_alarm.py \
	tests/contracts/test_free_is_free.py tests/mockserver/test_check_live.py
ALONE := tests/pytest_plugin/virtual_time
PUBLIC := __init__.py py.typed contracts mockserver pytest_plugin

.PHONY: demo test lowest lint types docs bench referee build smoke clean

demo: $(READY)
	$(BIN)/reelmock demo

# The whole suite on every core, with the branch coverage of contracts/ and mockserver/ (at least 95 %) by their own tests;
# tests that see them from outside, such as whole runs of the checks, take half the time unmeasured. Virtual time has the
# machine to itself: it tells rest from work by what happens meanwhile.
test: $(READY) $(DOWNSTREAM)/ready
	$(BIN)/coverage erase
	$(BIN)/coverage run $(BIN)/pytest -n auto $(MEASURED) $(OUTSIDE:%=--ignore %)
	$(BIN)/pytest -n auto $(OUTSIDE) $(filter-out $(MEASURED),$(wildcard tests/*/ tests/test_*.py)) --ignore $(ALONE)
	$(BIN)/pytest $(ALONE)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

# The tests of the pytest plugin on the lowest supported versions of what it intercepts and of pytest. All of them, since
# virtual time reaches into trio, anyio and aiohttp too; one after another, since it wants the machine to itself. That
# takes two minutes.
lowest: $(LOWEST)/ready
	$(LOWEST)/bin/pytest tests/pytest_plugin -p no:cacheprovider

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# The editable install hides the package from type checkers; links show it to them: one to everything for mypy, and one
# for pyright to what users get. pyright looks for Python on PATH alone when it verifies types.
types: $(READY)
	MYPYPATH=.venv/src $(BIN)/mypy -p reelmock.contracts -p reelmock.mockserver -p reelmock.pytest_plugin \
		-p reelmock.benchmarks -p reelmock.tests
	PATH="$(CURDIR)/$(BIN):$$PATH" PYTHONPATH=.venv/public pyright --ignoreexternal --verifytypes reelmock

# The pages that are made from the code or the document, and the document's version.
docs: $(READY)
	$(BIN)/python -m reelmock.contracts.fidelity $$(date -u +%F) > .venv/fidelity.md
	mv .venv/fidelity.md docs/fidelity.md

bench: $(READY)
	$(BIN)/python -m reelmock.benchmarks.report

# An independent judge of the fake: schemathesis, with every check it has. `make referee SPEC=api.json` for another document.
referee: $(READY)
	$(BIN)/python -m reelmock.tests.referee 100 $(SPEC)

build: $(READY)
	rm -rf dist
	$(BIN)/python -m build --quiet

# The wheel, made from the sdist, installed into a fresh environment and used outside of this folder.
smoke: build
	sh .ci/smoke dist/*.whl

clean:
	rm -rf .venv dist build *.egg-info .coverage* .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(READY): pyproject.toml
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'reelmock needs Python 3.11 or newer: make PYTHON=python3.12 …')"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --editable . --group dev
	mkdir -p .venv/src .venv/public/reelmock
	ln -sfn ../.. .venv/src/reelmock
	ln -sfn $(PUBLIC:%=../../../%) .venv/public/reelmock
	touch $(READY)

# The environment of a downstream project: reelmock beside other mocks, and plugins that ours must not have.
$(DOWNSTREAM)/ready: $(READY) tests/downstream/requirements.txt
	$(PYTHON) -m venv $(DOWNSTREAM)
	$(DOWNSTREAM)/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	$(DOWNSTREAM)/bin/python -m pip install --quiet --editable ".[httpx,payloads]" \
		--requirement tests/downstream/requirements.txt
	touch $@

# httpx2 wants a newer h11 than the lowest httpx does, and works with an older one.
$(LOWEST)/ready: $(READY) tests/downstream/lowest.txt
	$(PYTHON) -m venv $(LOWEST)
	$(LOWEST)/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	$(LOWEST)/bin/python -m pip install --quiet --editable ".[all]" --requirement tests/downstream/lowest.txt \
		backoff responses stamina tenacity trio vcrpy
	$(LOWEST)/bin/python -m pip install --quiet --no-deps httpx2 httpcore2 truststore
	touch $@
