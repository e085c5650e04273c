// Package window tests the window as an operator meets it: the real program on a screen of its own, with keys and a
// mouse, and real phones at the far end. It has no code of its own besides tests, and they need cgo and Linux.
package window
