SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
NOTEBOOKS := $(sort $(shell find notebooks app -name '*.ipynb' -not -path '*/.ipynb_checkpoints/*'))
NB ?= $(NOTEBOOKS)

# One version of each package for every Python and platform, so that all see the same numbers.
COMPILE := .uv/bin/uv pip compile pyproject.toml - --universal --python-version 3.11 \
	--fork-strategy fewest --no-header --no-annotate --quiet

# Files of tests side by side, one on each core, but no more than have room in the memory of a
# laptop. In their order, so that the long ones are not the last.
SIDE_BY_SIDE := -n logical --maxprocesses=4 --dist loadfile --no-loadscope-reorder
NBVAL := --nbval --nbval-current-env --nbval-cell-timeout=300

.PHONY: help lab app hub test class env lint notebooks solutions assignments book slides results bench load lock clean

help:
	@echo 'make lab        open the notebooks in JupyterLab; ARGS=--no-browser passes arguments on'
	@echo 'make app        show only the Explorer, without code; ARGS=--visitors=8 passes arguments on'
	@echo 'make hub        open all notebooks to a class, see docs/hub.md'
	@echo 'make test       run the unit tests, every notebook and the browser tests; ARGS=path for some of them'
	@echo 'make class      make the environment of the class server, see docs/hub.md'
	@echo 'make env        make the environment in .venv (the other commands do it by themselves)'
	@echo 'make lint       check the style of code and notebooks'
	@echo 'make notebooks  run every notebook again and keep its output; NB=path for one of them'
	@echo 'make solutions  write the solved exercises in docs/solutions again, and run them'
	@echo 'make assignments  write them as a course of nbgrader in a new folder: COURSE=folder'
	@echo 'make results    run the experiments of the extensions again; NAME=tuning for one of them'
	@echo 'make book       write all notebooks as a site to read, in the folder book'
	@echo 'make slides     write a deck of slides for each notebook, in the folder slides'
	@echo 'make bench      measure the speed beside PyTorch, JAX and C; ARGS=--quick for some rows'
	@echo 'make load       measure a whole class at the hub and at the app; ARGS="--learners 5"'
	@echo 'make lock       write the pinned versions again; ARGS=--upgrade takes the newest'
	@echo 'make clean      remove .venv, .uv and what the tools left behind'

book: env
	$(BIN)/python -m sphinx --quiet --fail-on-warning --conf-dir docs/book . book
	@rm -rf jupyter_execute  # copies of the notebooks, which nobody reads
	@echo 'The book is in the folder book: open book/index.html.'

slides: env
	$(BIN)/python -m sphinx --quiet --fail-on-warning --builder revealjs --conf-dir docs/slides notebooks slides
	@rm -rf jupyter_execute
	@echo 'The decks are in the folder slides, one for each notebook: open slides/01_sequence_problem.html.'

lab: env
	$(BIN)/python -m jupyter lab --LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb \
		$(if $(filter 0,$(shell id -u)),--allow-root) $(ARGS)

app: env
	$(BIN)/python -m app $(ARGS)

hub: class
	.venv-class/bin/python -m jupyterhub --config docs/hub/jupyterhub_config.py $(ARGS)

test: env
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(NBVAL) $(ARGS)

lint: env
	$(BIN)/python -m ruff check
	$(BIN)/python -m ruff format --check

notebooks: env
	$(BIN)/python -m nbconvert --config notebooks/nbconvert_config.py --to notebook --execute --inplace \
		--ExecutePreprocessor.kernel_name=python3 --ExecutePreprocessor.timeout=600 $(NB)
	$(BIN)/python -m nbstripout --keep-output --keep-count \
		--extra-keys "metadata.language_info.version cell.metadata.execution" $(NB)

solutions: env
	$(BIN)/python -m docs.solutions.write

assignments: env
	$(BIN)/python -m docs.solutions.write $(or $(COURSE),course)

results: env
	$(BIN)/python -m notebooks.results.regenerate $(NAME)

env: .venv/signed

# Widgets in a notebook that is not signed show no more than their names once it is opened again.
.venv/signed: .venv/installed $(NOTEBOOKS)
	@$(BIN)/python -m jupyter trust $(NOTEBOOKS) >/dev/null 2>&1 && touch $@ || \
		echo 'The notebooks could not be signed: to see a widget of a saved notebook, run its cell again.' >&2

.venv/installed: .venv/locked pyproject.toml jupyterlab_overrides.json
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@mkdir -p .venv/share/jupyter/lab/settings
	@cp jupyterlab_overrides.json .venv/share/jupyter/lab/settings/overrides.json
	@$(BIN)/python -c 'import lstm_memory as lm; lm.train(lm.TUTORIAL); from lstm_memory import hochreiter1997; hochreiter1997.warm_up()'  # compiles the engine
	@touch $@

