# `make run` starts the hub, `make test` proves it; everything else is a part of these two.
PYTHON ?= python3
PY = .venv/bin/python
TESTS = $(PY) -m pytest -n 2 -q
# A run starts dozens of Pythons: without their bytecode each takes three times as long.
unexport PYTHONDONTWRITEBYTECODE
NO_PYTHON = echo "The hub needs Python 3.11 or later: install python3 and start again." >&2; exit 1

.PHONY: run stop test lint unit browser drills soak bench format messages lock backup restore clean setup setup-dev chromium

run: setup
	@exec $(PY) -m hub.embedded.serve

stop: setup
	@exec $(PY) -m hub.embedded.serve stop

test: lint chromium
	@exec $(TESTS) -m "not soak" $(ARGS)

lint: setup-dev
	@exec $(PY) .ci/checks.py

unit: setup-dev
	@exec $(TESTS) -m "not browser and not drill and not soak" $(ARGS)

browser: chromium
	@exec $(TESTS) -m browser $(ARGS)

drills: setup-dev
	@exec $(TESTS) -m drill $(ARGS)

soak: setup-dev
	@exec $(PY) -m pytest -n 0 -m soak $(ARGS)

bench: setup-dev
	@exec $(PY) -m bench $(ARGS)

format: setup-dev
	@$(PY) -m ruff check --fix --quiet .
	@$(PY) -m ruff format --quiet .

messages: setup-dev
	@exec $(PY) manage.py messages

# Locks name no host: they install with plain pip from wherever the machine gets its packages.
LOCK = $(PY) -m uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header -q
lock: setup-dev
	@$(LOCK) $(ARGS) -o requirements.lock
	@$(LOCK) $(ARGS) --extra s3 -c requirements.lock -o requirements-s3.lock
	@$(LOCK) $(ARGS) --group dev -c requirements.lock -o requirements-dev.lock

# FILE=path names the archive; ARGS=--replace lets a restore throw away what is there.
backup: setup
	@exec $(PY) manage.py backup $(FILE)

restore: setup
	@exec $(PY) manage.py restore $(FILE) $(ARGS)

# Takes the installed packages and caches; var/, which holds the data, stays.
clean:
	@rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

setup:
	@command -v $(PYTHON) >/dev/null || { $(NO_PYTHON); }
	@$(PYTHON) .ci/bootstrap.py run

setup-dev:
	@command -v $(PYTHON) >/dev/null || { $(NO_PYTHON); }
	@$(PYTHON) .ci/bootstrap.py dev
	@$(PY) -m hub.catalogues

chromium: setup-dev
	@exec $(PY) -m tests.chromium
