# Cordboard: `make run` starts it, `make test` tests all of it. Both install missing system packages after naming them.

# One set of flags for every go command, so that build, vet and test share the cache.
export GOFLAGS := -trimpath -buildvcs=false -tags=sqlite_fts5,nolibopusfile,no_animations
# gcc takes minutes for the OpenGL binding's thousands of diagnostics; clang takes seconds.
export CC := clang
export CXX := clang++
# Fyne complains about the locale C.
export LANG := en_US.UTF-8

VERSION := $(shell git describe --tags --always 2>/dev/null || echo dev)
LDFLAGS := -s -w -X cordboard/app.Version=$(VERSION)
TIMEOUT := 20m

.PHONY: run build test quick full race windows windows-test bench fuzz lint deps-run deps-test clean

run: deps-run build
	./bin/cordboard

build:
	go build -ldflags '$(LDFLAGS)' -o bin/cordboard ./app/cordboard

# Everything: fast tests without cgo first, then all with the race detector, then the Windows program under Wine.
test: deps-test quick full windows-test

# Everything that needs no C compiler, no display, no sound server and no other program's phone.
# Packages that exist with cgo only are errors to `go list` without it; real errors show in `go vet` first.
QUICK = $$(CGO_ENABLED=0 go list -e -f '{{if not .Error}}{{.ImportPath}}{{end}}' ./... | grep -v -e /peerstest -e /siptest/rig -e /app/e2e)
quick:
	CGO_ENABLED=0 go vet ./...
	CGO_ENABLED=0 go test -timeout $(TIMEOUT) $(QUICK)

# All packages with cgo, race detector, real peers, sound server and display. One package at a time: they are timing-sensitive.
full: build
	go vet ./...
	CORDBOARD_BIN=$(CURDIR)/bin/cordboard go test -race -p 1 -timeout $(TIMEOUT) ./...

windows:
	packaging/deps.sh windows
	packaging/windows/build.sh

windows-test: windows
	packaging/windows/smoke.sh

bench:
	go test -run '^$$' -bench . -benchmem ./...

# A minute for each fuzz target, over the corpora that `make test` already replays.
fuzz:
	packaging/fuzz.sh 60s

lint:
	golangci-lint run

deps-run:
	packaging/deps.sh run

deps-test: deps-run
	packaging/deps.sh test

clean:
	rm -rf bin dist
