# make lab    open the course          make test          everything that CI checks
# make build  rebuild the notebooks    make check         lint, and the tests of what you changed
# make bench  measure the library      make test-browser  the notebooks in a real browser
# make clean  remove .venv and caches  make validate      every notebook on a GPU, if there is one
# make site   web pages in build/site/html, with figures that move
# make slides decks for lectures in build/slides, with figures that move
# make test-lowest                     the tests with the lowest versions that pyproject.toml allows
#
# `make check SINCE=main` takes all changes since a commit; without SINCE, those not committed yet.
# `make test` runs a notebook again only when something changed that it depends on; with CI=1, all.
# COURSE_DEVICE chooses the device (cpu, cuda, cuda:1, mps) of everything that trains; without it a
# GPU is taken if there is one. OPTIONS goes to `course validate`, such as OPTIONS="--resume".
# PYTHON chooses the interpreter for .venv (3.11 to 3.13); TORCH=cpu takes the CPU-only PyTorch,
# TORCH=none takes none (notebooks 00 to 08 do without; `make clean lab` brings it later);
# LAB holds options for JupyterLab, such as LAB="--no-browser --port 9000".

PYTHON ?= python3
TORCH ?=
LAB ?=
OPTIONS ?=
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
CPU_INDEX := https://download.pytorch.org/whl/cpu
JOBS ?= 2
SINCE ?= HEAD
LOWEST := .venv-lowest
# JupyterLab refuses to run as root, which is who one is in a container, unless it is told to
ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
NBVAL := --nbval --ignore=notebooks/solved notebooks

.PHONY: here lab test check lint unit notebooks test-browser test-lowest build site slides bench validate clean

# settings that would have pip install somewhere else than into .venv, or Python start elsewhere
export PIP_USER := 0
unexport PIP_TARGET PIP_PREFIX PIP_ROOT PYTHONHOME

# with .venv first on the path, the terminals inside JupyterLab know the command `course`
lab: $(READY)
	PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/jupyter lab $(ROOT) $(LAB) notebooks/00_start_here.ipynb

test: lint unit notebooks

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# numbers within BLAS on one thread each: two workers on two cores do not get into each other's way
unit: $(READY)
	$(ONE_THREAD) $(BIN)/python -m pytest -n $(JOBS) --dist loadfile

notebooks: $(READY)
	$(ONE_THREAD) $(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(NBVAL)

check: lint
	$(ONE_THREAD) $(BIN)/python -m pytest --since $(SINCE) -q -n $(JOBS) --dist loadfile tests
	$(ONE_THREAD) $(BIN)/python -m pytest --since $(SINCE) -q -n $(JOBS) --dist loadfile $(NBVAL)

test-browser: $(READY)
	$(BIN)/python -m pip install --quiet -r docs/requirements.txt -e '.[browser]'
	$(BIN)/python -m pytest -m browser -p no:xdist tests/browser

site: $(READY)
	$(BIN)/python -m pip install --quiet -r docs/requirements.txt
	$(ONE_THREAD) $(BIN)/course site --jobs $(JOBS)

slides: $(READY)
	$(BIN)/python -m pip install --quiet -r docs/requirements.txt
	$(ONE_THREAD) $(BIN)/course slides --jobs $(JOBS)

build: $(READY)
	$(BIN)/course build

bench: $(READY)
	$(BIN)/python tests/benchmarks --threads 1 2
	$(BIN)/python tests/benchmarks --growth
	$(BIN)/python -m tests.benchmarks.check_latency
	$(BIN)/python -m tests.benchmarks.live_figures

validate: $(READY)
	$(BIN)/course validate $(OPTIONS)

# a virtual environment has the path of its folder written into its programs
here:
	@was=$$(sed -n "s/^\( *export\)\{0,1\} *VIRTUAL_ENV=[\"']*\(\/[^\"']*\).*/\2/p" $(BIN)/activate 2> /dev/null | tail -n 1); \
	if [ -n "$$was" ] && ! [ "$$was" -ef "$(CURDIR)/$(VENV)" ]; then \
		echo "This folder was moved, renamed or copied: its .venv was made as $$was, and works only there." \
			"Run: make clean lab" >&2; exit 1; \
	fi

# the stamp is younger than what it was made from: a second call installs nothing
$(READY): requirements.txt pyproject.toml | here
	@$(PYTHON) -c "import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v <= (3, 13) else \
		'The course runs on Python 3.11 to 3.13, and $(PYTHON) is %d.%d: try make PYTHON=python3.12' % v)"
	$(PYTHON) -m venv $(VENV)
	@echo "Installing the course into .venv: 2 to 10 minutes, once."
ifeq ($(TORCH),cpu)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --index-url $(CPU_INDEX) \
		$$(grep -E '^torch(vision)?==' requirements.txt)
endif
ifeq ($(TORCH),none)
	grep -v '^torch' requirements.txt > $(VENV)/light.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r $(VENV)/light.txt
else
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
endif
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@# JupyterLab here saves the state of moving figures, and asks nothing about news
	@mkdir -p $(VENV)/share/jupyter/lab/settings
	@cp course_utils/widgets/jupyterlab.json $(VENV)/share/jupyter/lab/settings/overrides.json
	@# its file browser leaves out the sources, and nbconvert says what pictures show
	@mkdir -p $(VENV)/etc/jupyter
	@cp course_utils/widgets/jupyter_server.json $(VENV)/etc/jupyter/jupyter_server_config.json
	@cp course_utils/widgets/jupyter_nbconvert.json $(VENV)/etc/jupyter/jupyter_nbconvert_config.json
	@touch $(READY)

# what the ranges in pyproject.toml promise; formatting is left to the tested version of ruff
test-lowest:
	rm -rf $(LOWEST) && $(PYTHON) -m venv $(LOWEST)
	$(PYTHON) tests/lowest_versions.py > $(LOWEST)/lowest.txt
ifeq ($(TORCH),cpu)
	$(LOWEST)/bin/python -m pip install --quiet --index-url $(CPU_INDEX) \
		$$(grep -E '^torch(vision)?==' $(LOWEST)/lowest.txt)
endif
	$(LOWEST)/bin/python -m pip install --quiet -r $(LOWEST)/lowest.txt
	$(LOWEST)/bin/python -m pip install --quiet --no-deps -e .
	$(ONE_THREAD) $(LOWEST)/bin/python -m pytest -n $(JOBS) --dist loadfile --fresh
	$(ONE_THREAD) $(LOWEST)/bin/python -m pytest -n $(JOBS) --dist loadfile --fresh $(NBVAL)

clean:
	rm -rf $(VENV) $(LOWEST) .pytest_cache .ruff_cache .hypothesis notebooks/solved
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
