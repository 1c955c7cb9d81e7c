# Two commands on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= auto

.PHONY: demo test spoofs bench accuracy lint check forms lock wheel clean soak soak-mails

$(VENV)/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

demo: $(VENV)/ready  ## plays a whole case on the embedded default
	$(BIN)/formclerk demo $(ARGS)

test: $(VENV)/ready lint  ## lint, types, import contracts, then every test
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

spoofs: $(VENV)/ready  ## 100,000 random spoofed, replayed and forwarded mails; FORMCLERK_SEED picks others
	FORMCLERK_SPOOFS=$${FORMCLERK_SPOOFS:-100000} $(BIN)/python -m pytest tests/properties/test_spoofs.py $(ARGS)

bench: $(VENV)/ready  ## speed, as ratios within one run
	$(BIN)/python -m tests.benchmarks $(ARGS)

accuracy: $(VENV)/ready  ## values taken from scans and photos unasked, and how many were wrong: make accuracy N=3000 SEED=1
	$(BIN)/python -m tests.benchmarks.accuracy --count $(or $(N),3000) --seed $(or $(SEED),1) $(ARGS)

soak: $(VENV)/ready  ## months with every fault against an independent ledger: make soak SEED=1 MONTHS=3, or FOR=60 minutes; STORE=postgresql
	$(BIN)/python -m tests.soak.months --seed $(or $(SEED),1) --months $(or $(MONTHS),1) --minutes $(or $(FOR),0) \
	  --store $(or $(STORE),sqlite) $(ARGS)

soak-mails: $(VENV)/ready  ## mutated mails through every reader: make soak-mails N=100000 SEED=1
	$(BIN)/python -W error -m tests.soak.mails --count $(or $(N),100000) --seed $(or $(SEED),1) $(ARGS)

forms: $(VENV)/ready  ## build the Word forms of the shipped pack anew, then check them
	$(BIN)/formclerk forms build
	$(BIN)/formclerk forms check

lock: $(VENV)/ready  ## resolve pyproject.toml anew
	$(BIN)/python -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --quiet --all-extras --group dev pyproject.toml -o requirements.lock

wheel: $(VENV)/ready
	$(BIN)/python -m build --wheel --no-isolation

clean:
	rm -rf $(VENV) build dist demo-out .mypy_cache .ruff_cache .pytest_cache .hypothesis
