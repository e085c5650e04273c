//go:build cgo

package winhid

/*
#include <stdlib.h>

// Of hidapi, which package karalabe/hid compiles and does not offer.
typedef struct hid_device_ hid_device;
hid_device *hid_open_path(const char *path);
void hid_close(hid_device *dev);
int hid_write(hid_device *dev, const unsigned char *data, size_t length);
int hid_get_report_descriptor(hid_device *dev, unsigned char *buf, size_t size);
*/
import "C"

import (
	"errors"
	"unsafe"

	"cordboard/devices/hid/report"
)

// Errors of a handle; hidapi's own are none that an operator could read.
var (
	errOpen       = errors.New("Windows does not open the headset")
	errDescriptor = errors.New("Windows does not describe the headset")
	errWrite      = errors.New("the headset does not take the report")
)

// handle is hidapi's of a device. One goroutine uses it.
type handle struct{ dev *C.hid_device }

func openHandle(path string) (handle, error) {
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	dev := C.hid_open_path(name)
	if dev == nil {
		return handle{}, errOpen
	}
	return handle{dev}, nil
}

func (h handle) close() { C.hid_close(h.dev) }

func (h handle) descriptor() ([]byte, error) {
	buf := make([]byte, report.MaxDescriptor)
	n := C.hid_get_report_descriptor(h.dev, (*C.uchar)(&buf[0]), C.size_t(len(buf)))
	if n <= 0 || int(n) > len(buf) {
		return nil, errDescriptor
	}
	return buf[:n], nil
}

// write sends a report, its ID first, 0 where there is none. hidapi fills it up to the length that Windows wants, and gives
// up after a second.
func (h handle) write(data []byte) error {
	if len(data) == 0 || C.hid_write(h.dev, (*C.uchar)(&data[0]), C.size_t(len(data))) < 0 {
		return errWrite
	}
	return nil
}
