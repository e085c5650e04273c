//go:build cgo

package winhid

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	karalabe "github.com/karalabe/hid"
	"golang.org/x/sys/windows"

	"cordboard/devices/hid"
	"cordboard/devices/hid/report"
)

// lookEvery is how often the list of interfaces is compared; Windows answers it from memory.
const lookEvery = time.Second

// Transport finds HID devices. It has no state; any goroutine may use it.
type Transport struct{}

var _ hid.Transport = Transport{}

// New returns the transport of this machine.
func New() Transport { return Transport{} }

// List gives the telephony collections of all devices.
func (Transport) List() ([]hid.Info, error) {
	found, err := karalabe.Enumerate(0, 0)
	if err != nil {
		return nil, err
	}
	var all []hid.Info
	for _, d := range found {
		if d.UsagePage == report.PageTelephony {
			all = append(all, hid.Info{Path: d.Path, VendorID: d.VendorID, ProductID: d.ProductID, Name: clean(d.Product), Serial: clean(d.Serial)})
		}
	}
	slices.SortFunc(all, func(a, b hid.Info) int { return strings.Compare(a.Path, b.Path) })
	return all, nil
}

// Descriptor has hidapi make the descriptor up.
func (Transport) Descriptor(info hid.Info) ([]byte, error) {
	h, err := openHandle(info.Path)
	if err != nil {
		return nil, err
	}
	defer h.close()
	return h.descriptor()
}

// Open opens a collection twice, beside other programs: for reading and for writing.
func (Transport) Open(info hid.Info) (hid.Device, error) {
	out, err := openHandle(info.Path)
	if err != nil {
		return nil, err
	}
	in, err := (&karalabe.DeviceInfo{Path: info.Path}).Open()
	if err != nil {
		out.close()
		return nil, errors.New("Windows does not open the headset for reading")
	}
	return newDevice(in, out), nil
}

// classHID is the interface class of HID devices (GUID_DEVINTERFACE_HID).
var classHID = windows.GUID{Data1: 0x4d1e55b2, Data2: 0xf16f, Data3: 0x11cf, Data4: [8]byte{0x88, 0xcb, 0, 0x11, 0x11, 0, 0, 0x30}}

// Watch compares the list of interfaces.
func (Transport) Watch(ctx context.Context) (<-chan struct{}, error) {
	changed := make(chan struct{}, 1)
	go func() {
		defer close(changed)
		look := time.NewTicker(lookEvery)
		defer look.Stop()
		var before []string
		for {
			now, err := windows.CM_Get_Device_Interface_List("", &classHID, windows.CM_GET_DEVICE_INTERFACE_LIST_PRESENT)
			if err != nil || !slices.Equal(now, before) { // an unreadable list is looked at in the other way
				before = now
				select {
				case changed <- struct{}{}:
				default: // one signal that was not taken yet says it all
				}
			}
			select {
			case <-look.C:
			case <-ctx.Done():
				return
			}
		}
	}()
	return changed, nil
}

// clean takes out what does not belong in a line of a window; names come from the device.
func clean(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			return -1
		}
		return r
	}, s))
}
