package hidraw

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"cordboard/devices/hid"
	"cordboard/devices/hid/report"
)

// Transport finds hidraw devices. It has no state; any goroutine may use it.
type Transport struct {
	class string // where the kernel lists devices
	nodes string // where their files are
	open  func(path string) (*os.File, error)
}

var _ hid.Transport = (*Transport)(nil)

// New returns the transport of this machine.
func New() *Transport {
	return &Transport{class: "/sys/class/hidraw", nodes: "/dev", open: openNode}
}

// openNode opens a node for the runtime's poller: os.NewFile takes a descriptor into it that does not block.
func openNode(path string) (*os.File, error) {
	fd, err := syscall.Open(path, syscall.O_RDWR|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(fd), path), nil
}

// List reads what the kernel says about each node. A device that goes meanwhile is left out.
func (t *Transport) List() ([]hid.Info, error) {
	entries, err := os.ReadDir(t.class)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // no HID device has ever been there
	}
	if err != nil {
		return nil, fmt.Errorf("list the HID devices: %w", err)
	}
	var all []hid.Info
	for _, e := range entries {
		uevent, err := os.ReadFile(filepath.Join(t.class, e.Name(), "device", "uevent"))
		if err != nil {
			continue
		}
		info, ok := parse(string(uevent))
		if !ok {
			continue
		}
		info.Path = filepath.Join(t.nodes, e.Name())
		all = append(all, info)
	}
	slices.SortFunc(all, func(a, b hid.Info) int { return strings.Compare(a.Path, b.Path) })
	return all, nil
}

// Descriptor reads the report descriptor from sysfs, which everybody may.
func (t *Transport) Descriptor(info hid.Info) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(t.class, filepath.Base(info.Path), "device", "report_descriptor"))
	if err != nil {
		return nil, fmt.Errorf("read the report descriptor: %w", err)
	}
	if len(text) > report.MaxDescriptor {
		return nil, report.ErrTooLong
	}
	return text, nil
}

// Open opens a device. A device whose node is not there yet, or whose rights are not set yet, may open a moment later:
// udev does both after the kernel has announced the device.
func (t *Transport) Open(info hid.Info) (hid.Device, error) {
	file, err := t.open(filepath.Join(t.nodes, filepath.Base(info.Path)))
	if err != nil {
		return nil, fmt.Errorf("open the headset: %w", err)
	}
	return newDevice(file), nil
}

// Watch listens to the kernel; see watch_linux.go.
func (t *Transport) Watch(ctx context.Context) (<-chan struct{}, error) { return watch(ctx, listen) }
