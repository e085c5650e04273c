package hidraw

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	"cordboard/devices/hid"
)

// writeWithin is how long a write waits for the device. The kernel itself waits five seconds (USB_CTRL_SET_TIMEOUT).
const writeWithin = time.Second

// Errors of Write.
var (
	errSilent = errors.New("the headset does not take the report")
	errStuck  = errors.New("the headset has not taken the report before this one yet")
)

// device is an open node.
type device struct {
	file    *os.File
	writing chan struct{} // holds a token while the kernel has a report of ours
	closed  chan struct{}
	once    sync.Once
}

func newDevice(file *os.File) *device {
	return &device{file: file, writing: make(chan struct{}, 1), closed: make(chan struct{})}
}

// Read waits for the next report. The kernel keeps 64 of them and drops what comes after (HIDRAW_BUFFER_SIZE), so a flood
// costs no memory.
func (d *device) Read(buf []byte) (int, error) {
	n, err := d.file.Read(buf)
	if err != nil {
		return 0, named("read from", err)
	}
	return n, nil
}

// Write hands one report to the kernel, which returns once the device has taken it. A device that hangs costs a second and
// one goroutine: until the kernel gives up, further reports fail at once.
func (d *device) Write(report []byte) error {
	select {
	case d.writing <- struct{}{}:
	default:
		return errStuck
	}
	done := make(chan error, 1)
	go func() {
		_, err := d.file.Write(report)
		<-d.writing
		done <- err
	}()
	late := time.NewTimer(writeWithin)
	defer late.Stop()
	select {
	case err := <-done:
		return named("write to", err)
	case <-late.C:
		return errSilent
	case <-d.closed:
		return hid.ErrGone
	}
}

// Close wakes a Read and a Write that wait.
func (d *device) Close() error {
	var err error
	d.once.Do(func() {
		close(d.closed)
		err = d.file.Close()
	})
	return err
}

// named tells a device that is gone from one that is only in trouble. A node whose device was unplugged reads EIO and
// writes ENODEV (drivers/hid/hidraw.c).
func named(doing string, err error) error {
	if err == nil {
		return nil
	}
	for _, gone := range []error{io.EOF, os.ErrClosed, syscall.EIO, syscall.ENODEV, syscall.ENXIO, syscall.ESHUTDOWN} {
		if errors.Is(err, gone) {
			return hid.ErrGone
		}
	}
	return fmt.Errorf("%s the headset: %w", doing, err)
}
