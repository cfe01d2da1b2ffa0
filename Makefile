# Every target sets up what it needs; stamp files keep a second run fast.
PYTHON ?= python3.11
BIN := .venv/bin
TRAIN_BIN := .venv-train/bin
FUZZ_BIN := .venv-fuzz/bin
# What is tested with npm only where it is.
NPM := $(shell command -v npm)
NODE_MODULES := examples/typescript/node_modules/.package-lock.json
BATCH_BIN := .venv-batch/bin
SPARK_BIN := .venv-spark/bin
DOCS_BIN := .venv-docs/bin
# Wheels only: the tools to build anything else with would come without a hash.
PIP_INSTALL := pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:
LOCK := CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/pip-compile --quiet --strip-extras --allow-unsafe \
	--generate-hashes --no-emit-index-url --no-emit-trusted-host --no-emit-find-links

.DEFAULT_GOAL := help
# Annotated articles to measure on, beside the samples: JSON lines, see benchmarks/scoring.py.
GOLD ?= $(wildcard ../shared/eval/*-dev.jsonl)
# Spark runs on Java, and takes half a gigabyte: only where there is a Java is it set up for the tests.
SPARK_STAMP := $(if $(shell command -v java),.venv-spark/spark.stamp)
.PHONY: help serve batch spark test lint format openapi docs site accuracy bench crossval train fuzz lock audit sbom image clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

serve: .venv/runtime.stamp ## Serve on 127.0.0.1:8000 (HOST, PORT and the other settings from the environment)
	@echo "Open http://$${HOST:-127.0.0.1}:$${PORT:-8000}/ in a browser; Ctrl+C stops the service."
	@exec $(BIN)/python -m service serve

batch: .venv-batch/batch.stamp ## Find the quotations of many articles (ARGS='IN… -o OUT', see docs/files.md)
	@exec $(BATCH_BIN)/python -m service batch $(ARGS)

spark: .venv-spark/spark.stamp ## The same on Apache Spark (ARGS='IN… -o OUT', see docs/files.md); needs Java 17 or later
	@exec $(SPARK_BIN)/python -m service.spark $(ARGS)

test: lint .venv-tracing/tracing.stamp .venv-docs/docs.stamp .venv-examples/examples.stamp .venv-batch/batch.stamp $(if $(NPM),$(NODE_MODULES)) $(SPARK_STAMP) ## Run the linters and all the tests
	$(BIN)/python -m pytest

lint: .venv/dev.stamp ## Check style (ruff) and types (mypy)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: .venv/dev.stamp ## Put the code into the house style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

openapi: .venv/dev.stamp ## Rebuild openapi.yaml from the schemas
	$(BIN)/python -m service.openapi > openapi.yaml.new
	mv openapi.yaml.new openapi.yaml

docs: .venv/dev.stamp ## Rewrite the generated parts of README.md and docs/
	$(BIN)/python -m benchmarks.documents

site: .venv-docs/docs.stamp ## Build the documentation as pages: build/site
	@$(DOCS_BIN)/python -m benchmarks.site
	@echo 'build/site is there; to read it with its search: python3 -m http.server --bind 127.0.0.1 --directory build/site'

accuracy: .venv/dev.stamp ## Measure how right the engine is and write it down (GOLD='…' for the annotated articles)
	$(BIN)/python -m benchmarks.accuracy $(GOLD)

bench: .venv/dev.stamp ## Measure how fast the engine is (ARGS='…' for the command's options)
	$(BIN)/python -m benchmarks.engine $(ARGS)

train: .venv-train/train.stamp ## Rebuild the engine's weights (ARGS='…' for the command's options)
	$(TRAIN_BIN)/python -m service train $(ARGS)

crossval: .venv-train/train.stamp ## Measure by cross-validation on the articles to learn from (ARGS='…' as above)
	$(TRAIN_BIN)/python -m benchmarks.crossvalidation $(ARGS)

fuzz: .venv-fuzz/fuzz.stamp ## Fuzz the engine or the request parser (ARGS='text --minutes 20', ARGS='request …')
	PYTHONPATH=.:tests $(FUZZ_BIN)/python -m fuzz $(ARGS)

lock: .venv/dev.stamp ## Rewrite the lock files (UPGRADE=--upgrade for newer releases)
	$(LOCK) $(UPGRADE) --output-file=requirements.txt pyproject.toml
	$(LOCK) $(UPGRADE) --extra=test --extra=dev --extra=html --constraint=requirements.txt --output-file=requirements-dev.txt pyproject.toml
	$(LOCK) $(UPGRADE) --extra=tracing --constraint=requirements.txt --output-file=requirements-tracing.txt pyproject.toml
	$(LOCK) $(UPGRADE) --extra=docs --constraint=requirements-dev.txt --output-file=requirements-docs.txt pyproject.toml
	$(LOCK) $(UPGRADE) --extra=html --constraint=requirements-dev.txt --output-file=requirements-html.txt pyproject.toml
	$(LOCK) $(UPGRADE) --extra=examples --constraint=requirements-dev.txt --output-file=requirements-examples.txt pyproject.toml
	$(LOCK) $(UPGRADE) --extra=batch --constraint=requirements.txt --output-file=requirements-batch.txt pyproject.toml
	$(LOCK) $(UPGRADE) --extra=spark --constraint=requirements-dev.txt --output-file=requirements-spark.txt pyproject.toml
	$(LOCK) $(UPGRADE) --extra=train --constraint=requirements-dev.txt --output-file=requirements-train.txt pyproject.toml
	$(LOCK) $(UPGRADE) --extra=fuzz --constraint=requirements-dev.txt --output-file=requirements-fuzz.txt pyproject.toml

audit: .venv/dev.stamp ## Look the locked packages up in the database of known holes
	@$(BIN)/python .ci/audit.py $(addprefix --requirement ,$(wildcard requirements*.txt)) $(ARGS)

sbom: .venv/dev.stamp ## List what the service is made of: build/sbom.json, CycloneDX
	@mkdir -p build
	@# The tool does not look a dynamic version up.
	@version=$$($(BIN)/python -c 'import service; print(service.__version__)') && \
		sed "s/^dynamic = .*/version = \"$$version\"/" pyproject.toml > build/pyproject.toml
	@$(BIN)/python -W ignore -m cyclonedx_py requirements --pyproject build/pyproject.toml --output-reproducible \
		--spec-version 1.6 --output-file build/sbom.json requirements.txt
	@echo build/sbom.json

image: ## Build the container image
	docker build --tag quote-attribution-service .

clean: ## Remove everything that these targets made
	rm -rf .venv .venv-batch .venv-docs .venv-examples .venv-fuzz .venv-spark .venv-tracing .venv-train fuzz-corpus build dist *.egg-info
	rm -rf examples/typescript/build examples/typescript/node_modules
	rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .schemathesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/runtime.stamp: requirements.txt | .venv/bin/python
	$(BIN)/$(PIP_INSTALL) -r $<
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/runtime.stamp pyproject.toml
	$(BIN)/$(PIP_INSTALL) -r $<
	$(BIN)/pip install -qq --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(NODE_MODULES): examples/typescript/package-lock.json
	cd $(<D) && npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

# pyspark comes as source alone: the locked setuptools, installed first, packs it up. Nothing is compiled.
.venv-spark/spark.stamp: requirements-spark.txt
	$(PYTHON) -m venv .venv-spark
	awk '/^[a-z]/ { wanted = /^setuptools==/ } wanted' $< > .venv-spark/setuptools.txt
	$(SPARK_BIN)/$(PIP_INSTALL) -r .venv-spark/setuptools.txt
	$(SPARK_BIN)/$(PIP_INSTALL) --no-build-isolation --no-binary pyspark -r $<
	@touch $@

# The other set-ups have an environment and a lock each: .venv-docs is made from requirements-docs.txt.
SET_UPS := $(foreach use,tracing examples batch train fuzz docs,.venv-$(use)/$(use).stamp)
.SECONDEXPANSION:
$(SET_UPS): requirements-$$(basename $$(@F)).txt
	$(PYTHON) -m venv $(@D)
	$(@D)/bin/$(PIP_INSTALL) -r $<
	@touch $@
