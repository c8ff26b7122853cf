# make run | test | interop | lint | bench | fuzz | install
# Everything needed is installed when it is missing: with apt-get, through sudo where not root.

SWIFT ?= swift
PREFIX ?= /usr/local
RUNS ?= 5
SECONDS ?= 60
PYTHON ?= python3

# The arrows between the rooms are part of the build (docs/design.md).
CHECKS = --explicit-target-dependency-import-check error
RELEASE = -c release --static-swift-stdlib $(CHECKS)
LBCHECK = .build/release/lbcheck

# What is linked; what the suites of `make interop` and `make bench` run beside it.
LIBRARIES = libc-ares-dev libcurl4-openssl-dev libyaml-dev pkg-config
PEERS = dnsmasq-base bind9-dnsutils nginx-light haproxy nghttp2-server nghttp2-client openssl \
	curl golang-google-grpc-dev iproute2 iptables python3 python3-venv gcc libc6-dev $(if $(shell command -v kubectl),,kubernetes-client) \
	$(if $(shell command -v chromium),,chromium)

# Installs those of $(1) that dpkg does not know as installed.
define install_missing
	@missing=; for p in $(1); do \
	  dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; \
	done; \
	if [ -n "$$missing" ]; then \
	  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  echo "installing$$missing"; \
	  $$sudo apt-get update -q && \
	  $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $$missing; \
	fi
endef

.PHONY: run build test interop lint format bench fuzz install clean libraries peers

run: build
	$(LBCHECK) distribute --lab --policy round_robin

build: libraries
	$(SWIFT) build $(RELEASE) --product lbcheck

test: libraries
	$(SWIFT) build --build-tests $(CHECKS)
# One at a time: tests with real deadlines share the processors with seeded simulations otherwise.
	$(SWIFT) test --skip-build --no-parallel

interop: build peers
	$(SWIFT) build --build-tests $(CHECKS)
	$(PYTHON) Tests/interop/run --lbcheck $(LBCHECK) \
	  --oracles '$(SWIFT) test --skip-build --filter Oracle'

lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests

bench: build peers
	$(SWIFT) build $(RELEASE) --product SliceBench
	$(SWIFT) build $(RELEASE) --product VerdictBench
	$(PYTHON) Tests/bench/run --lbcheck $(LBCHECK) --runs $(RUNS)

fuzz: libraries
	Tests/fuzz/run $(SECONDS)

install: build
	install -D -m 755 $(LBCHECK) $(DESTDIR)$(PREFIX)/bin/lbcheck

libraries:
	$(call install_missing,$(LIBRARIES))

peers:
	$(call install_missing,$(PEERS))

clean:
	$(SWIFT) package clean
