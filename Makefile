# Nothing is needed but Python, git and make. All that is made lies below .build/, and `make clean` removes it.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-matrix faults molecule runner bench lint check docs pins clean

# Which ansible-core `make test` uses: 2.16, 2.19 or 2.21. ARGS goes to pytest: make test ARGS="tests/unit -k plan".
CORE ?= 2.19
ARGS ?=
# Which checks `make lint` runs: all, or those whose names contain one of these words: make lint CHECKS="ruff mypy".
CHECKS ?=
# What runs the tools, and the environments `run` and `lint`; those of the tests find the Python that their ansible-core wants.
ifndef PYTHON
PYTHON := $(shell sh tools/find-python 3.13 3.12 3.11 3.14)
endif
$(if $(PYTHON),,$(error no Python 3.11 or newer found; name one: make PYTHON=/path/to/python3))

VENV := .build/venv
STATE := $(CURDIR)/.build/state
LINK := .build/ws/ansible_collections/inet/elastic
AWX := .build/ws/ansible_collections/awx/pins.txt

# Without byte code every program here takes twice as long to start.
unexport PYTHONDONTWRITEBYTECODE PYTHONUNBUFFERED
# What is set for a real account, or for Ansible at large, has no part in a test.
unexport PAAS_API_URL PAAS_TOKEN PAAS_LOGIN PAAS_PASSWORD PAAS_OTP PAAS_CA_PATH PAAS_TOKEN_STORE ANSIBLE_VAULT_PASSWORD_FILE
export ANSIBLE_CONFIG := $(CURDIR)/tools/ansible.cfg
export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/.build/ws
export ANSIBLE_HOME := $(STATE)/ansible
export ANSIBLE_LOCAL_TEMP := $(STATE)/tmp
export ANSIBLE_REMOTE_TEMP := $(STATE)/tmp
export TMPDIR := $(STATE)/tmp
export HYPOTHESIS_STORAGE_DIRECTORY := $(STATE)/hypothesis
export XDG_CACHE_HOME := $(CURDIR)/.build/cache

# The newer ansible-core puts a socket below TMPDIR, whose path may have some 100 characters: begins a command with a short one.
WITH_SHORT_TMPDIR = short=$$(mktemp -d /tmp/test.XXXXXX) && trap 'rm -rf "$$short"' EXIT INT TERM && TMPDIR="$$short"

# Virtual environments hold absolute paths: after a move of the checkout they are made anew.
$(shell mkdir -p .build/state/tmp; [ "$$(cat .build/where 2>&1)" = "$(CURDIR)" ] || echo "$(CURDIR)" >.build/where)

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{ printf "  %-17s %s\n", $$1, $$2 }'

demo: $(VENV)/run.stamp $(LINK) ## see the quick start run against the emulator
	@$(VENV)/run/bin/python tools/demo.py

test: $(VENV)/core-$(CORE).stamp $(LINK) ## unit, property and integration tests (CORE=2.19 ARGS=...)
	@case "$(CURDIR)" in *" "*) echo "ERROR: Ansible cannot run a module with a Python below a path with a space: move the checkout" >&2; exit 2;; esac
	@$(WITH_SHORT_TMPDIR) \
	    PATH="$(CURDIR)/$(VENV)/core-$(CORE)/bin:$$PATH" $(VENV)/core-$(CORE)/bin/python -m pytest -c pyproject.toml $(ARGS)

test-matrix: .build/where ## the same tests with every ansible-core that is supported
	@"$(PYTHON)" tools/matrix.py 2.16 2.19 2.21

faults: $(VENV)/core-$(CORE).stamp $(LINK) ## every API call that changes something x every fault; writes docs/faults.md
	@$(WITH_SHORT_TMPDIR) \
	    PATH="$(CURDIR)/$(VENV)/core-$(CORE)/bin:$$PATH" $(VENV)/core-$(CORE)/bin/python tools/faults.py $(ARGS)

molecule: $(VENV)/molecule.stamp $(LINK) $(AWX) ## the scenarios of the roles (ARGS="tokens token_rotation")
	@$(WITH_SHORT_TMPDIR) \
	    $(VENV)/molecule/bin/python tools/molecule.py $(ARGS)

runner: $(VENV)/runner.stamp $(VENV)/core-2.16.stamp $(LINK) $(AWX) ## the job templates as a controller runs them, by ansible-runner (ARGS=...)
	@$(WITH_SHORT_TMPDIR) \
	    PATH="$(CURDIR)/$(VENV)/runner/bin:$$PATH" $(VENV)/runner/bin/python -m pytest -c pyproject.toml tests/runner $(ARGS)

bench: $(VENV)/bench.stamp $(VENV)/bench-peers.stamp $(LINK) ## measure the speed beside other ways; writes docs/performance.md (ARGS=--quick)
	@$(VENV)/bench/bin/python -m benchmarks $(ARGS)

lint: $(VENV)/lint.stamp $(LINK) $(AWX) ## static checks, sanity tests, the built artefact (CHECKS=...)
	@$(VENV)/lint/bin/python tools/lint.py $(CHECKS)

# The tests of what uses something of ansible-core that may differ between its versions.
AGAIN := --again tests/unit --again tests/integration

check: lint molecule runner ## all of these, then the tests with the oldest and the newest ansible-core
	@"$(PYTHON)" tools/matrix.py --instead 2.19 $(AGAIN) 2.16 2.21

docs: $(VENV)/docs.stamp $(LINK) ## the documentation site, below .build/docs/html
	@$(VENV)/docs/bin/python tools/docs.py

pins: $(VENV)/lint.stamp ## renew the exact versions in requirements/*.txt
	@$(VENV)/lint/bin/python tools/pins.py

clean: ## remove all that make has made
	rm -rf .build

$(VENV)/%.stamp: requirements/%.txt requirements/setup.txt tools/make_venv.py emulator/pyproject.toml .build/where
	@"$(PYTHON)" tools/make_venv.py $*

$(LINK):
	@mkdir -p $(@D)
	@ln -sfn ../../../.. $@

$(AWX): requirements/awx.txt tools/awx_collection.py
	@"$(PYTHON)" tools/awx_collection.py
