# Nothing is needed but Python, git and make. All that is made lies below .build/, and `make clean` removes it.
# What each target does is in noxfile.py; what is here sets up nox.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-matrix faults molecule runner browser rulebook bench lint check docs pins clean

# Which ansible-core `make test` uses: 2.16, 2.19, 2.21 or 2.22. ARGS goes to pytest: make test ARGS="tests/unit -k plan".
CORE ?= 2.19
ARGS ?=
# Anything: the emulator of `make demo` runs until Ctrl-C.
KEEP ?=
# Which checks `make lint` runs: all, or those whose names contain one of these words: make lint CHECKS="ruff mypy".
CHECKS ?=
# What runs nox; it finds the Pythons of the environments by itself.
PYTHON ?= $(or $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(shell \
    $(name) -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name)))),\
    $(error no Python 3.11 or newer with venv found; name one: make PYTHON=/path/to/python3))

STAMP := .build/venv/nox/pins.txt
NOX := .build/venv/nox/bin/python -m nox
EMPTY :=
SPACE := $(EMPTY) $(EMPTY)

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{ printf "  %-17s %s\n", $$1, $$2 }'

demo: $(STAMP) ## see the quick start run against the emulator (KEEP=1: and look at its dashboard)
	@$(NOX) -s demo $(if $(KEEP),-- --keep)

test: $(STAMP) ## unit, property and integration tests (CORE=2.19 ARGS=...)
	@$(NOX) -s test-$(CORE) -- $(ARGS)

test-matrix: export TEST_PROFILE ?= ci
test-matrix: $(STAMP) ## the same tests with every ansible-core that is supported
	@$(NOX) --stop-on-first-error -t matrix -- $(ARGS)

faults: $(STAMP) ## every API call that changes something x every fault; writes docs/faults.md
	@$(NOX) -s faults -- $(ARGS)

molecule: $(STAMP) ## the scenarios of the roles (ARGS="tokens token_rotation")
	@$(NOX) -s molecule -- $(ARGS)

runner: $(STAMP) ## the job templates as a controller runs them, by ansible-runner (ARGS=...)
	@$(NOX) -s runner -- $(ARGS)

browser: $(STAMP) ## the emulator's dashboard in a browser (ARGS=...)
	@$(NOX) -s browser -- $(ARGS)

rulebook: $(STAMP) ## the event sources and rulebooks, by ansible-rulebook, where Java is
	@$(NOX) -s rulebook -- $(ARGS)

bench: $(STAMP) ## measure the speed beside other ways; writes docs/performance.md (ARGS=--quick)
	@$(NOX) -s bench -- $(ARGS)

lint: $(STAMP) ## static checks, sanity tests, the built artefact (CHECKS=...)
	@$(NOX) --parallel auto -t lint $(if $(CHECKS),-k "$(subst $(SPACE), or ,$(subst -,_,$(strip $(CHECKS))))")

check: $(STAMP) ## lint, molecule, runner, browser and rulebook side by side, then the tests with the oldest and newer ansible-cores
	@$(NOX) --parallel auto -t check
	@$(NOX) -s tests

docs: $(STAMP) ## the documentation site, below .build/docs/html
	@$(NOX) -s docs

pins: $(STAMP) ## renew the exact versions in requirements/*.txt
	@$(NOX) -s pins -- $(ARGS)

clean: ## remove all that make has made
	rm -rf .build

# In a folder of its own until it is whole, as two runs may do it at the same time. It is used by its Python alone, so that it
# may be moved.
$(STAMP): requirements/setup.txt
	@mkdir -p .build/venv && new=$$(mktemp -d .build/nox.XXXXXX) && "$(PYTHON)" -m venv "$$new" && \
	    "$$new/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r $< && cp $< "$$new/pins.txt" && \
	    rm -rf .build/venv/nox && mv "$$new" .build/venv/nox
