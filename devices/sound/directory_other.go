//go:build cgo && !linux && !windows

package sound

import "log/slog"

func openDirectory(*slog.Logger) directory { return newPlainDirectory(nil) }

// serverDirectory is nil: there are no sound servers here.
func serverDirectory() directory { return nil }
