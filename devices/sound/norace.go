//go:build cgo && !race

package sound

// prepare is needed with the race detector only.
func prepare() error { return nil }
