#!/bin/sh
# Runs every fuzz target of the project for the time given (default 10s each).
set -eu
for pkg in $(go list ./...); do
	for f in $(go test -list '^Fuzz' "$pkg" | grep '^Fuzz' || true); do
		echo "$pkg $f"
		go test -run '^$' -fuzz "^$f\$" -fuzztime "${1:-10s}" "$pkg"
	done
done
