//go:build !linux && !(windows && cgo)

package native

import "cordboard/devices/hid"

// Refused says what to do where the system gives no right to a headset.
const Refused = "Close the program that has it for itself."

// New returns the transport.
func New() (hid.Transport, error) { return nil, ErrUnsupported }
