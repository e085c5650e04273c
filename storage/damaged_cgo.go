//go:build cgo

package storage

import (
	"errors"

	"github.com/mattn/go-sqlite3"
)

// damaged reports whether err means that the file itself is at fault, not the disk, the rights or the program.
func damaged(err error) bool {
	if errors.Is(err, errDamaged) {
		return true
	}
	e, ok := errors.AsType[sqlite3.Error](err)
	return ok && (e.Code == sqlite3.ErrCorrupt || e.Code == sqlite3.ErrNotADB)
}