# Written last, so a .venv without it was interrupted half-way and is made anew.
.venv/locked: requirements.lock
	@$(PYTHON) -c '' 2>/dev/null || { echo '$(NO_PYTHON)' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo 'This Python has no venv module. On Debian and Ubuntu install it with:' \
			'apt-get install python3-venv' >&2; exit 1; }
	@echo 'Making the environment in .venv: about a minute, with a slow connection longer.'
	@trap 'test -e $@ || echo "The installation did not finish. The next make env starts it anew." >&2' EXIT; \
	trap 'exit 130' INT; \
	$(PYTHON) -m venv --clear .venv && $(INSTALL_UV) && $(TAKE_A_FITTING_PYTHON) && $(INSTALL_PACKAGES) && touch $@

NO_PYTHON = Python 3.11, 3.12 or 3.13 is needed. If $(PYTHON) is another one, \
	name the right one: make env PYTHON=python3.12
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))

# uv installs in half the time of pip. It stays in .uv, with all that it keeps.
UV := .uv/bin/uv
UV_LINES := /^uv==/,/[^\\]$$/
HASHED := --quiet --only-binary=:all: --require-hashes --requirement
PIP := $(BIN)/python -m pip install --disable-pip-version-check
export UV_CACHE_DIR ?= $(CURDIR)/.uv/cache
export UV_PYTHON_INSTALL_DIR ?= $(CURDIR)/.uv/python

define INSTALL_UV
{ sed -n '$(UV_LINES)p' requirements.lock | \
	$(PIP) --upgrade --target .uv $(HASHED) /dev/stdin 2>/dev/null || rm -rf .uv/bin; }
endef

define TAKE_A_FITTING_PYTHON
{ $(PYTHON) -c '$(FITS)' || { \
	echo '$(PYTHON) is not Python 3.11, 3.12 or 3.13: uv looks for one, or fetches it.'; \
	fitting=$$($(UV) python find --system '>=3.11,<3.14' || { \
		$(UV) python install --no-bin 3.13 && $(UV) python find --managed-python 3.13; }) 2>/dev/null && \
	$$fitting -m venv --clear .venv || { echo '$(NO_PYTHON)' >&2; exit 1; }; }; }
endef

# uv does not read pip's settings, of which a mirror near by is the one that many have.
define INSTALL_PACKAGES
{ mirror=$$($(BIN)/python -m pip config get global.index-url 2>/dev/null); \
sed '$(UV_LINES)d' requirements.lock > .venv/packages.txt; \
test -x $(UV) && UV_DEFAULT_INDEX=$${UV_DEFAULT_INDEX:-$${PIP_INDEX_URL:-$$mirror}} \
	$(UV) pip install --python $(BIN)/python --compile-bytecode $(HASHED) .venv/packages.txt || { \
	echo 'uv can not be used here, so pip installs the packages: that takes about two minutes.'; \
	$(PIP) --compile $(HASHED) .venv/packages.txt; }; }
endef

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

load: class
	$(BIN)/python -m benchmarks.load $(ARGS)

# The server of a class and nbgrader, upon .venv: they see what is there, learners do not see them.
class: env .venv-class/installed

.venv-class/installed: .venv/locked docs/hub/requirements.lock docs/hub/package-lock.json
	@echo 'Making the environment of the class server in .venv-class.'
	@$(BIN)/python -m venv --clear --without-pip .venv-class
	@packages=$$(echo .venv-class/lib/python*/site-packages); \
		$(BIN)/python -c 'import site; print(f"import site; site.addsitedir({site.getsitepackages()[0]!r})")' \
		> "$$packages/learners.pth"
	@$(BIN)/python -m pip --python .venv-class/bin/python install --disable-pip-version-check \
		--compile --no-deps $(HASHED) docs/hub/requirements.lock
	@cp docs/hub/package.json docs/hub/package-lock.json .venv-class/
	@PATH="$$PWD/.venv-class/bin:$$PATH" npm ci --prefix .venv-class --ignore-scripts --no-audit --no-fund --silent
	@ln -s ../node_modules/.bin/configurable-http-proxy .venv-class/bin/
	@touch $@

lock: class
	echo flit_core | $(COMPILE) --extra test --extra book --extra cluster --extra installer --generate-hashes $(ARGS) --output-file requirements.lock
	{ date -u '+# Resolved on %F.'; cat requirements.lock; } > requirements.dated && mv requirements.dated requirements.lock
	echo | $(COMPILE) --extra class --generate-hashes --constraint requirements.lock $(ARGS) \
		$$(sed -n 's/^\([a-z0-9-]*\)==.*/--no-emit-package \1/p' requirements.lock) --output-file docs/hub/requirements.lock
	cd docs/hub && PATH="$(CURDIR)/.venv-class/bin:$$PATH" npm update --package-lock-only --omit-lockfile-registry-resolved
	sed -i.old '/^  - pip:/q' environment.yml && rm environment.yml.old
	set -o pipefail; echo flit_core | $(COMPILE) --constraint requirements.lock | sed 's/^/      - /' >> environment.yml

clean:
	rm -rf .venv .uv .venv-bench .venv-class book slides .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
