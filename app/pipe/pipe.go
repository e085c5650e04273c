// Package pipe gives the local API its socket: a Unix socket with owner-only rights, or on Windows a named pipe that
// only the owner may open and that refuses connections from other machines.
//
// github.com/Microsoft/go-winio is not used: since Go 1.25 os.NewFile takes overlapped handles, so a pipe is a few
// system calls, and go-winio's own completion port does not work under Wine, where this program is tried.
package pipe

import (
	"context"
	"net"
)

// Listen makes the socket or pipe called name and returns its listener. An address that a living process serves is an
// error; a socket file left by a dead one is replaced.
func Listen(name string) (net.Listener, error) { return listen(name) }

// Dial connects to a socket or pipe made by Listen.
func Dial(ctx context.Context, name string) (net.Conn, error) { return dial(ctx, name) }
