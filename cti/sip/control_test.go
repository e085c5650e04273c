package sip

import (
	"testing"

	"cordboard/cti"
	"cordboard/cti/siptest"
)

// Every mark by which exchanges have a call answered, and what is none.
func TestAutoAnswerMarks(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick(), func(l *cti.LineConfig) { l.AutoBy = cti.AutoAll })
	for mark, want := range map[string]bool{
		"Call-Info: <sip:x>;answer-after=0":                    true,
		"Call-Info: <sip:a>;x=y, <sip:x>; Answer-After=5":      true,
		"Alert-Info: <http://x>;info=alert-autoanswer;delay=0": true,
		"Alert-Info: info=alert-autoanswer":                    false, // the value itself, no parameter
		"Alert-Info: <http://www.notused.com>;info=RingAnswer": false,
		"Alert-Info: Ring Answer":                              true,
		"Alert-Info: <sip:x>;intercom=true":                    true,
		"Call-Info: intercom=true":                             true,
		"Answer-Mode: Auto":                                    true,
		"Answer-Mode: Manual":                                  false,
		"Priv-Answer-Mode: auto;require":                       true,
		"P-Auto-Answer: normal":                                true,
		"Alert-Info: <http://www.example.com/sound/moo.wav>":   false,
		"Call-Info: <http://www.example.com/a>;purpose=icon":   false,
		"X-Other: answer-after=0":                              false,
	} {
		o, leg := d.called(p, mark, siptest.SDP(4000, 1, "sendrecv"))
		if o.Auto != want || o.Beep != want {
			t.Errorf("%s: auto %v, beep %v", mark, o.Auto, o.Beep)
		}
		leg.Repeat("CANCEL")
		next[cti.Ended](d)
	}
}

// Whose marks count is the line's rule, and by default nobody's.
func TestAutoAnswerRules(t *testing.T) {
	p := siptest.UDP(t)
	for _, c := range []struct {
		rule cti.AutoAnswer
		from string
		auto bool
	}{
		{"", "caller", false}, {cti.AutoOff, "caller", false}, {cti.AutoAll, "caller", true},
		{cti.AutoKnown, "1005", true}, {cti.AutoKnown, "1006", false}, {cti.AutoKnown, "1007", true},
	} {
		d := newDesk(t, quick(), func(l *cti.LineConfig) { l.AutoBy, l.Watch = c.rule, []string{"1004", "1005"} })
		d.stack.Do(cti.SetWatches{Line: d.line, Numbers: []string{"1007"}})
		o, leg := d.called(p, "Answer-Mode: Auto", "P-Asserted-Identity: <sip:"+c.from+"@x>", siptest.SDP(4000, 1, "sendrecv"))
		if o.Auto != c.auto || o.Beep != c.auto {
			t.Errorf("%s, %s: %+v", c.rule, c.from, o)
		}
		leg.Repeat("CANCEL")
		next[cti.Ended](d)
	}
}

// Talk and hold come only from the dialog's far end, and talk while a call rings too.
func TestRemoteControl(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, quick())
	o, leg := d.called(p)
	leg.Learn(p.Response(180, "INVITE"))
	leg.Request("NOTIFY", "Event: talk")
	p.Response(200, "NOTIFY")
	if c := next[cti.Controlled](d); c.Call != o.Call || !c.Talk {
		t.Errorf("%+v", c)
	}
	q := siptest.UDP(t)
	stranger := q.Calling(d.addr, "2001", leg.CallID)
	stranger.Remote, stranger.Local = leg.Remote, "<sip:caller@x>;tag=another"
	stranger.Request("NOTIFY", "Event: talk")
	q.Response(481, "NOTIFY")
	none[cti.Controlled](d)
	leg.Request("BYE")
	next[cti.Ended](d)
}
