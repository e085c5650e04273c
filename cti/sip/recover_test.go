package sip

import (
	"strings"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/cti/siptest"

	"github.com/emiago/sipgo/sip"
)

// restart drops a desk without a word to anybody, as a kill does, and starts another with what was kept.
func (d *desk) restart(t *testing.T, timing Timing) *desk {
	t.Helper()
	d.latest()
	line := d.line
	addr := freePort(t)
	line.Bind = addr.String()
	return startDesk(t, timing, line, addr, nil)
}

// latest drains the events, so that dialog is the newest DialogKept.
func (d *desk) latest() {
	for _, in := range d.kept {
		if k, ok := in.(cti.DialogKept); ok {
			d.dialog = k.Dialog
		}
	}
	for {
		select {
		case in := <-d.events:
			if k, ok := in.(cti.DialogKept); ok {
				d.dialog = k.Dialog
			}
			d.kept = append(d.kept, in)
			continue
		default:
			return
		}
	}
}

// forgetAll makes the old desk's calls end without a message, so that its clean-up does not disturb the script.
func (d *desk) forgetAll() {
	d.stack.mu.Lock()
	calls := d.stack.calls
	d.stack.calls, d.stack.dialogs = map[cti.CallID]*call{}, map[dialogKey]*call{}
	d.stack.mu.Unlock()
	for _, c := range calls {
		c.queue.Close()
		<-c.queue.Done()
		c.timer.stop()
		c.mod.stop()
	}
}

func TestRecoveredCallGoesOn(t *testing.T) {
	p := siptest.UDP(t)
	old := newDesk(t, quick())
	id, leg := old.up(p)
	old.latest()
	old.forgetAll()
	d := old.restart(t, quick())
	d.stack.Do(cti.Recover{Call: id, Line: d.line, Dialog: old.dialog, Resume: true})
	re := p.Request("INVITE")
	if re.CallID().Value() != leg.CallID || re.CSeq().SeqNo < cseqJump || tagOf(re.To().Params) != "callee" || tagOf(re.From().Params) == "" {
		t.Errorf("re-INVITE:\n%s", re)
	}
	p.Answer(re, 200, "", siptest.SDP(4000, 2, "sendrecv"))
	p.Request("ACK")
	if r := next[cti.Recovered](d); r.Call != id || !r.Session.Ready() || r.HeldByPeer {
		t.Errorf("%+v", r)
	}
	leg.To, leg.Target = d.addr, re.Contact().Address.String()
	leg.Request("OPTIONS") // the dialog works in both directions
	p.Response(200, "OPTIONS")
	d.hangUp(p, id)
}

func TestRecoveredCallStaysHeld(t *testing.T) {
	p := siptest.UDP(t)
	old := newDesk(t, quick())
	id, _ := old.talking(p)
	old.latest()
	old.forgetAll()
	d := old.restart(t, quick())
	d.stack.Do(cti.Recover{Call: id, Line: d.line, Dialog: old.dialog, Resume: true, Hold: true})
	re := p.Request("INVITE")
	bodyHas(t, re.Body(), "sendonly")
	p.Answer(re, 200, "", siptest.SDP(4000, 2, "recvonly"))
	next[cti.Recovered](d)
	d.hangUp(p, id)
}

func TestRecoveryRefused(t *testing.T) {
	p := siptest.UDP(t)
	for _, code := range []int{481, 408, 0} {
		old := newDesk(t, quick())
		id, _ := old.up(p)
		old.latest()
		old.forgetAll()
		d := old.restart(t, hurried())
		d.stack.Do(cti.Recover{Call: id, Line: d.line, Dialog: old.dialog, Resume: true})
		re := p.Request("INVITE")
		if code != 0 {
			p.Answer(re, code, "")
		}
		p.Answer(p.Request("BYE"), 481, "")
		if e := next[cti.Ended](d); e.Call != id || e.Reason == "" {
			t.Errorf("%+v", e)
		}
	}
}

