# Each command does all the set-up it needs; running it twice is harmless.
PYTHON ?= python3
IN_VENV = .venv/bin/python
export PORT RESET SCALE DATABASE

.PHONY: help demo fonts test check bench bench-scale lock format

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

demo: ## run the whole academy here; PORT=8123 make demo, make demo RESET=1
	@exec $(PYTHON) deploy/bootstrap.py demo

fonts: ## fonts for Chinese, Japanese and Korean names on certificates (20 MB)
	@exec $(PYTHON) deploy/bootstrap.py fonts

test: ## every test, on SQLite and PostgreSQL; make test ARGS="tests/courses -k quiz"
	@$(PYTHON) deploy/bootstrap.py dev
	@exec $(IN_VENV) -m tests.run $(ARGS)

check: ## format, lint, types, layers, migrations, translations, templates
	@$(PYTHON) deploy/bootstrap.py dev
	@exec $(IN_VENV) deploy/check.py $(ARGS)

bench: ## the benchmarks: a table, and JSON in var/bench
	@$(PYTHON) deploy/bootstrap.py dev
	@exec $(IN_VENV) -m tests.run --bench $(ARGS)

bench-scale: ## pages at a million learners, on PostgreSQL; SCALE=0.1 DATABASE=sqlite make bench-scale
	@$(PYTHON) deploy/bootstrap.py dev
	@exec $(IN_VENV) -m tests.benchmarks.scale.run

format: ## put code and templates into the house's format
	@$(PYTHON) deploy/bootstrap.py dev
	@$(IN_VENV) -m ruff check --fix --quiet . ; $(IN_VENV) -m ruff format .

lock: ## write the locks anew from pyproject.toml; UPGRADE=1 takes newer versions
	@$(PYTHON) deploy/bootstrap.py dev || true
	@PATH="$(CURDIR)/.venv/bin:$$PATH" exec $(PYTHON) deploy/lock.py $(if $(UPGRADE),--upgrade)
