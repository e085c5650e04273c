// Package e2e tests the program as an operator or a script meets it: the real executable, its command line and local
// API, real SIP and sound. It has no code of its own besides tests, and they need cgo and Linux.
package e2e
