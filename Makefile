# `make run` and `make test` do all their set-up; they need only Python 3.11 or newer and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?=

# one worker more than processors: some tests wait for programs that they start
WORKERS ?= $(shell expr $$(nproc 2>/dev/null || echo 1) + 1)

.PHONY: run report test checks lint types layers system tests doctests plain docs bench data clean

run: $(VENV)/.installed
	$(BIN)/infraplan run phu-tho --out out/phu-tho

report: $(VENV)/.installed-report
	$(BIN)/infraplan report out/phu-tho --lang vi
	$(BIN)/infraplan report out/phu-tho --lang en

# what runs on one core goes two at a time, then the tests take all of them
test: $(VENV)/.installed-dev system
	$(MAKE) --no-print-directory -j 2 checks
	$(MAKE) --no-print-directory tests

checks: docs types lint layers plain doctests

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

layers: $(VENV)/.installed-dev
	$(BIN)/lint-imports

# programs that tests need (Chromium, LibreOffice, qpdf, poppler), with apt where that may be used; elsewhere those tests skip
system:
	sh tools/install_system.sh

tests: $(VENV)/.installed-dev system
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST_ARGS)

doctests: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -q --doctest-modules --import-mode=prepend src/infraplan

# the kernels once more as plain Python, where that takes no minutes: real tracebacks
plain: $(VENV)/.installed-dev
	NUMBA_DISABLE_JIT=1 $(BIN)/python -m pytest -q -m "not compiled" tests/radio

# the notebooks, run from top to bottom, and the site that shows them: out/site/index.html
docs: $(VENV)/.installed-dev
	$(BIN)/python tools/run_notebooks.py out/notebooks
	$(BIN)/python tools/docs/build.py

# the figures of README and docs, measured anew; best on an idle machine
bench: $(VENV)/.installed-bench
	$(BIN)/python benchmarks/radio.py --update README.md docs/radio.md
	$(BIN)/python benchmarks/network.py --update docs/radio.md
	$(BIN)/python benchmarks/plan.py --update docs/plan.md
	$(BIN)/python benchmarks/plan.py --province --update docs/plan.md

data: $(VENV)/.installed-dev
	$(BIN)/python tools/build_phu_tho.py

$(VENV)/.installed: pyproject.toml constraints.txt hatch_build.py tools/web/package-lock.json
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[dev]"
	touch $@

$(VENV)/.installed-report: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[report]"
	touch $@

$(VENV)/.installed-bench: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[bench]"
	touch $@

clean:
	rm -rf $(VENV) out
