//go:build cgo

package sound

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jfreymuth/pulse/proto"
)

const (
	pulseTimeout = 2 * time.Second
	cookieLen    = 256
)

// dialPulse connects to the user's sound server and subscribes to news of its devices; changed is called for every
// news, also when the connection ends, from a goroutine of the client.
func dialPulse(changed func()) (*proto.Client, net.Conn, error) {
	network, address := pulseAddress()
	conn, err := net.DialTimeout(network, address, pulseTimeout)
	if err != nil {
		return nil, nil, err
	}
	c := &proto.Client{}
	c.SetTimeout(pulseTimeout)
	// Before Open: the client calls it without a look when the server hangs up.
	c.Callback = func(msg any) {
		switch msg.(type) {
		case *proto.SubscribeEvent, *proto.ConnectionClosed:
			changed()
		}
	}
	c.Open(conn)
	if err := introduce(c); err != nil {
		return nil, nil, errors.Join(err, conn.Close())
	}
	return c, conn, nil
}

// introduce tells the server who asks, and what for.
func introduce(c *proto.Client) error {
	cookie, err := pulseCookie()
	if err != nil {
		return err
	}
	var auth proto.AuthReply
	if err := c.Request(&proto.Auth{Version: c.Version(), Cookie: cookie}, &auth); err != nil {
		return fmt.Errorf("the sound server does not let us in: %w", err)
	}
	c.SetVersion(auth.Version)
	props := proto.PropList{"application.name": proto.PropListString("Cordboard")}
	if err := c.Request(&proto.SetClientName{Props: props}, &proto.SetClientNameReply{}); err != nil {
		return err
	}
	mask := proto.SubscriptionMaskSink | proto.SubscriptionMaskSource | proto.SubscriptionMaskServer
	return c.Request(&proto.Subscribe{Mask: mask}, nil)
}

// pulseAddress is where the server listens: PULSE_SERVER as unix:PATH, PATH or tcp:HOST:PORT, else the socket in the
// user's runtime folder.
func pulseAddress() (network, address string) {
	server := os.Getenv("PULSE_SERVER")
	if tcp, ok := strings.CutPrefix(server, "tcp:"); ok {
		return "tcp", tcp
	}
	if path := strings.TrimPrefix(server, "unix:"); path != "" {
		return "unix", path
	}
	if dir := os.Getenv("PULSE_RUNTIME_PATH"); dir != "" {
		return "unix", filepath.Join(dir, "native")
	}
	return "unix", filepath.Join(os.Getenv("XDG_RUNTIME_DIR"), "pulse", "native")
}

// pulseCookie reads the shared secret of server and clients. A server that lets everybody in takes any.
func pulseCookie() ([]byte, error) {
	path := os.Getenv("PULSE_COOKIE")
	if path == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return nil, err
		}
		path = filepath.Join(home, ".config", "pulse", "cookie")
	}
	cookie, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return make([]byte, cookieLen), nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the sound server's cookie: %w", err)
	}
	return cookie, nil
}
