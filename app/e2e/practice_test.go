//go:build cgo && linux

package e2e

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cordboard/app/exchange"
	"cordboard/cti"
	"cordboard/storage"
)

// toneOf is the steady tone by which a voice of the practice exchange is told from all others.
func toneOf(t *testing.T, number string) float64 {
	t.Helper()
	for _, n := range exchange.Directory() {
		if n.Number == number {
			return n.Tone
		}
	}
	t.Fatalf("nobody has the number %s", number)
	return 0
}

// R35, R37: a newcomer starts Cordboard with nothing set up and calls a colleague; the call has the controls of any other.
func TestPracticeCall(t *testing.T) {
	d := newHome(t, 1000)
	d.start()
	d.registered("practice-2001")
	d.registered("practice-2002")

	call := d.do("dial", "201")
	d.call(call, "connected", talking)
	d.hears(toneOf(t, "201"))

	d.do("hold")
	d.call(call, "held", held)
	d.hearsNothing()

	d.do("resume", call)
	d.call(call, "resumed", resumed)
	d.hears(toneOf(t, "201"))

	d.do("dtmf", "12#")
	d.do("mute", d.place(call))
	d.call(call, "muted", func(c cti.CallView) bool { return c.Muted })
	d.do("unmute")
	d.call(call, "unmuted", func(c cti.CallView) bool { return !c.Muted })

	d.do("hangup", call)
	c := d.call(call, "ended", ended)
	if c.End.Result != cti.ResultAnswered || c.End.Reason == "" {
		t.Errorf("end %+v; want answered, with a reason", c.End)
	}
	row := d.row(call)
	if row.Number != "201" || row.LineName != "Desk 2001" || row.Result != cti.ResultAnswered || row.Duration() <= 0 {
		t.Errorf("history row %+v", row)
	}
	if found := d.do("history", "anna"); !strings.Contains(found, "201") {
		t.Errorf("a search for the name finds\n%s", found)
	}
}

// place is the row of a call in the table, counted from 1. It is not always the first: where it takes long from the
// registration to the first call, the customer rings before.
func (d *desk) place(call string) string {
	d.t.Helper()
	calls := d.remote.Snapshot().Calls
	i := slices.IndexFunc(calls, func(c cti.CallView) bool { return string(c.ID) == call })
	if i < 0 {
		d.t.Fatalf("the call %s is gone", call)
	}
	return strconv.Itoa(i + 1)
}

// row waits until the history has the finished call.
func (d *desk) row(call string) storage.Row {
	d.t.Helper()
	reader := storage.OpenReader(d.home)
	for late := time.Now().Add(patience); ; {
		r, found, err := reader.Get(context.Background(), cti.CallID(call))
		if err != nil {
			d.t.Fatal(err)
		}
		if found && !r.Finished.IsZero() {
			return r
		}
		if time.Now().After(late) {
			d.t.Fatalf("the history has no finished call %s: %+v", call, r)
		}
		d.run("state") // gives the writer a moment
	}
}

// Everybody of the practice exchange behaves as the list says.
func TestPracticeFailures(t *testing.T) {
	d := newHome(t, 1000)
	d.start()
	d.registered("practice-2002")
	for number, want := range map[string]cti.Result{"204": cti.ResultBusy, "206": cti.ResultDeclined, "290": cti.ResultFailed} {
		call := d.do("dial", number, "--line", "Sales 2002")
		if c := d.call(call, "ended", ended); c.End.Result != want || c.End.Reason == "" || c.Line != "practice-2002" {
			t.Errorf("call to %s on %s ended with %+v; want %v", number, c.Line, c.End, want)
		}
	}
	call := d.do("dial", "205")
	d.call(call, "ringing", func(c cti.CallView) bool { return c.Phase == cti.PhaseRinging })
	d.do("hangup")
	if c := d.call(call, "cancelled", ended); c.End.Result != cti.ResultNoAnswer {
		t.Errorf("a cancelled call ended with %+v", c.End)
	}
}

// The customer calls in by himself; a second call holds the first.
func TestCustomerCallsIn(t *testing.T) {
	d := newHome(t, 1000)
	d.start()
	customer := d.ringing()
	first := d.do("dial", "202")
	d.call(first, "connected", talking)
	d.do("answer", customer)
	d.call(customer, "connected", talking)
	d.call(first, "held", held)
	d.hears(831)
	if out, code := d.run("answer", customer); code != 1 || strings.Count(out, "\n") != 1 {
		t.Errorf("answering twice: exit code %d, %q; want a refusal of one sentence", code, out)
	}
	d.do("resume", first)
	d.call(customer, "held", held)
	d.call(first, "resumed", resumed)
	d.hears(toneOf(t, "202"))
	d.do("hangup", first)
	d.do("hangup", customer)
	d.call(customer, "ended", ended)
}

// A program reads the state and the events as JSON.
func TestStateAndEventsAreJSON(t *testing.T) {
	d := newHome(t, 1000)
	d.start()
	d.registered("practice-2001")
	call := d.do("dial", "201")
	d.call(call, "connected", talking)
	var s cti.Snapshot
	if err := json.Unmarshal([]byte(d.do("state", "--json")), &s); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(s.Calls, func(c cti.CallView) bool { return string(c.ID) == call }) // the customer may have called
	if i < 0 || s.Calls[i].Codec == "" || len(s.Lines) != 2 || !s.Desk.Practice {
		t.Fatalf("state %+v", s)
	}
	if why, ok := s.Calls[i].Allowed[cti.VerbAnswer]; !ok || why == "" {
		t.Errorf("a connected call may be answered again: %q", why)
	}
}

// The operator's settings: a real line ends the practice, the last one that goes brings it back.
func TestLinesComeAndGoWhileTheDeskRuns(t *testing.T) {
	d := newHome(t, 1000)
	d.start()
	d.registered("practice-2001")
	if id := d.do("line", "add", "--name", "Direct Line", "--bind", "127.0.0.1", "--trusted", "127.0.0.9"); id != "direct-line" {
		t.Fatalf("the new line has the ID %q", id)
	}
	d.await("the practice lines give way", func(s *cti.Snapshot) bool {
		return len(s.Lines) == 1 && s.Lines[0].Registration.State == cti.RegDirect && !s.Desk.Practice
	})
	text, err := os.ReadFile(d.home + "/cordboard.toml")
	if err != nil || !strings.Contains(string(text), `name = "Direct Line"`) || strings.Contains(string(text), "practice") {
		t.Errorf("settings file: %v\n%s", err, text)
	}
	d.do("line", "remove", "direct-line")
	d.registered("practice-2001")
}
