//go:build cgo && !linux && !windows

package sound

import "log/slog"

func openDirectory(*slog.Logger) directory { return newPlainDirectory(nil) }
