//go:build linux

package peerstest

import (
	"net"
	"testing"
	"time"
)

// delay is what the relay adds, like a short way through a network. Without one our ACK is back before a script of
// sipp has sent its second message, and sipp then takes it for a mistake.
const delay = 20 * time.Millisecond

// relay carries datagrams between one desk and the exchange, delayed. It returns the address to use as outbound proxy.
func relay(t *testing.T) string {
	t.Helper()
	front, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.ParseIP(network + ".103")})
	if err != nil {
		t.Fatal(err)
	}
	server := &net.UDPAddr{IP: net.ParseIP(network + ".1"), Port: 5060}
	done := make(chan struct{})
	go func() {
		defer close(done)
		var desk *net.UDPAddr
		for {
			buf := make([]byte, 65535)
			n, from, err := front.ReadFromUDP(buf)
			if err != nil {
				return
			}
			to := server
			if from.IP.Equal(server.IP) {
				to = desk
			} else {
				desk = from
			}
			time.AfterFunc(delay, func() {
				_, _ = front.WriteToUDP(buf[:n], to) // a lost datagram is repeated by who sent it
			})
		}
	}()
	t.Cleanup(func() {
		_ = front.Close() // the end of the reader is what counts
		<-done
	})
	return front.LocalAddr().String()
}
