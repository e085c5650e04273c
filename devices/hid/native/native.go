// Package native is the HID transport of the system that the program runs on.
package native

import "errors"

// ErrUnsupported says that this build cannot reach headsets.
var ErrUnsupported = errors.New("this build of Cordboard has no access to the buttons of headsets")