func TestRestartEndsWhatWasNotConnected(t *testing.T) {
	p := siptest.UDP(t)
	t.Run("up but not wanted", func(t *testing.T) {
		old := newDesk(t, quick())
		id, _ := old.up(p)
		old.latest()
		old.forgetAll()
		d := old.restart(t, quick())
		d.stack.Do(cti.Recover{Call: id, Line: d.line, Dialog: old.dialog})
		p.Answer(p.Request("BYE"), 200, "")
		next[cti.Ended](d)
	})
	t.Run("being called", func(t *testing.T) {
		old := newDesk(t, quick())
		o, _ := old.called(p)
		p.Response(180, "INVITE")
		old.latest()
		old.forgetAll()
		d := old.restart(t, quick())
		d.stack.Do(cti.Recover{Call: o.Call, Line: d.line, Dialog: old.dialog})
		res := p.Response(480, "INVITE")
		if branch, _ := res.Via().Params.Get("branch"); branch == "" || tagOf(res.To().Params) == "" {
			t.Errorf("480:\n%s", res)
		}
		next[cti.Ended](d)
	})
	for _, answer := range []int{200, 481} {
		t.Run("calling, CANCEL answered "+itoa(answer), func(t *testing.T) {
			old := newDesk(t, quick())
			id := old.dial(p)
			invite := p.Request("INVITE")
			p.Answer(invite, 180, "callee")
			next[cti.Progressed](old)
			old.latest()
			old.forgetAll()
			d := old.restart(t, quick())
			d.stack.Do(cti.Recover{Call: id, Line: d.line, Dialog: old.dialog})
			cancel := p.Request("CANCEL")
			if cancel.Via().Value() != withoutAnswers(invite) || cancel.CSeq().SeqNo != invite.CSeq().SeqNo {
				t.Errorf("CANCEL:\n%s\nINVITE:\n%s", cancel, invite)
			}
			p.Answer(cancel, answer, "")
			if answer == 481 { // answered meanwhile
				p.Answer(p.Request("BYE"), 200, "")
			}
			next[cti.Ended](d)
		})
	}
}

// withoutAnswers is the Via as it was sent.
func withoutAnswers(req *sip.Request) string { return req.Via().Value() }

func TestBrokenJournalEntry(t *testing.T) {
	d := newDesk(t, quick())
	for _, dialog := range []string{"", "null", "{", `{"stage":"up"}`, `{"stage":"calling"}`, `{"stage":"up","dialogs":[{"target":"\r\n"}]}`, `{"stage":"ringing","peer":"127.0.0.1:5","invite":"x"}`} {
		d.stack.Do(cti.Recover{Call: "c", Line: d.line, Dialog: []byte(dialog), Resume: true})
		if e := next[cti.Ended](d); !strings.Contains(e.Reason, "could not be taken up") {
			t.Errorf("%q: %+v", dialog, e)
		}
		d.forgetAll()
	}
}

// A callee that answers when nobody waits any more hears ACK and BYE, not silence.
func TestStrayAnswerIsEnded(t *testing.T) {
	p := siptest.UDP(t)
	d := newDesk(t, hurried())
	d.dial(p)
	invite := p.Request("INVITE")
	p.Answer(invite, 486, "busy")
	next[cti.Ended](d)
	again := time.NewTicker(50 * time.Millisecond)
	defer again.Stop()
	for deadline := time.Now().Add(siptest.Patience); !p.Pending("BYE") && time.Now().Before(deadline); <-again.C {
		p.Answer(invite, 200, "late", siptest.SDP(4000, 1, "sendrecv"))
	}
	bye := p.Request("BYE")
	if tagOf(bye.To().Params) != "late" || bye.CallID().Value() != invite.CallID().Value() {
		t.Errorf("BYE:\n%s", bye)
	}
	p.Request("ACK")
	p.Answer(bye, 200, "")
	none[cti.Connected](d)
}

// The journal holds neither digest answers nor media keys.
func TestNothingSecretIsKept(t *testing.T) {
	req := sip.NewRequest("INVITE", sip.Uri{Host: "x"})
	req.AppendHeader(sip.NewHeader("Authorization", "Digest response=\"secret\""))
	req.AppendHeader(sip.NewHeader("Proxy-Authorization", "Digest response=\"secret\""))
	setBody(req, sdpType, []byte("a=crypto:1 X inline:secret"))
	if text := bare(req); strings.Contains(text, "secret") || !strings.Contains(text, "INVITE sip:x") {
		t.Errorf("kept: %s", text)
	}
}
