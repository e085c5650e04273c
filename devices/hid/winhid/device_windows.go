//go:build cgo

package winhid

import (
	"sync"
	"sync/atomic"
	"time"

	karalabe "github.com/karalabe/hid"

	"cordboard/devices/hid"
)

// turn is how long one read waits. hidapi frees a device under the feet of who reads from it, so that a device is closed
// between two reads only.
const turn = 100 * time.Millisecond

// device is a collection that is open for reading and writing.
type device struct {
	closed atomic.Bool
	once   sync.Once

	reading sync.Mutex // held while in is in use
	in      karalabe.Device

	writing sync.Mutex // held while out is in use
	out     handle
}

func newDevice(in karalabe.Device, out handle) *device { return &device{in: in, out: out} }

// Read waits for the next report. Windows keeps 64 of them and drops the oldest.
func (d *device) Read(buf []byte) (int, error) {
	for {
		n, err := d.readTurn(buf)
		switch {
		case err != nil: // all errors look alike there, and no device was seen to recover
			return 0, hid.ErrGone
		case n > 0:
			return n, nil
		}
	}
}

func (d *device) readTurn(buf []byte) (int, error) {
	d.reading.Lock()
	defer d.reading.Unlock()
	if d.closed.Load() {
		return 0, hid.ErrGone
	}
	return d.in.ReadTimeout(buf, int(turn.Milliseconds()))
}

// Write sends one report.
func (d *device) Write(report []byte) error {
	d.writing.Lock()
	defer d.writing.Unlock()
	if d.closed.Load() {
		return hid.ErrGone
	}
	return d.out.write(report)
}

// Close waits for the read and the write that are going on, a second at most.
func (d *device) Close() error {
	d.closed.Store(true)
	var err error
	d.once.Do(func() {
		d.reading.Lock()
		err = d.in.Close()
		d.reading.Unlock()
		d.writing.Lock()
		d.out.close()
		d.writing.Unlock()
	})
	return err
}
