//go:build !linux && !windows

package hotkey

import (
	"errors"
	"runtime"
)

// open says that this system is not known.
func open(*Keys) (system, string, error) {
	return nil, "", errors.New("Cordboard cannot take keys on " + runtime.GOOS + ". " + localKeys)
}
