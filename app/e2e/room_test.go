//go:build cgo && linux

package e2e

import (
	"fmt"
	"testing"

	"cordboard/cti"
)

// A line that is set up as a room, on a desk without a sound card: everybody who calls is answered into one conference and
// hears the others; who is alone hears music and nobody; the room waits for the next one.
func TestRoomOnADeskWithoutSound(t *testing.T) {
	host, at := newHome(t, operatorSay), freePort(t)
	host.do("line", "add", "--id", "room", "--name", "Room", "--user", "8000", "--bind", at.String(), "--trusted", "127.0.0.1", "--is-room")
	host.launch("--mic", "none", "--speaker", "none", "--ringer", "none")
	tb := newTable(t, 2) // its desks call the room, each by itself
	room := fmt.Sprintf("sip:8000@%s", at)
	for i, d := range tb.desks {
		tb.calls[i] = d.do("dial", room)
		d.call(tb.calls[i], "in the room", talking)
	}
	inRoom := func(n int) func(*cti.Snapshot) bool { // the last one is talking before the room has his ACK
		return func(s *cti.Snapshot) bool {
			return len(s.Conferences) == 1 && len(s.Conferences[0].Parties) == n+1 && s.Conferences[0].Room == "room" &&
				len(s.Conferences[0].Hears) == n*(n-1)
		}
	}
	k := host.await("three are in the room", inRoom(3)).Conferences[0]
	if !k.Away || k.Name != "Room" {
		t.Errorf("the room is %+v", k.Conference)
	}
	tb.hear("all in the room", []int{1, 2}, []int{0, 2}, []int{0, 1})
	tb.desks[2].do("hangup", tb.calls[2])
	host.await("two are left", inRoom(2))
	tb.hear("the two who are left", []int{1}, []int{0}, nil)
	tb.desks[1].do("hangup", tb.calls[1])
	host.await("one waits", inRoom(1))
	tb.calls[1] = tb.desks[1].do("dial", room)
	host.await("two again", inRoom(2))
	tb.hear("and hear each other", []int{1}, []int{0}, nil)
}
