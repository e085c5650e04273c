package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"
)

// RealtimeKit is the system service by which desktops let programs of ordinary users have real-time threads.
const (
	kitName     = "org.freedesktop.RealtimeKit1"
	kitPath     = "/org/freedesktop/RealtimeKit1"
	kitPatience = 2 * time.Second // it may have to be started first
)

// promote asks RealtimeKit for a real-time priority for one of this process's threads. An error says why there is
// none; ctx ends the asking early.
func promote(ctx context.Context, thread int, priority uint32) error {
	ctx, cancel := context.WithTimeout(ctx, kitPatience)
	defer cancel() // closes the connection, too
	bus, err := dbus.ConnectSystemBus(dbus.WithContext(ctx))
	if err != nil {
		return fmt.Errorf("reach the system bus: %w", err)
	}
	kit := bus.Object(kitName, kitPath)
	if err := boundThreads(ctx, kit); err != nil {
		return err
	}
	call := kit.CallWithContext(ctx, kitName+".MakeThreadRealtime", 0, uint64(thread), priority)
	if call.Err != nil {
		return fmt.Errorf("ask RealtimeKit for a real-time thread: %w", call.Err)
	}
	return nil
}

// boundThreads limits how long a real-time thread of this process may run without a pause, after which the kernel ends
// the process: RealtimeKit serves nobody whose limit is above its own. A tick takes a thousandth of it.
func boundThreads(ctx context.Context, kit dbus.BusObject) error {
	var most int64 // µs
	get := kit.CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, kitName, "RTTimeUSecMax")
	if err := get.Store(&most); err != nil {
		return fmt.Errorf("ask RealtimeKit for its limits: %w", err)
	}
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_RTTIME, &limit); err != nil {
		return fmt.Errorf("read the limit of real-time threads: %w", err)
	}
	limit.Max = min(limit.Max, uint64(most))
	limit.Cur = limit.Max
	if err := unix.Setrlimit(unix.RLIMIT_RTTIME, &limit); err != nil {
		return fmt.Errorf("limit real-time threads: %w", err)
	}
	return nil
}
