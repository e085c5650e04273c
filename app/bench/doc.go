// Package bench measures the real program from outside: how fast the desk starts, dials and answers, what it costs at
// rest and with calls, and how evenly it sends. It has benchmarks only; `make bench` runs them and docs/performance.md
// tells what they said.
package bench
