package pipe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// busyRetry is how long a caller waits between tries while all instances of a pipe are taken.
const busyRetry = 10 * time.Millisecond

// listener accepts on a named pipe. One instance always waits for the next client.
type listener struct {
	name string
	sa   *windows.SecurityAttributes

	mu     sync.Mutex
	next   windows.Handle // the instance that waits
	closed bool
}

func listen(name string) (net.Listener, error) {
	// FIRST_PIPE_INSTANCE says the same, but not every system obeys it.
	if c, err := dial(context.Background(), name); err == nil {
		_ = c.Close() // only asked whether somebody answers
		return nil, fmt.Errorf("%s is served by another process", name)
	}
	sd, err := ownerOnly()
	if err != nil {
		return nil, fmt.Errorf("pipe rights: %w", err)
	}
	l := &listener{name: name, sa: &windows.SecurityAttributes{SecurityDescriptor: sd}}
	l.sa.Length = uint32(unsafe.Sizeof(*l.sa))
	l.next, err = l.instance(windows.FILE_FLAG_FIRST_PIPE_INSTANCE)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be served, another process may do so: %w", name, err)
	}
	return l, nil
}

// ownerOnly grants all rights to the user of this process and none to anybody else. The user is named by SID: the
// owner of what an administrator's process makes is the group of administrators.
func ownerOnly() (*windows.SECURITY_DESCRIPTOR, error) {
	u, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, err
	}
	return windows.SecurityDescriptorFromString("D:P(A;;GA;;;" + u.User.Sid.String() + ")")
}

// instance makes one more end of the pipe for a client to connect to.
func (l *listener) instance(flags uint32) (windows.Handle, error) {
	name, err := windows.UTF16PtrFromString(l.name)
	if err != nil {
		return 0, err
	}
	const size = 64 << 10 // bytes each way, a hint
	return windows.CreateNamedPipe(name, windows.PIPE_ACCESS_DUPLEX|windows.FILE_FLAG_OVERLAPPED|flags,
		windows.PIPE_TYPE_BYTE|windows.PIPE_REJECT_REMOTE_CLIENTS, windows.PIPE_UNLIMITED_INSTANCES, size, size, 0, l.sa)
}

// Accept waits for a client. Only one goroutine may accept at a time.
func (l *listener) Accept() (net.Conn, error) {
	l.mu.Lock()
	h, closed := l.next, l.closed
	l.mu.Unlock()
	if closed {
		return nil, net.ErrClosed
	}
	err := connect(h)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed || err != nil {
		if l.closed {
			err = net.ErrClosed
		}
		return nil, err
	}
	if l.next, err = l.instance(0); err != nil {
		l.closed = true
		_ = windows.CloseHandle(h) // the error above is the one to report
		return nil, fmt.Errorf("no further pipe instance: %w", err)
	}
	return newConn(h, l.name), nil
}

// connect waits until a client has opened the instance.
func connect(h windows.Handle) error {
	ev, err := windows.CreateEvent(nil, 1, 0, nil)
	if err != nil {
		return err
	}
	defer func() { _ = windows.CloseHandle(ev) }()
	ov := windows.Overlapped{HEvent: ev}
	err = windows.ConnectNamedPipe(h, &ov)
	if errors.Is(err, windows.ERROR_PIPE_CONNECTED) {
		return nil
	}
	if !errors.Is(err, windows.ERROR_IO_PENDING) {
		return err
	}
	var n uint32
	return windows.GetOverlappedResult(h, &ov, &n, true)
}

// Close ends a waiting Accept and frees the name.
func (l *listener) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil
	}
	l.closed = true
	_ = windows.CancelIoEx(l.next, nil) // wakes a waiting Accept; fails harmlessly when none waits
	return windows.CloseHandle(l.next)
}

// Addr is the pipe's name.
func (l *listener) Addr() net.Addr { return addr(l.name) }

func dial(ctx context.Context, name string) (net.Conn, error) {
	p, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return nil, err
	}
	for {
		h, err := windows.CreateFile(p, windows.GENERIC_READ|windows.GENERIC_WRITE, 0, nil, windows.OPEN_EXISTING,
			windows.FILE_FLAG_OVERLAPPED|windows.SECURITY_SQOS_PRESENT|windows.SECURITY_ANONYMOUS, 0)
		if err == nil {
			return newConn(h, name), nil
		}
		if !errors.Is(err, windows.ERROR_PIPE_BUSY) {
			return nil, &net.OpError{Op: "dial", Net: "pipe", Addr: addr(name), Err: err}
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(busyRetry):
		}
	}
}

// conn is one end of a pipe; os.File brings deadlines and concurrent reading and writing.
type conn struct {
	*os.File
	name string
}

func newConn(h windows.Handle, name string) net.Conn {
	return conn{os.NewFile(uintptr(h), name), name}
}

// Read reads what has come.
func (c conn) Read(b []byte) (int, error) {
	n, err := c.File.Read(b)
	return n, c.asNet("read", err)
}

// Write writes all of b.
func (c conn) Write(b []byte) (int, error) {
	n, err := c.File.Write(b)
	return n, c.asNet("write", err)
}

// asNet makes a file's error one of a connection. net/http asks for a net.Error to tell its own deadline, with which it
// ends a pending read, from a client that is gone; an error of os.File is none, and the next request on the same
// connection would be cancelled at once.
func (c conn) asNet(op string, err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return err
	}
	return &net.OpError{Op: op, Net: "pipe", Addr: addr(c.name), Err: errors.Unwrap(err)}
}

// LocalAddr is the pipe's name.
func (c conn) LocalAddr() net.Addr { return addr(c.name) }

// RemoteAddr is the pipe's name.
func (c conn) RemoteAddr() net.Addr { return addr(c.name) }

// addr is the name of a pipe as a net.Addr.
type addr string

// Network is "pipe".
func (addr) Network() string { return "pipe" }

// String is the pipe's name.
func (a addr) String() string { return string(a) }
