//go:build cgo && linux

package e2e

import (
	"bufio"
	"encoding/json"
	"net/netip"
	"os/exec"
	"slices"
	"testing"
	"time"

	"cordboard/app/api"
	"cordboard/cti"
	"cordboard/cti/siptest"

	"github.com/emiago/sipgo/sip"
)

// events runs the command of that name and hands out what it prints.
func (d *desk) events() <-chan api.Event {
	d.t.Helper()
	cmd := exec.Command(program, "events", "--home", d.home)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		d.t.Fatal(err)
	}
	events := make(chan api.Event, 100)
	done := make(chan struct{})
	go func() {
		defer close(events)
		lines := bufio.NewScanner(out)
		lines.Buffer(nil, 16<<20) // the state of a desk with many calls is one line
		for lines.Scan() {
			var e api.Event
			if json.Unmarshal(lines.Bytes(), &e) != nil {
				return // who waits for it finds the events at their end
			}
			select {
			case events <- e:
			case <-done:
				return
			}
		}
	}()
	d.t.Cleanup(func() {
		close(done)
		_ = cmd.Process.Kill() // it would go on as long as the desk
		_ = cmd.Wait()
	})
	return events
}

// Two hundred calls one after the other, whose far end sends ringing and answer in one go: whoever follows the events
// sees both, in their order, of every call.
func TestRingingAndAnswerInOneGo(t *testing.T) {
	d, _ := direct(t)
	p := siptest.UDP(t)
	events := d.events()
	first := <-events
	if first.Event != api.EventState {
		t.Fatalf("the first event is %q", first.Event)
	}
	for range 200 {
		ringsAndAnswers(t, d, p, events)
	}
}

func ringsAndAnswers(t *testing.T, d *desk, p *siptest.Peer, events <-chan api.Event) {
	t.Helper()
	done, err := d.client.Command(t.Context(), cti.VerbDial, api.Request{Line: "direct", Number: p.URI("1001")})
	if err != nil {
		t.Fatal(err)
	}
	invite := p.Request(sip.INVITE)
	to := netip.MustParseAddrPort(invite.Source())
	sdp := siptest.SDP(4000, 1, "sendrecv")
	early, final := p.Compose(invite, 183, "callee", sdp), p.Compose(invite, 200, "callee", sdp)
	p.Send(to, early)
	p.Send(to, final)
	p.Request(sip.ACK)
	seen := phases(t, events, done.Call, cti.PhaseTalking)
	if _, err := d.client.Command(t.Context(), cti.VerbHangup, api.Request{Call: done.Call}); err != nil {
		t.Fatal(err)
	}
	p.Answer(p.Request(sip.BYE), 200, "")
	seen = append(seen, phases(t, events, done.Call, cti.PhaseEnded)...)
	want := []string{"dialing", "dialing with sound", "talking", "ending", "ended"}
	if !slices.Equal(slices.Compact(seen), want) {
		t.Fatalf("the events tell %v, want %v", seen, want)
	}
}

// phases are those that the events tell of a call, until it has come to the last one.
func phases(t *testing.T, events <-chan api.Event, id cti.CallID, last cti.Phase) (seen []string) {
	t.Helper()
	for late := time.After(patience); ; {
		select {
		case e, ok := <-events:
			if !ok {
				t.Fatalf("the events ended after %v", seen)
			}
			if e.Call == nil || e.Call.ID != id {
				continue
			}
			word := e.Call.Phase.String()
			if e.Call.EarlyMedia {
				word += " with sound"
			}
			seen = append(seen, word)
			if e.Call.Phase == last {
				return seen
			}
		case <-late:
			t.Fatalf("call %s does not come to %v; the events tell %v", id, last, seen)
		}
	}
}
