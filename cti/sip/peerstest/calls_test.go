//go:build linux

package peerstest

import (
	"fmt"
	"strings"
	"testing"

	"cordboard/cti"
)

// called are the scripted called parties and what the operator does in each call.
var called = []struct {
	script string
	act    func(t *testing.T, d *desk, id cti.CallID)
}{
	{"uas-early-media", func(t *testing.T, d *desk, id cti.CallID) {
		if p := next[cti.Progressed](d); p.Code != 183 || p.Session == nil || !p.Session.Ready() {
			t.Errorf("%+v", p)
		}
		talkAndHangUp(d, id)
	}},
	{"uas-many-18x", func(t *testing.T, d *desk, id cti.CallID) {
		talkAndHangUp(d, id)
		for range 14 {
			next[cti.Progressed](d)
		}
	}},
	{"uas-fork-2xx", func(_ *testing.T, d *desk, id cti.CallID) {
		next[cti.Connected](d) // the script ends with the BYE of the second one
	}},
	{"uas-100rel", func(_ *testing.T, d *desk, id cti.CallID) { talkAndHangUp(d, id) }},
	{"uas-cancel-race", func(t *testing.T, d *desk, id cti.CallID) {
		next[cti.Progressed](d)
		d.stack.Do(cti.Release{Call: id})
		if e := next[cti.Ended](d); e.By != cti.SideUs {
			t.Errorf("%+v", e)
		}
	}},
	{"uas-hold", func(t *testing.T, d *desk, _ cti.CallID) {
		next[cti.Connected](d)
		for i, held := range []bool{true, true, false} { // by sendonly, by 0.0.0.0, resumed
			if s := next[cti.SessionChanged](d); s.HeldByPeer != held {
				t.Errorf("change %d: %+v", i, s)
			}
		}
		next[cti.Ended](d)
	}},
	{"uas-refuse-hold", func(t *testing.T, d *desk, id cti.CallID) {
		next[cti.Connected](d)
		d.stack.Do(cti.SetHold{Call: id, On: true})
		if h := next[cti.HoldSettled](d); h.OK || h.Note == "" {
			t.Errorf("%+v", h)
		}
		hangUp(d, id)
	}},
	{"uas-session-timer", func(_ *testing.T, d *desk, _ cti.CallID) {
		next[cti.Connected](d)
		next[cti.Ended](d)
	}},
	{"uas-talk", func(t *testing.T, d *desk, id cti.CallID) {
		next[cti.Connected](d)
		for _, on := range []bool{true, false} {
			h := next[cti.Controlled](d) // hold first, then talk
			if h.Talk == on {
				t.Errorf("%+v", h)
			}
			d.stack.Do(cti.SetHold{Call: id, On: !h.Talk})
		}
		next[cti.Ended](d)
	}},
}

func talkAndHangUp(d *desk, id cti.CallID) {
	next[cti.Connected](d)
	hangUp(d, id)
}

func hangUp(d *desk, id cti.CallID) {
	d.t.Helper()
	d.stack.Do(cti.Release{Call: id})
	if e := next[cti.Ended](d); e.Call != id || e.By != cti.SideUs {
		d.t.Errorf("%+v", e)
	}
}

func TestScriptedCalledParties(t *testing.T) {
	server(t)
	for _, c := range called {
		t.Run(c.script, func(t *testing.T) {
			d := newDesk(t, "2001")
			done := script(t, c.script)
			c.act(t, d, d.dial("7000"))
			finished(t, done)
		})
	}
}

func TestScriptedCallers(t *testing.T) {
	server(t)
	for _, name := range []string{"uac-call", "uac-late-offer", "uac-auto-answer"} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, "2002", func(l *cti.LineConfig) { l.Auto = name == "uac-auto-answer" })
			done := script(t, name, "2002")
			o := next[cti.Offered](d)
			if o.Number != "1095" || o.Auto != d.line.Auto {
				t.Errorf("%+v", o)
			}
			d.stack.Do(cti.Accept{Call: o.Call})
			if c := next[cti.Connected](d); !c.Session.Ready() {
				t.Errorf("%+v", c)
			}
			if e := next[cti.Ended](d); e.By != cti.SidePeer {
				t.Errorf("%+v", e)
			}
			finished(t, done)
		})
	}
}

func TestFailureNumbers(t *testing.T) {
	server(t)
	d := newDesk(t, "2003")
	for _, code := range []int{400, 403, 404, 408, 410, 480, 484, 486, 488, 500, 503, 600, 603, 606} {
		id := d.dial(fmt.Sprintf("9%d", code))
		if e := next[cti.Ended](d); e.Call != id || e.Code != code || e.Reason == "" {
			t.Errorf("%d: %+v", code, e)
		}
	}
	if e := dialAndEnd(d, "1001"); e.Code != 480 && e.Code != 404 {
		t.Errorf("nobody registered: %+v", e)
	}
}

// A redirection of the own exchange is followed, to a number that nobody has.
func TestRedirectedNumber(t *testing.T) {
	server(t)
	d := newDesk(t, "2004")
	if e := dialAndEnd(d, "9302"); e.Code == 302 || e.Reason == "" {
		t.Errorf("not followed: %+v", e)
	}
}

func dialAndEnd(d *desk, number string) cti.Ended {
	d.dial(number)
	return next[cti.Ended](d)
}

func TestCancelOfACallThatOnlyTries(t *testing.T) {
	server(t)
	d := newDesk(t, "2005")
	id := d.dial("9100")
	next[cti.DialogKept](d) // the 100 came
	hangUp(d, id)
}

// Two desks call each other through an exchange that challenges requests inside dialogs too.
func TestTwoDesks(t *testing.T) {
	t.Setenv("PEERS_AUTH_INDIALOG", "1")
	server(t)
	a := newDesk(t, "2006")
	b := newDesk(t, "2007", func(l *cti.LineConfig) { l.Bind = network + ".102" })
	id := a.dial("2007")
	o := next[cti.Offered](b)
	if !strings.HasPrefix(o.Number, "2006") {
		t.Errorf("%+v", o)
	}
	if p := next[cti.Progressed](a); p.Code != 180 {
		t.Errorf("%+v", p)
	}
	b.stack.Do(cti.Accept{Call: o.Call})
	next[cti.Connected](a)
	next[cti.Connected](b)
	for _, held := range []bool{true, false} {
		a.stack.Do(cti.SetHold{Call: id, On: held})
		if h := next[cti.HoldSettled](a); !h.OK || h.On != held {
			t.Errorf("%+v", h)
		}
		if s := next[cti.SessionChanged](b); s.HeldByPeer != held {
			t.Errorf("%+v", s)
		}
	}
	hangUp(b, o.Call)
	next[cti.Ended](a)
}
