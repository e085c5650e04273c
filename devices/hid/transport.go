package hid

import (
	"context"
	"errors"
)

// Info identifies a device that is plugged in. Everything in it comes from the device and is untrusted text.
type Info struct {
	Path      string // for Open; of no meaning to people, and another one after the next plugging
	VendorID  uint16
	ProductID uint16
	Name      string
	Serial    string // empty for most sets
	Phys      string // the USB port, empty where the system does not tell
}

// Device is an open device.
type Device interface {
	// Read takes the next input report, with its ID in front where reports are numbered. The buffer holds at least
	// ReadSize bytes. It waits until there is one; once the device is closed or gone it fails with ErrGone.
	Read(buf []byte) (int, error)
	// Write sends one whole output report, its ID in front, 0 where reports are not numbered. It returns within about a
	// second also when the device does not answer.
	Write(report []byte) error
	// Close ends a Read and a Write that wait. It may be called from any goroutine, and more than once.
	Close() error
}

// Transport finds devices on one operating system. Its methods may be called from any goroutine.
type Transport interface {
	// List gives all HID devices, not only headsets.
	List() ([]Info, error)
	// Descriptor gives the report descriptor without opening the device, where the system allows that.
	Descriptor(Info) ([]byte, error)
	// Open opens a device for reading and writing beside other programs. It fails with fs.ErrPermission when the operator
	// has no right to.
	Open(Info) (Device, error)
	// Watch signals when a device may have come or gone, until ctx is over; then it closes the channel.
	Watch(ctx context.Context) (<-chan struct{}, error)
}

// ReadSize is the length of the buffer for input reports: the private ones of makers have up to 1,023 bytes and an ID.
const ReadSize = 1025

// ErrGone is the error of Read and Write on a device that was unplugged or closed.
var ErrGone = errors.New("the device is gone")
