# Every target sets itself up from a bare python3 (3.11 or newer): `make demo`, `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready

.PHONY: demo nightly test lint lock asv browser daemons bench bench-full clean
.DELETE_ON_ERROR:

demo: $(READY)
	$(BIN)/threatbench run demo

# DATA names the flows (make nightly DATA=/data/CICIoT2023); without it the embedded synthetic set.
nightly: $(READY)
	$(BIN)/threatbench nightly $(if $(DATA),--data $(DATA)) $(NIGHTLY)

test: $(READY) browser daemons
	$(BIN)/pytest --numprocesses=logical --maxprocesses=4 --dist=loadfile

# How fast, beside what: bench/speed measures, bench/results keeps. The full set takes 40 GB of disk.
bench: $(READY)
	$(BIN)/python -m bench.speed

bench-full: $(READY)
	$(BIN)/python -m bench.speed --full

# Every benchmark once on this commit, and the nights in runs/ beside them; the site is .asv/html.
# Whole series, or other commits, in environments of their own: `asv run`.
asv: $(READY)
	$(BIN)/asv machine --yes
	$(BIN)/asv run --python=same --quick --show-stderr --set-commit-hash "$$(git rev-parse HEAD)"
	if ls -d runs/*/run.json >/dev/null 2>&1; then $(BIN)/threatbench track; fi
	$(BIN)/asv publish --no-pull

# The report is tested in Debian's Chromium; where it cannot be installed, those tests say so.
browser:
	@command -v chromium chromedriver >/dev/null || \
		{ [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && \
		apt-get update -qq && apt-get install -y -qq chromium chromium-driver >/dev/null; } || \
		echo "no chromium and chromedriver here: the browser tests will be skipped"

# What runs in a queue or over SSH is tested in a real Slurm and by a real sshd, on loopback.
daemons:
	@.ci/daemons

lint: $(READY)
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

# The lock names every package with its hashes; pip refuses anything else.
$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "threatbench needs Python 3.11 or newer; set PYTHON=…")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes --requirement requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

# After a change of dependencies in pyproject.toml.
lock: $(READY)
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --group dev --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV)
