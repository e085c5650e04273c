package hidraw

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// lookEvery is how often the list is looked at without a word of the kernel: it speaks to its own network namespace only,
// so that a program in a container hears nothing. One look costs some 50 µs.
const lookEvery = 2 * time.Second

// watch signals at every event about a hidraw device, and every lookEvery.
func watch(ctx context.Context, listen func() (*os.File, error)) (<-chan struct{}, error) {
	socket, err := listen()
	if err != nil {
		return nil, err
	}
	changed := make(chan struct{}, 1)
	var hearing sync.WaitGroup
	hearing.Go(func() { hear(socket, changed) })
	go func() {
		defer close(changed)
		defer hearing.Wait()
		defer func() { _ = socket.Close() }() // ends hear; nothing was written to it
		look := time.NewTicker(lookEvery)
		defer look.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-look.C:
				tell(changed)
			}
		}
	}()
	return changed, nil
}

// tell signals without waiting: one signal that was not taken yet says it all.
func tell(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// listen opens a socket on which the kernel announces devices (netlink(7), NETLINK_KOBJECT_UEVENT, group 1).
func listen() (*os.File, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_KOBJECT_UEVENT)
	if err != nil {
		return nil, fmt.Errorf("listen for devices: %w", err)
	}
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: 1}); err != nil {
		return nil, errors.Join(fmt.Errorf("listen for devices: %w", err), unix.Close(fd))
	}
	return os.NewFile(uintptr(fd), "uevents"), nil
}

// hear reads announcements until the socket is closed. When they come faster than they are read some are lost, which is
// itself a reason to look. A socket that fails for good leaves it to lookEvery.
func hear(socket *os.File, heard chan<- struct{}) {
	buf := make([]byte, 8192)
	for {
		n, err := socket.Read(buf)
		switch {
		case errors.Is(err, syscall.ENOBUFS), err == nil && concerns(buf[:n]):
			tell(heard)
		case err != nil:
			return
		}
	}
}

// concerns reports whether an announcement is about a hidraw device: an event, then KEY=value, each ended by a zero byte.
func concerns(uevent []byte) bool {
	for field := range bytes.SplitSeq(uevent, []byte{0}) {
		if string(field) == "SUBSYSTEM=hidraw" {
			return true
		}
	}
	return false
}
