# What one does with this repository. `make` alone explains; every target installs what it needs by itself,
# asks nothing, and can be repeated.
MAKEFLAGS += --no-print-directory --no-builtin-rules
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.PHONY: help build install package run test test-fast format lint sanitize soak bench fuzz clean dependencies test-dependencies web
export CTEST_OUTPUT_ON_FAILURE = 1

JOBS ?= $(shell nproc)
PORT ?= 8600
MINUTES ?= 10
KILLS ?= 300
SECONDS_EACH ?= 60
prefix ?= /usr/local
CONFIGURE = cmake -S . -G Ninja

help:
	@echo 'make run          build Buckstop and open it with invented data at http://127.0.0.1:$(PORT)'
	@echo 'make test         build and run every test: both databases, the API, the page in a browser'
	@echo 'make test-fast    the C++ tests on SQLite alone; ONLY=name for one folder, such as ONLY=lessons'
	@echo 'make format       rewrite C++ and the page in the house style'
	@echo 'make lint         formatting, the rules of scripts/lint, clang-tidy on what changed (LINT=all: everything)'
	@echo 'make sanitize     the tests under address, undefined-behaviour and thread sanitizers'
	@echo 'make soak         hours of use in minutes, watching memory and answers, then $(KILLS) kills (MINUTES=$(MINUTES))'
	@echo 'make bench        the benchmarks'
	@echo 'make fuzz         the fuzzers, $(SECONDS_EACH) s each (SECONDS_EACH=600)'
	@echo 'make build        the program alone: build/buckstop'
	@echo 'make install      the program, manual pages, completions, a systemd unit (prefix=$(prefix), DESTDIR=)'
	@echo 'make package      a Debian package in build/package'
	@echo 'make clean        remove everything that was built; run/ with its database stays'
	@echo 'JOBS=N PORT=N     how many compilers at once, where to serve. The first build takes minutes.'

dependencies:
	@scripts/install-dependencies build

test-dependencies:
	@scripts/install-dependencies test
	@scripts/npm-ready tests/api tests/browser

web: dependencies
	@scripts/build-web

# The tests join this folder once `make test` asks for them; `make build` builds the program only.
build: dependencies web
	@[ -f build/build.ninja ] || $(CONFIGURE) -B build -DBUCKSTOP_TESTS=OFF
	@cmake --build build --parallel $(JOBS) --target buckstop

# As root for a prefix that is root's; /etc/buckstop/buckstop.toml is written only where there is none.
install: build
	@DESTDIR='$(DESTDIR)' cmake --install build --prefix '$(prefix)' --strip
	@echo 'Installed below $(DESTDIR)$(prefix). What comes next: docs/operators/install.md'

package: build
	@scripts/install-dependencies package
	@scripts/make-package build

# The demonstration organisation is made aside and moved when whole, so that an interrupted start leaves none.
run: build
	@if [ ! -e run/buckstop.db ]; then \
		rm -rf run/new && mkdir -p run/new && \
		build/buckstop demo --database sqlite:run/new/buckstop.db && \
		mv run/new/* run/ && rmdir run/new; \
	fi
	@exec build/buckstop serve --database sqlite:run/buckstop.db --listen-address 127.0.0.1 --listen-port $(PORT)

build-with-tests: test-dependencies web
	@$(CONFIGURE) -B build -DBUCKSTOP_TESTS=ON --log-level=WARNING
	@cmake --build build --parallel $(JOBS)
.PHONY: build-with-tests

test: build-with-tests
	@scripts/run-tests build

test-fast: test-dependencies web
	@$(CONFIGURE) -B build -DBUCKSTOP_TESTS=ON --log-level=WARNING
	@cmake --build build --parallel $(JOBS)
	@GTEST_FILTER=-*/postgres scripts/run-tests build --label-exclude 'page|scenario' $(if $(ONLY),--tests-regex '^$(ONLY)$$')

format: test-dependencies
	@scripts/format

lint: build-with-tests
	@scripts/format --check
	@scripts/lint/run all
	@scripts/clang-tidy $(if $(filter all,$(LINT)),--all)

# clang, so that both compilers build everything. The thread sanitizer looks at what runs concurrently.
# Property tests try fewer cases: the sanitizers look for slips, not for cases.
SANITIZE = CC=clang CXX=clang++ $(CONFIGURE) -DCMAKE_BUILD_TYPE=Sanitize -DCMAKE_CXX_FLAGS="-O1 -g1" -DBUCKSTOP_TESTS=ON --log-level=WARNING
sanitize: test-dependencies web
	@$(SANITIZE) -B build-asan -DBUCKSTOP_SANITIZE=address,undefined
	@cmake --build build-asan --parallel $(JOBS)
	@RC_PARAMS=max_success=20 scripts/run-tests build-asan --label-exclude 'page|rule|kill'
	@$(SANITIZE) -B build-tsan -DBUCKSTOP_SANITIZE=thread
	@cmake --build build-tsan --parallel $(JOBS) --target db_test http_test work_test
	@scripts/run-tests build-tsan --tests-regex '^(db|http|work)$$'

soak: build-with-tests
	@scripts/with-postgres scripts/node-toolchain node scripts/soak.mjs $(MINUTES)
	@KILLS=$(KILLS) scripts/with-postgres scripts/node-toolchain node tests/kill/run.mjs

bench: test-dependencies web
	@$(CONFIGURE) -B build-bench -DBUCKSTOP_TESTS=OFF -DBUCKSTOP_BENCH=ON --log-level=WARNING
	@cmake --build build-bench --parallel $(JOBS)
	@scripts/with-postgres --durable bash -c 'for program in build-bench/*_bench; do "$$program" || exit 1; done'

# Each fuzzer for SECONDS_EACH; what it finds interesting stays in build-fuzz/corpus for the next time.
fuzz: test-dependencies
	@CC=clang CXX=clang++ $(CONFIGURE) -B build-fuzz -DCMAKE_BUILD_TYPE=Fuzz -DCMAKE_CXX_FLAGS="-O1 -g1" -DBUCKSTOP_FUZZ=ON --log-level=WARNING
	@for source in tests/fuzz/*.cpp; do \
		name=$$(basename $$source .cpp) && cmake --build build-fuzz --parallel $(JOBS) --target $$name && \
		mkdir -p build-fuzz/corpus/$$name && \
		$$(find build-fuzz -name $$name -type f -executable) -max_total_time=$(SECONDS_EACH) -timeout=10 -print_final_stats=1 \
			-artifact_prefix=build-fuzz/ $$(find tests/fuzz -name "$${name#fuzz_}.dict" -printf '-dict=%p ') build-fuzz/corpus/$$name || exit 1; \
	done

clean:
	@rm -rf build build-* web/build web/.svelte-kit .tools/web-built
