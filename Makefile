# The commands of the house. CI runs the same ones.
#
#   make demo     build, then start the gateway with a simulated world on 127.0.0.1:8080 (Ctrl-C ends everything)
#   make test     install what is missing, then every check and every test
#   make setup    only install what is missing
#   make fmt      format the Rust code
#   make lint     formatting, clippy, licences and sources, types of the pages' modules
#   make fuzz     give every parser of outside bytes hostile ones, for a bounded time (see fuzz/)
#   make race     100,000 asks and withdrawals at the same moment; nothing may arrive after a withdrawal
#   make deb      build a Debian package of the gateway for release: target/debian/wayleave_VERSION_ARCH.deb
#   make bench    load against the gateway beside nginx as the yardstick (see bench/)

DATA ?= data/demo
LISTEN ?= 127.0.0.1:8080
CARGO_TARGET_DIR ?= target

.PHONY: help demo test setup fmt lint deb fuzz race bench

help:
	@sed -n 's/^#   /  /p' Makefile

demo:
	@scripts/setup build
	cargo build --locked -p wayleave --bins
	$(CARGO_TARGET_DIR)/debug/wayleave demo --data $(DATA) --listen $(LISTEN)

test:
	@scripts/test

setup:
	@scripts/setup build lint browser outside packaging

fmt:
	cargo fmt --all

lint:
	@scripts/test lint

deb:
	@scripts/setup build package
	@scripts/deb

fuzz:
	@scripts/setup build fuzz
	scripts/fuzz

race:
	@scripts/setup build
	WAYLEAVE_RACES=100000 cargo test --locked -p wayleave --test kill nothing_arrives -- --nocapture

bench:
	@scripts/setup build bench
	bench/run
