SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
NB ?= $(sort $(shell find notebooks app -name '*.ipynb' -not -path '*/.ipynb_checkpoints/*'))

# One version of each package for every Python and platform, so that all see the same numbers.
COMPILE := uv pip compile pyproject.toml - --universal --python-version 3.11 \
	--fork-strategy fewest --no-header --no-annotate --quiet

.PHONY: help lab app test env lint notebooks results bench lock clean

help:
	@echo 'make lab        open the notebooks in JupyterLab; ARGS=--no-browser passes arguments on'
	@echo 'make app        show only the Explorer, without code; ARGS=--visitors=8 passes arguments on'
	@echo 'make test       run the unit tests, every notebook and the browser tests'
	@echo 'make env        make the environment in .venv (the other commands do it by themselves)'
	@echo 'make lint       check the style of code and notebooks'
	@echo 'make notebooks  run every notebook again and keep its output; NB=path for one of them'
	@echo 'make results    run the experiments of the extensions again; NAME=tuning for one of them'
	@echo 'make bench      measure the speed beside PyTorch, JAX and C; ARGS=--quick for some rows'
	@echo 'make lock       write the pinned versions again; ARGS=--upgrade takes the newest'
	@echo 'make clean      remove .venv and what the tools left behind'

lab: env
	$(BIN)/python -m jupyter lab --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb \
		$(if $(filter 0,$(shell id -u)),--allow-root) $(ARGS)

app: env
	$(BIN)/python -m app $(ARGS)

test: env
	$(BIN)/python -m pytest --nbval --nbval-current-env --nbval-cell-timeout=300

lint: env
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check

notebooks: env
	$(BIN)/python -m nbconvert --to notebook --execute --inplace \
		--ExecutePreprocessor.kernel_name=python3 --ExecutePreprocessor.timeout=600 $(NB)
	$(BIN)/python -m nbstripout --keep-output --keep-count \
		--extra-keys "metadata.language_info.version cell.metadata.execution" $(NB)

results: env
	$(BIN)/python -m notebooks.results.regenerate $(NAME)

env: .venv/installed

.venv/installed: .venv/locked pyproject.toml jupyterlab_overrides.json
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@mkdir -p .venv/share/jupyter/lab/settings
	@cp jupyterlab_overrides.json .venv/share/jupyter/lab/settings/overrides.json
	@$(BIN)/python -c 'import lstm_memory as lm; lm.train(lm.TUTORIAL)'  # compiles the engine
	@touch $@

# Written last, so a .venv without it was interrupted half-way and is made anew.
.venv/locked: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { \
		echo 'Python 3.11, 3.12 or 3.13 is needed. If $(PYTHON) is another one,' \
			'name the right one: make env PYTHON=python3.12' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo 'This Python has no venv module. On Debian and Ubuntu install it with:' \
			'apt-get install python3-venv' >&2; exit 1; }
	@echo 'Making the environment in .venv: about two minutes.'
	@trap 'test -e $@ || echo "The installation did not finish. The next make env starts it anew." >&2' EXIT; \
	$(PYTHON) -m venv --clear .venv && \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --compile \
		--only-binary=:all: --require-hashes --requirement requirements.lock && \
	touch $@

bench: env .venv-bench/installed
	$(BIN)/python -m benchmarks.run $(ARGS)

.venv-bench/installed: pyproject.toml
	@echo 'Making the environment of the benchmarks in .venv-bench.'
	@$(BIN)/python -m venv --clear .venv-bench
	@$(BIN)/python -c 'import tomllib; project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
		print(*project["optional-dependencies"]["bench"], sep="\n")' > .venv-bench/requirements.txt
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --compile \
		--only-binary=:all: --requirement .venv-bench/requirements.txt
	@touch $@

lock:
	echo flit_core | $(COMPILE) --extra test --extra cluster --extra installer --generate-hashes $(ARGS) --output-file requirements.lock
	sed -i.old '/^  - pip:/q' environment.yml && rm environment.yml.old
	set -o pipefail; echo flit_core | $(COMPILE) --constraint requirements.lock | sed 's/^/      - /' >> environment.yml

clean:
	rm -rf .venv .venv-bench .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
