//go:build !linux && !windows

package clipboard

import (
	"context"
	"errors"
	"runtime"
)

// read says that this system is not known.
func read(context.Context, func(string) string, Source) (string, error) {
	return "", errors.New("what is marked or copied cannot be read on " + runtime.GOOS)
}
