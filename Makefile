# Everything is made under .local/; `make clean` removes it.

PYTHON ?= python3
VENV := .local/venv
ARGS ?=
# As many as tests/conftest.py says; what one of them starts is its own.
WORKERS := --numprocesses=auto --maxprocesses=4 --dist=loadscope

.DEFAULT_GOAL := help
.PHONY: help run test bench format lock clean python venv-local venv-test venv-bench

help: ## print this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' Makefile

run: venv-local ## start everything on this machine; HTTP_PORT, MAILBOX_PORT, DATABASE_URL and AMQP_URL are heeded
	@exec $(VENV)/bin/python -m deploy.local run --stop-with-parent

test: venv-test ## run every check; ARGS go to pytest: make test ARGS="-k registration"
	@$(VENV)/bin/python -m deploy.local prepare-tests
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/pytest $(WORKERS) $(ARGS)

bench: venv-bench ## measure mails, logins, memory and timing; ARGS choose: make bench ARGS="mail login"
	@$(VENV)/bin/python -m tests.bench $(ARGS)

format: venv-test ## bring the code into its form
	$(VENV)/bin/ruff format
	$(VENV)/bin/ruff check --fix

COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate
lock: ## resolve the dependencies of pyproject.toml anew into deploy/locks (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv, which is not on PATH."; exit 1; }
	$(COMPILE) pyproject.toml -o deploy/locks/runtime.txt
	$(COMPILE) --extra local pyproject.toml -o deploy/locks/local.txt
	$(COMPILE) --extra local --extra test pyproject.toml -o deploy/locks/test.txt
	$(COMPILE) --extra local --extra test --extra bench pyproject.toml -o deploy/locks/bench.txt

clean: python ## remove everything that was made here, the data of `make run` too
	@$(PYTHON) -B -m deploy.local.cleaning

venv-local: python
	@$(PYTHON) -m deploy.local.virtualenv local

venv-test: python
	@$(PYTHON) -m deploy.local.virtualenv test

venv-bench: python
	@$(PYTHON) -m deploy.local.virtualenv bench

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Python 3.11 or newer is needed, and '$(PYTHON)' is not: name one with make PYTHON=..."; exit 1; }
