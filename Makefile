# Two commands matter: `make demo` and `make test`. Both install what they need into .venv first.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test check bench bench-peers lock clean

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -q --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e .
	touch $@

install: $(STAMP)

demo: $(STAMP)
	YULIAO_HOME=$${YULIAO_HOME:-$(CURDIR)/.yuliao} $(BIN)/yuliao demo

test: $(STAMP)
	$(BIN)/python -m pytest

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python -m benchmarks.run

bench-peers: $(STAMP)
	$(PYTHON) -m venv .bench/peers
	.bench/peers/bin/python -m pip install -q -r benchmarks/requirements-peers.txt
	$(BIN)/python -m benchmarks.run --peers .bench/peers/bin/python

lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q -o requirements.lock

clean:
	rm -rf $(VENV) .yuliao .bench build *.egg-info
