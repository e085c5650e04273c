//go:build !cgo

package storage

import "errors"

// damaged reports whether err means that the file itself is at fault; without cgo no file is ever opened.
func damaged(err error) bool { return errors.Is(err, errDamaged) }
