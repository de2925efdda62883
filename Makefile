# The doors of the project. Every target builds what it needs in .venv.

PYTHON ?= python3
DATA ?= ../shared/data
ROUNDS ?= 5
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp

.PHONY: run test lint bench bench-archive train drills fuzz clean

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else 0'
	$(PYTHON) -m venv $(VENV)
	@# pip 23.2 cannot resolve one package's extra that goes by two spellings
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=24'

$(STAMP): $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.stamp-test: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@touch $@

$(VENV)/.stamp-bench: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench]'
	@touch $@

$(VENV)/.stamp-train: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[train]'
	@touch $@

$(VENV)/.stamp-fuzz: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[fuzz]'
	@touch $@

# The whole service on this machine. PORT=8010 for another port; data lies in ./dehusk-data.
run: $(STAMP)
	$(BIN)/dehusk up $(if $(PORT),--port $(PORT))

lint: $(VENV)/.stamp-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports

test: lint
	$(BIN)/python -m pytest -n 2

bench: $(VENV)/.stamp-bench
	$(BIN)/python -m benchmarks $(DATA)

bench-archive: $(VENV)/.stamp-bench
	$(BIN)/python -m benchmarks.archive $(DATA)

# VERDICTS=rows.jsonl adds what reviewers said, as the dashboard exports it.
train: $(VENV)/.stamp-train
	$(BIN)/python -m training $(DATA) $(if $(VERDICTS),--verdicts $(VERDICTS))

# What goes wrong once in fifty runs goes wrong in production: workers killed, hung and starved, again and again.
# Then accidents of the whole service with real parts; what they print stands in docs/drills.md. Then strange questions.
drills: $(VENV)/.stamp-test
	$(BIN)/python -m drills
	@for round in $$(seq $(ROUNDS)); do \
		echo "round $$round of $(ROUNDS)"; \
		$(BIN)/python -m pytest tests/test_pool_*.py || exit 1; \
	done
	STRANGE_QUESTIONS=300 $(BIN)/python -m pytest tests/service/test_web_description.py

fuzz: $(VENV)/.stamp-fuzz
	$(BIN)/python -m fuzz

clean:
	rm -rf $(VENV) .bench-cache .pytest_cache .mypy_cache .ruff_cache
