//go:build linux

package rig

import (
	"testing"
	"time"
)

// Two real phones talk through the server: what the other tests stand on.
func TestPhonesTalk(t *testing.T) {
	s := Kamailio(t, "127.0.62")
	a := s.Baresip(t, "1001", PhoneOptions{Tone: 440})
	b := s.Baresip(t, "1002", PhoneOptions{Tone: 800, Transport: "tls"})
	a.Do("dial", "1002")
	b.Wait("Incoming call")
	b.Do("accept", "")
	a.Wait("Call established")
	b.AwaitHeard(time.Second)
	a.Do("hangup", "")
	b.Wait("session closed|terminated")
}
