//go:build !cgo

package main

import "cordboard/app"

// openWindow is missing: the window is drawn by OpenGL, which needs cgo. The desk and the command line work.
var openWindow func(app.Window) error
