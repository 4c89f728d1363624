# The tasks of this repository; `make` alone lists them.
# Needs git, make and Python 3.11 or newer. Everything is installed into .venv and nowhere else.
#   make test PYTHON=python3.12     with this Python
#   make test VENV=.venv-3.12       in another folder
#   make test ARGS="-k shell -x"    handed on to pytest

VENV = .venv
BIN = $(VENV)/bin
PYTHON =
ARGS =
CORPUS =
WORK = work
LAB =
WORKFLOWS = .github/workflows/*.yml solutions/homework/.github/workflows/*.yml

.PHONY: help setup environment demo notebooks lab test lint types format bench pictures coverage constraints clean

help: ## list the tasks
	@echo "Tasks (make TASK):"
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "  %-12s %s\n", $$1, $$2 }'

setup: environment ## install everything into .venv (other tasks do it when it is needed)
	@echo "Ready: $(BIN)/checker --help"

environment:
	@sh .ci/venv "$(VENV)" "$(PYTHON)"

demo: environment ## let five students hand in on a campus, and grade them
	@$(BIN)/python -m solutions.demo

notebooks: environment ## make the notebooks from solutions/src (ARGS="03 --lang en": of one lesson, in one language)
	@$(BIN)/python -m solutions.book build $(ARGS)

lab: environment ## open the workbook: JupyterLab and a campus (LAB='--name "Surname Name" --language ru')
	@PATH="$$(cd $(BIN) && pwd):$$PATH" $(BIN)/checker lab --folder "$(WORK)" $(LAB)

test: environment ## run all tests
	@PATH="$$(cd $(BIN) && pwd):$$PATH" $(BIN)/python -m pytest --numprocesses=auto --dist=loadfile $(ARGS)

lint: environment ## check style, types, layers and workflows, as pre-commit and CI do
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/actionlint $(WORKFLOWS)
	$(BIN)/zizmor --offline --quiet action.yml .github solutions/homework/.github

types: environment ## check types alone
	$(BIN)/mypy

format: environment ## put the code into its format and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: environment ## measure speed (CORPUS=FOLDER: also on a folder of repositories)
	@$(BIN)/python benchmarks/start_up.py
	@if [ -n "$(CORPUS)" ]; then $(BIN)/python benchmarks/static_speed.py "$(CORPUS)"; fi
	@if [ -f "$(CORPUS)/labels.jsonl" ]; then $(BIN)/python benchmarks/agreement.py "$(CORPUS)"; fi

pictures: environment ## draw the pictures of the README again
	@$(BIN)/python -m docs.pictures

coverage: environment ## run the tests and say which lines they never reach
	@PATH="$$(cd $(BIN) && pwd):$$PATH" $(BIN)/coverage run -m pytest $(ARGS)
	@$(BIN)/coverage report

constraints: environment ## resolve the pinned versions again, for every Python and system
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --extra dev \
		--no-header --no-annotate --no-emit-index-url --output-file constraints.txt pyproject.toml

clean: ## remove caches and builds; .venv stays
	rm -rf build dist htmlcov .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -not -path "./$(VENV)/*" -prune -exec rm -rf {} +
