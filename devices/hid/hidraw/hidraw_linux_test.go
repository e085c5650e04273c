package hidraw

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cordboard/devices/hid"
)

const patience = 20 * time.Second

// tree makes a sysfs with one device, as the kernel lists it.
func tree(t *testing.T, node, uevent string, descriptor []byte) *Transport {
	t.Helper()
	class, nodes := t.TempDir(), t.TempDir()
	dir := filepath.Join(class, node, "device")
	err := errors.Join(os.MkdirAll(dir, 0o755),
		os.WriteFile(filepath.Join(dir, "uevent"), []byte(uevent), 0o644),
		os.WriteFile(filepath.Join(dir, "report_descriptor"), descriptor, 0o644))
	if err != nil {
		t.Fatal(err)
	}
	return &Transport{class: class, nodes: nodes, open: openNode}
}

const linkUevent = "DRIVER=jabra\nHID_ID=0003:00000B0E:000024C8\nHID_NAME=GN Audio Jabra Link 380\nHID_PHYS=usb-0000:00:14.0-2/input3\nHID_UNIQ=30505C\nMODALIAS=hid:b0003\n"

// TestList: a set is named as the kernel names it, and its descriptor is read without opening it.
func TestList(t *testing.T) {
	tr := tree(t, "hidraw7", linkUevent, []byte{0x05, 0x0b})
	got, err := tr.List()
	want := []hid.Info{{
		Path: filepath.Join(tr.nodes, "hidraw7"), VendorID: 0x0b0e, ProductID: 0x24c8,
		Name: "GN Audio Jabra Link 380", Serial: "30505C", Phys: "usb-0000:00:14.0-2/input3",
	}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Fatalf("%v, %s", err, diff)
	}
	if text, err := tr.Descriptor(got[0]); err != nil || string(text) != "\x05\x0b" {
		t.Errorf("descriptor %x, %v", text, err)
	}
}

// TestUntrustedNames: what a device calls itself cannot break a line of a window or a log.
func TestUntrustedNames(t *testing.T) {
	info, ok := parse("HID_ID=0003:00000B0E:00000001\nHID_NAME=a\x1b[31m\x00b\xffc" + strings.Repeat("x", 500))
	if !ok || len(info.Name) != longest || !strings.HasPrefix(info.Name, "a[31mbcx") {
		t.Errorf("%v %q", ok, info.Name)
	}
	for _, bad := range []string{"", "HID_NAME=x", "HID_ID=", "HID_ID=3:zz:1", "HID_ID=0003:FFFFFFFF:1"} {
		if _, ok := parse(bad); ok {
			t.Errorf("%q passed for a device", bad)
		}
	}
}

// TestNoDevices: a machine without HID devices has none, and that is no error.
func TestNoDevices(t *testing.T) {
	tr := &Transport{class: filepath.Join(t.TempDir(), "absent")}
	if all, err := tr.List(); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
}

// TestRefused: a node that the operator may not open is told from one that is not there.
func TestRefused(t *testing.T) {
	tr := tree(t, "hidraw0", linkUevent, nil)
	info, _ := tr.List() // TestList checks it
	if _, err := tr.Open(info[0]); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no node: %v", err)
	}
	tr.open = func(path string) (*os.File, error) {
		return nil, &fs.PathError{Op: "open", Path: path, Err: syscall.EACCES}
	}
	if _, err := tr.Open(info[0]); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("no right: %v", err)
	}
}

// pair is an open device and its far end, which keeps reports apart as a node does.
func pair(t *testing.T) (hid.Device, *os.File) {
	t.Helper()
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_SEQPACKET|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	far := os.NewFile(uintptr(fds[1]), "far end")
	dev := newDevice(os.NewFile(uintptr(fds[0]), "device"))
	t.Cleanup(func() { _, _ = far.Close(), dev.Close() }) // most tests have closed one
	return dev, far
}

// TestReports: reports go both ways, each whole.
func TestReports(t *testing.T) {
	dev, far := pair(t)
	if _, err := far.Write([]byte{2, 1, 0x0d}); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, hid.ReadSize)
	if n, err := dev.Read(buf); err != nil || string(buf[:n]) != "\x02\x01\x0d" {
		t.Errorf("read %x, %v", buf[:n], err)
	}
	if err := dev.Write([]byte{2, 5}); err != nil {
		t.Fatal(err)
	}
	if n, err := far.Read(buf); err != nil || string(buf[:n]) != "\x02\x05" {
		t.Errorf("written %x, %v", buf[:n], err)
	}
}

// TestGone: a Read that waits ends when the set is unplugged or closed, and both are called gone.
func TestGone(t *testing.T) {
	for name, end := range map[string]func(hid.Device, *os.File) error{
		"unplugged": func(_ hid.Device, far *os.File) error { return far.Close() },
		"closed":    func(dev hid.Device, _ *os.File) error { return errors.Join(dev.Close(), dev.Close()) },
	} {
		dev, far := pair(t)
		read := make(chan error, 1)
		go func() {
			_, err := dev.Read(make([]byte, hid.ReadSize))
			read <- err
		}()
		if err := end(dev, far); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		select {
		case err := <-read:
			if !errors.Is(err, hid.ErrGone) {
				t.Errorf("%s: %v", name, err)
			}
		case <-time.After(patience):
			t.Fatalf("%s: Read still waits", name)
		}
	}
	for _, err := range []error{syscall.EIO, syscall.ENODEV, &fs.PathError{Err: syscall.ENODEV}} {
		if !errors.Is(named("write to", err), hid.ErrGone) {
			t.Errorf("%v is not called gone", err)
		}
	}
	if err := named("write to", syscall.EPIPE); errors.Is(err, hid.ErrGone) {
		t.Error("a stall is no unplugging")
	}
}

// TestSilentDevice: a set that takes no report fails a write after a second, the next one at once, and Close is not kept
// waiting.
func TestSilentDevice(t *testing.T) {
	dev, _ := pair(t)
	var err error
	for err == nil { // until the socket's buffer is full
		err = dev.Write(make([]byte, 4096))
	}
	if !errors.Is(err, errSilent) {
		t.Errorf("first: %v", err)
	}
	if err := dev.Write([]byte{1}); !errors.Is(err, errStuck) {
		t.Errorf("second: %v", err)
	}
	if err := dev.Close(); err != nil {
		t.Error(err)
	}
}

// TestWatch: an announcement about a hidraw device is a signal, and one about something else is none.
func TestWatch(t *testing.T) {
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_SEQPACKET|syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	far := os.NewFile(uintptr(fds[1]), "kernel")
	defer func() { _ = far.Close() }() // nothing follows
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	changed, err := watch(ctx, func() (*os.File, error) { return os.NewFile(uintptr(fds[0]), "uevents"), nil })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := far.Write([]byte("add@/devices/x\x00ACTION=add\x00SUBSYSTEM=hidraw\x00SEQNUM=1\x00")); err != nil {
		t.Fatal(err)
	}
	select {
	case <-changed:
	case <-time.After(patience):
		t.Fatal("no signal")
	}
	if concerns([]byte("add@/devices/x\x00SUBSYSTEM=block\x00")) {
		t.Error("a disk passed for a headset")
	}
	cancel()
	for range changed { // until it is closed
	}
}
