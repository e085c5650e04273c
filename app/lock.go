package app

import (
	"errors"
	"fmt"
	"os"
)

// errLocked is answered when another process holds the lock.
var errLocked = errors.New("another desk is running for the same folder")

// lock is a lock file. The operating system lets go of it when the process ends, however it ends.
type lock struct{ file *os.File }

// takeLock takes the lock at once or not at all.
func takeLock(path string) (*lock, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock file: %w", err)
	}
	if err := lockFile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &lock{f}, nil
}

func (l *lock) release() { _ = l.file.Close() } // closing lets go of the lock
