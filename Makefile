# The commands in CONTRIBUTING.md, implemented in scripts/; each first sets up whatever is missing.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/.build/node/bin:$(PATH)

.PHONY: help setup demo test mutants check audit screens bench build images lock format clean bindings openapi

help: ## this list
	@sed -nE 's/^([a-z]+):.*## (.*)/\1\t\2/p' Makefile | expand -t 9

setup: ## install whatever is missing for everything below
	@scripts/setup.sh test

demo: ## the whole system with a model station, in the foreground (PORT, SIPHA_HOME, ...)
	@scripts/setup.sh demo
	@exec .venv/bin/sipha demo

test: ## every test: PWA, Python, browser
	@scripts/setup.sh test
	@scripts/test.sh

mutants: ## whether the unit tests notice a change of a rule in api/domain; ARGS names modules
	@scripts/setup.sh tools
	@nice -n 10 .venv/bin/python scripts/mutants.py $(ARGS)

check: ## format, lint, types, layers, locks, sizes, secrets
	@scripts/setup.sh check
	@scripts/check.sh

audit: ## known vulnerabilities in the locked packages, where a registry answers
	@scripts/setup.sh tools
	@.venv/bin/python scripts/audit.py

screens: ## a picture of every screen, on a phone and at a desk, light and dark, in .build/screens
	@scripts/setup.sh test
	@rm -rf .build/screens && SIPHA_SHOTS=.build/screens .venv/bin/python -m pytest -q tests/browser

bench: ## the benchmarks; figures go to bench.json
	@scripts/setup.sh bench
	@exec .venv/bin/python -m tests.benchmarks

build: ## the PWA, to pwa/dist, and the recognition models
	@scripts/setup.sh demo

images: ## build both container images without an engine, start them, list what they hold (takes minutes and gigabytes)
	@scripts/setup.sh demo
	@scripts/images.sh

bindings: ## regenerate api/db/bindings.py after a query or its table changed
	@scripts/setup.sh demo
	@exec .venv/bin/python -m scripts.bindings

openapi: ## regenerate the PWA's types after a route changed
	@scripts/setup.sh tools
	@.venv/bin/sipha openapi >.build/openapi.json && mv .build/openapi.json pwa/src/api/openapi.json
	@cd pwa && npm run --silent api:types

lock: ## relock every dependency; ARGS=--upgrade takes the newest versions
	@scripts/setup.sh tools
	@scripts/lock.sh $(ARGS)

format: ## format Python and PWA
	@scripts/setup.sh tools
	@.venv/bin/ruff check --fix --quiet .; .venv/bin/ruff format --quiet .
	@cd pwa && npm run --silent format -- --log-level warn

clean: ## remove what set-up and build created; keeps the demo's state in .sipha
	rm -rf .venv .build .models .ruff_cache .hypothesis .import_linter_cache pwa/node_modules pwa/dist bench.json
