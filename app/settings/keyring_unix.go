//go:build !windows

package settings

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"

	"github.com/godbus/dbus/v5"
)

// probeKeyring reports why there is no Secret Service. It looks for a bus first: asking the D-Bus library for the
// session bus starts a daemon where there is none, and nobody ends it.
func probeKeyring() error {
	if os.Getenv("DBUS_SESSION_BUS_ADDRESS") == "" {
		socket := filepath.Join("/run/user", strconv.Itoa(os.Getuid()), "bus")
		if _, err := os.Stat(socket); err != nil {
			return errors.New("there is no session bus")
		}
	}
	bus, err := dbus.SessionBus()
	if err != nil {
		return err
	}
	return bus.Object("org.freedesktop.secrets", "/org/freedesktop/secrets").Call("org.freedesktop.DBus.Peer.Ping", 0).Err
}
