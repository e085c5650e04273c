//go:build !windows

package pipe

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
)

func listen(name string) (net.Listener, error) {
	if c, err := net.Dial("unix", name); err == nil {
		_ = c.Close() // only asked whether somebody answers
		return nil, fmt.Errorf("%s is served by another process", name)
	} else if errors.Is(err, syscall.ECONNREFUSED) {
		if err := os.Remove(name); err != nil {
			return nil, fmt.Errorf("a socket left behind cannot be removed: %w", err)
		}
	}
	// The socket is born with owner-only rights: a chmod afterwards would leave a moment for others.
	old := syscall.Umask(0o177)
	l, err := net.Listen("unix", name)
	syscall.Umask(old)
	return l, err
}

func dial(ctx context.Context, name string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "unix", name)
}
