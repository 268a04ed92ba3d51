# Two commands matter: `make demo` and `make test`. Both install what they need into .venv first.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PEERS := .bench/peers
PII_PEERS := .bench/peers-pii

.PHONY: demo test check bench bench-peers eval-pii eval-pii-peers lock clean

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

# Figures of the README. They need the texts in ../shared/data; BENCH takes further options, such as BENCH=--large (3 GB).
bench: $(STAMP)
	$(BIN)/python -m benchmarks.run $(BENCH)

bench-peers: $(STAMP) $(PEERS)/.installed
	$(BIN)/python -m benchmarks.run --peers $(PEERS)/bin/python $(BENCH)

$(PEERS)/.installed: benchmarks/requirements-peers.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install -q $$(grep ^torch $<)
	$(PEERS)/bin/python -m pip install -q -r $<
	touch $@

# The bars for personal information against the gold sets in ../shared/data; peers are in the table once they are installed.
eval-pii: $(STAMP)
	$(BIN)/python -m benchmarks.eval_pii $(EVAL)

eval-pii-peers: $(PII_PEERS)/.installed

$(PII_PEERS)/.installed: benchmarks/requirements-peers-pii.txt
	$(PYTHON) -m venv $(PII_PEERS)
	$(PII_PEERS)/bin/python -m pip install -q -r $<
	touch $@

lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --no-annotate -q -o requirements.lock

clean:
	rm -rf $(VENV) .yuliao .bench build *.egg-info
