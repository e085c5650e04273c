package engine

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
	"golang.org/x/sys/unix"
)

// fakeKit is a RealtimeKit that grants everything and keeps what it was asked for.
type fakeKit struct {
	thread   chan uint64
	priority chan uint32
	limit    chan uint64 // of real-time threads in this process, µs
}

const fakeKitLimit = 1_000_000 // µs

// MakeThreadRealtime is RealtimeKit's method.
func (k *fakeKit) MakeThreadRealtime(thread uint64, priority uint32) *dbus.Error {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_RTTIME, &limit); err != nil {
		return dbus.MakeFailedError(err)
	}
	k.thread <- thread
	k.priority <- priority
	k.limit <- limit.Max
	return nil
}

// systemBus starts a bus of the test's own and makes it the system bus.
func systemBus(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("dbus-daemon"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("the program dbus-daemon is needed to test RealtimeKit")
		}
		t.Skip("left out: the program dbus-daemon is not installed")
	}
	address := "unix:path=" + filepath.Join(t.TempDir(), "bus")
	cmd := exec.Command("dbus-daemon", "--session", "--nofork", "--nopidfile", "--nosyslog", "--print-address", "--address="+address)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // fails only when it has ended already
		_ = cmd.Wait()         // tells that it was killed
	})
	if _, err := out.Read(make([]byte, 1000)); err != nil { // it has said where it listens
		t.Fatal(err)
	}
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", address)
}

// serve offers the service on the system bus.
func (k *fakeKit) serve(t *testing.T) {
	t.Helper()
	bus, err := dbus.ConnectSystemBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := bus.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := bus.Export(k, kitPath, kitName); err != nil {
		t.Fatal(err)
	}
	_, err = prop.Export(bus, kitPath, prop.Map{kitName: {"RTTimeUSecMax": {Value: int64(fakeKitLimit)}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bus.RequestName(kitName, dbus.NameFlagDoNotQueue); err != nil {
		t.Fatal(err)
	}
}

func TestRealtimeKitIsAskedForTheThread(t *testing.T) {
	systemBus(t)
	k := &fakeKit{make(chan uint64, 1), make(chan uint32, 1), make(chan uint64, 1)}
	k.serve(t)
	if err := promote(t.Context(), 4711, tickPriority); err != nil {
		t.Fatal(err)
	}
	if thread, priority := <-k.thread, <-k.priority; thread != 4711 || priority != tickPriority {
		t.Errorf("asked for thread %d with priority %d, want 4711 with %d", thread, priority, tickPriority)
	}
	if limit := <-k.limit; limit > fakeKitLimit {
		t.Errorf("real-time threads may run for %d µs, RealtimeKit allows %d", limit, fakeKitLimit)
	}
}

func TestWithoutRealtimeKitTheReasonIsTold(t *testing.T) {
	systemBus(t)
	if err := promote(t.Context(), 4711, tickPriority); err == nil || !strings.Contains(err.Error(), "RealtimeKit") {
		t.Errorf("on a bus without RealtimeKit: %v", err)
	}
	t.Setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere")
	start := time.Now()
	if err := promote(t.Context(), 4711, tickPriority); err == nil || time.Since(start) > kitPatience {
		t.Errorf("without a bus: %v after %v", err, time.Since(start))
	}
}
