# The commands of this repository. `make help` prints them from the comments below.

# Where tools/setup puts a tool that the machine has no fitting version of.
export PATH := $(CURDIR)/.tools/node/bin:$(PATH)

BELLWIRE = cargo run --quiet --package bellwire-build --bin bellwire --
CONFIGS = runtime/bellwire.yaml runtime/rust/tests/bellwire.yaml runtime/rust/tests/rules/bellwire.yaml \
	runtime/dart/test/bellwire.yaml runtime/ts/test/bellwire.yaml examples/notes/bellwire.yaml

# This machine's target, as cargo spells it in the names of variables.
HOST = $(shell rustc --print host-tuple | tr a-z- A-Z_)

.DEFAULT_GOAL := help
.PHONY: help gen test lint golden bench bench-compiler bench-dart bench-node bench-size bench-tauri soak test-memory miri demo demo-tauri page

help: ## This list.
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

gen: ## Compile the example's schemas, and Bellwire's own, to Rust, TypeScript and Dart.
	@tools/setup gen
	@for config in $(CONFIGS); do $(BELLWIRE) gen --config $$config || exit; done

test: ## Everything: the compiler, what it emits in three languages, the runtimes, the example in a browser.
	@tools/setup test
	@$(MAKE) --no-print-directory page lint
	@for config in $(CONFIGS); do $(BELLWIRE) gen --check --config $$config || exit; done
	cd runtime/ts && npm test --silent
	cargo test --workspace --no-fail-fast --features bellwire/rustls
	cargo test --package bellwire-build --features protobuf-parse --test second_parser

lint: ## Formatting, clippy, rustdoc and what npm packages must hold to, without a warning.
	@tools/setup test
	cargo fmt --all --check
	cargo clippy --quiet --workspace --all-targets --all-features -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --quiet --workspace --no-deps --all-features
	cd runtime/ts && npm run --silent lint
	cd examples/notes/web && npm run --silent lint

golden: ## Rewrite the expected files of golden cases: make golden CASE='comments' (a glob). Review the diff.
	@test -n "$(CASE)" || { echo "usage: make golden CASE='<glob>', such as CASE=comments or CASE='*'"; exit 2; }
	BELLWIRE_GOLDEN='$(CASE)' cargo test --test golden

bench: ## What the Rust runtime costs, as a table.
	@tools/setup bench
	cargo bench --quiet --package bellwire --bench runtime --features connect
	cargo bench --quiet --package rule-oracle --bench rules

soak: ## Ten minutes of frontends that come and go, cancel and read slowly; nothing must be left. SECONDS=60 for less.
	BELLWIRE_SOAK_SECONDS=$(or $(SECONDS),600) cargo test --package bellwire --features connect --test soak -- --nocapture

# AddressSanitizer wants every crate built for it. Its switch is for nightly compilers, which the variable makes of any.
test-memory: ## The C ABI for Dart under valgrind and AddressSanitizer: what it reads, writes, frees and leaks.
	@tools/setup test
	CARGO_TARGET_$(HOST)_RUNNER='valgrind --quiet --error-exitcode=1' \
		cargo test --package bellwire --features ffi --test ffi
	RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=address CARGO_TARGET_DIR=target/sanitized \
		cargo test --target $$(rustc --print host-tuple) --package bellwire --features ffi --test ffi

# futures-timer's thread outlives the tests, which miri would call a leak.
miri: ## The Rust runtime under miri, where the nightly toolchain has it.
	@if cargo +nightly miri --version >/dev/null 2>&1; then \
		MIRIFLAGS="-Zmiri-disable-isolation -Zmiri-ignore-leaks" cargo +nightly miri test --package bellwire --lib --test hub --test calls; \
	else \
		echo "SKIPPED: no miri; rustup component add miri rust-src --toolchain nightly"; test "$$CI" != true; \
	fi

bench-compiler: ## What a check and a gen cost, beside protoc and buf: make bench-compiler BENCH='--corpus FOLDER' (see benches/compiler/run).
	@tools/setup bench-compiler
	cargo build --quiet --release --package bellwire-build --bin bellwire --example prost_peer
	benches/compiler/run $(BENCH)

bench-dart: ## What a call over FFI costs on a Dart VM, beside a port per call.
	@tools/setup bench-dart
	@library=$$(tools/dart/library bellwire-dart-bench --release) && tools/dart/run runtime/dart/benchmark/ffi.dart $$library

bench-node: ## What a call costs in Node, beside connect-node with a client of its own.
	@tools/setup bench-node
	@cd runtime/ts && npm run --silent build
	node benches/node/run.mjs

bench-size: ## What a page downloads that calls 1, 10 or 229 events, beside connect-web.
	@tools/setup demo
	@cd runtime/ts && npm run --silent build
	node benches/bundle_size.mjs

bench-tauri: ## What a call and a notification cost in a webview, beside what Tauri has for the same.
	@tools/setup test
	cargo bench --quiet --package webview-tests --bench webview

demo: ## Serve the notes example and open it in the browser; look at it in two tabs.
	@tools/setup demo
	@$(MAKE) --no-print-directory page
	cargo run --quiet --package notes-server -- --open

demo-tauri: ## Open the notes example in a window of its own.
	@tools/setup demo-tauri
	@$(MAKE) --no-print-directory page
	cargo run --quiet --package notes-tauri

page: ## Build the TypeScript runtime and the example's page.
	@cd runtime/ts && npm run --silent build
	@cd examples/notes/web && npm run --silent build
