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

// Phones of two makes call each other, and each hangs up once.
func TestLinphoneTalks(t *testing.T) {
	s := Kamailio(t, "127.0.62")
	a := s.Linphone(t, "1001", 440)
	b := s.Baresip(t, "1002", PhoneOptions{Tone: 800, Codecs: "opus/48000/2"})
	a.Do("call sip:1002@" + s.IP)
	b.Wait("Incoming call")
	b.Do("accept", "")
	a.Wait("Call 1 with .* connected")
	a.AwaitHeard(time.Second)
	b.AwaitHeard(time.Second)
	a.Do("terminate")
	b.Wait("session closed|terminated")
	b.Do("dial", "1001")
	a.Wait("Receiving new incoming call")
	a.Do("answer")
	b.Wait("Call established")
	a.AwaitHeard(time.Second)
	b.AwaitHeard(time.Second)
	b.Do("hangup", "")
	a.Wait("Call 2 with .* ended")
}
