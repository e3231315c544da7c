# Everything a person does here. `make` alone prints the list. Needed: Go 1.26 and make; `make test` fetches the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

LINT_VERSION := 2.15.0
GATEWAY_VERSION := 1.8.0

BIN := $(CURDIR)/.cache/bin
LINT := .cache/bin/golangci-lint-$(LINT_VERSION)
GATEWAY := .cache/bin/versitygw
TOOL := go tool -modfile=tools/go.mod
# What the tests look for (the S3 server, the database's programs) is found through PATH.
export PATH := $(BIN):$(PATH)

# The race detector needs a C compiler; a machine that only builds Verso may have none.
RACE := $(if $(shell command -v gcc),-race,)
# Without it run: browser flows, whose server is a process of its own; zips, whose time limits mean the real speed (service
# reads zips too, under the detector); and query plans, for which it would only make filling the tables slow.
ROOMS = $(shell go list ./... | grep -v -e /archive -e /tests/)
PLAIN := ./archive/... ./tests/...
PLANS := ^TestEveryStatementUsesAnIndex$$

##@ Use
.PHONY: run
run: build ## build and serve on http://127.0.0.1:8080, data in ./data; open the link it prints
	bin/verso serve

.PHONY: demo
demo: build ## fill ./demo with believable functions, say who can sign in, then serve it
	bin/verso demo --data ./demo --served
	bin/verso serve --data ./demo

.PHONY: build
build: ## build bin/verso, one static file
	CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o bin/verso ./cmd/verso

##@ Change
.PHONY: dev
dev: ## serve on http://127.0.0.1:7331 and reload the browser at every saved change
	@trap 'make --no-print-directory generate' EXIT; \
	$(TOOL) templ generate -watch -proxybind 127.0.0.1 -proxyport 7331 -proxy http://127.0.0.1:8080 \
		-cmd "go run ./cmd/verso serve --listen 127.0.0.1:8080"

.PHONY: generate
generate: ## make the Go files of the templates
	$(TOOL) templ generate -path views

.PHONY: fmt
fmt: ## format Go files and templates
	$(TOOL) templ fmt .
	$(TOOL) gofumpt -w .

##@ Prove
.PHONY: test
test: setup $(GATEWAY) ## run all tests on both databases and in a browser, and count them
	go run ./tests/totals -file .cache/totals \
		-- -count=1 -timeout 10m $(RACE) -skip '$(PLANS)' $(ROOMS) \
		-- -count=1 -timeout 10m -run '$(PLANS)' ./db \
		-- -count=1 -timeout 15m -p 1 $(PLAIN)

.PHONY: check
check: static test ## everything that must hold before a commit: static checks, then all tests

.PHONY: static
static: format-check vet lint arch ## the checks that need no test run

.PHONY: format-check
format-check:
	@$(TOOL) templ fmt -fail . || { echo "templ fmt has just formatted the files above: look at them and commit"; exit 1; }
	@$(TOOL) templ generate -check -path views || { echo "a generated file is stale: run make generate"; exit 1; }
	@changes=$$($(TOOL) gofumpt -d . || true); [[ -z $$changes ]] || { echo "$$changes"; echo "not formatted: run make fmt"; exit 1; }

.PHONY: vet
vet: ## go vet
	go vet ./...

.PHONY: lint
lint: $(LINT) ## golangci-lint with the rules of .golangci.yml
	$(LINT) run ./...

.PHONY: arch
arch: ## who imports whom, and what templates may hold
	go test ./tests/arch

.PHONY: bench
bench: build ## measure ours right behind the limits of this machine
	go run ./tests/bench

##@ Release
.PHONY: release
release: check ## VERSION=v1.2.3: build bin/release twice, with a list of parts and checksums, once all checks hold
	tools/release "$(VERSION)"

##@ Rest
.PHONY: setup
setup: ## install PostgreSQL, Chromium and a C compiler where they are missing (Debian, as root), or say what to install
	@.ci/setup

.PHONY: ci-tools
ci-tools: $(LINT) $(GATEWAY) # what takes minutes to build; .ci/run does it while other things are installed

.PHONY: clean
clean: ## remove what was built; never ./data or ./demo
	rm -rf bin .cache

.PHONY: help
help:
	@awk 'BEGIN {FS = ":.*## "; print "make TARGET"} \
		/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' Makefile

# A linter or gateway of the right version that is installed already is used; building one takes two minutes or more.
$(LINT):
	@mkdir -p $(@D)
	@for have in "$$(command -v golangci-lint || true)" "$$(go env GOPATH)/bin/golangci-lint"; do \
		if [[ -x $$have ]] && "$$have" version | grep -qw "version $(LINT_VERSION)"; then ln -sf "$$have" $@; exit 0; fi; \
	done; \
	echo "building golangci-lint $(LINT_VERSION), about two minutes"; \
	GOBIN=$(BIN) GOFLAGS=-mod=mod go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v$(LINT_VERSION); \
	mv $(BIN)/golangci-lint $@

$(GATEWAY):
	@mkdir -p $(@D)
	@have=$$(command -v versitygw || echo "$$(go env GOPATH)/bin/versitygw"); \
	if [[ -x $$have ]] && go version -m "$$have" | grep -q "mod.*/versitygw.*v$(GATEWAY_VERSION)"; then ln -sf "$$have" $@; exit 0; fi; \
	echo "building versitygw $(GATEWAY_VERSION), about three minutes"; \
	GOBIN=$(BIN) GOFLAGS=-mod=mod go install github.com/versity/versitygw/cmd/versitygw@v$(GATEWAY_VERSION)
