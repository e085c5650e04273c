//go:build linux

package peerstest

import (
	"encoding/json"
	"fmt"
	"testing"

	"cordboard/cti"
)

// phones starts the exchange and phones that answer by themselves. They are ended with the exchange.
func phones(t *testing.T, extensions ...string) {
	t.Helper()
	server(t)
	for _, e := range extensions {
		if out, err := peers(t, "phone", e, "answer=auto"); err != nil {
			t.Fatalf("peers phone %s: %v\n%s", e, err, out)
		}
		awaitLine(t, e, "200 OK") // to its REGISTER
	}
}

// linphones does the same with phones of another make, which take calls over.
func linphones(t *testing.T, extensions ...string) {
	t.Helper()
	server(t)
	for _, e := range extensions {
		if out, err := peers(t, "lin", e, "answer=auto"); err != nil {
			t.Fatalf("peers lin %s: %v\n%s", e, err, out)
		}
	}
}

// awaitLine waits until the log of a phone has a line.
func awaitLine(t *testing.T, extension, pattern string) {
	t.Helper()
	if out, err := peers(t, "wait", extension, pattern, "30"); err != nil {
		t.Fatalf("peers wait %s %q: %v\n%s", extension, pattern, err, out)
	}
}

// connected dials and waits for the answer.
func connected(d *desk, number string) cti.CallID {
	d.t.Helper()
	id := d.dial(number)
	if c := next[cti.Connected](d); c.Call != id {
		d.t.Fatalf("%+v", c)
	}
	return id
}

// handedOver follows a transfer to its good end.
func handedOver(d *desk, id cti.CallID) {
	d.t.Helper()
	if r := next[cti.Referring](d); r.Call != id || !r.OfRefer || r.Code/100 != 2 {
		d.t.Fatalf("the transfer was not accepted: %+v", r)
	}
	for {
		switch r := next[cti.Referring](d); {
		case r.Over && r.Code/100 == 2:
			return
		case r.Over:
			d.t.Fatalf("the transfer failed: %+v", r)
		}
	}
}

// hold puts a call on hold and waits until the far end has agreed.
func hold(d *desk, id cti.CallID) {
	d.t.Helper()
	d.stack.Do(cti.SetHold{Call: id, On: true})
	if h := next[cti.HoldSettled](d); !h.OK {
		d.t.Fatalf("%+v", h)
	}
}

// R41: a phone of another make is sent on to a second one.
// The exchange wants credentials for the REFER too.
func TestBlindTransferOfAPhone(t *testing.T) {
	t.Setenv("PEERS_AUTH_INDIALOG", "1")
	phones(t, "1001", "1002")
	d := newDesk(t, "2010")
	id := connected(d, "1001")
	hold(d, id)
	d.stack.Do(cti.Refer{Call: id, Target: "1002"})
	handedOver(d, id)
	d.stack.Do(cti.Release{Call: id})
	next[cti.Ended](d)
	awaitLine(t, "1002", "Call established")
}

// R42: the target of a transfer is busy, and the call is still there.
func TestTransferToABusyNumber(t *testing.T) {
	phones(t, "1001")
	d := newDesk(t, "2011")
	id := connected(d, "1001")
	hold(d, id)
	d.stack.Do(cti.Refer{Call: id, Target: "9486"})
	for {
		r := next[cti.Referring](d)
		if !r.Over {
			continue
		}
		if r.Code != 486 || r.Note == "" {
			t.Errorf("%+v", r)
		}
		break
	}
	d.stack.Do(cti.SetHold{Call: id})
	if h := next[cti.HoldSettled](d); !h.OK || h.On {
		t.Errorf("%+v", h)
	}
	hangUp(d, id)
}

// R46: the customer takes the consulted party's call over from us.
func TestConsultedTransferOfPhones(t *testing.T) {
	linphones(t, "1001", "1002")
	d := newDesk(t, "2012")
	customer := connected(d, "1001")
	hold(d, customer)
	consult := connected(d, "1002")
	d.stack.Do(cti.Refer{Call: customer, Replaces: consult})
	handedOver(d, customer)
	if e := next[cti.Ended](d); e.Call != consult {
		t.Errorf("%+v", e)
	}
	d.stack.Do(cti.Release{Call: customer})
	next[cti.Ended](d)
}

// A far end sends us on: we call its target, and tell it how that goes.
func TestBeingTransferredByAScript(t *testing.T) {
	phones(t, "1003")
	d := newDesk(t, "2013")
	done := script(t, "uas-refer")
	id := connected(d, "7000")
	r := next[cti.Referred](d)
	if r.Call != id || r.Referral.By == "" {
		t.Errorf("%+v", r)
	}
	d.stack.Do(cti.AnswerReferral{Call: id, Accept: true})
	follow := cti.NewCallID()
	d.stack.Do(cti.Invite{Call: follow, Line: d.line, Target: r.Referral.Target, Referred: id})
	next[cti.Connected](d)
	d.stack.Do(cti.ReportReferral{Call: id, Code: 200})
	if e := next[cti.Ended](d); e.Call != id || e.By != cti.SidePeer {
		t.Errorf("%+v", e)
	}
	finished(t, done)
	hangUp(d, follow)
}

// Another party takes our call over by the tags of its dialog.
func TestCallTakenOverByAScript(t *testing.T) {
	phones(t, "1001")
	d := newDesk(t, "2014")
	old := connected(d, "1001")
	var kept struct {
		Dialogs []struct {
			CallID        string `json:"call_id"`
			Local, Remote struct{ Tag string }
		}
	}
	for len(kept.Dialogs) == 0 || kept.Dialogs[0].Remote.Tag == "" {
		if err := json.Unmarshal(next[cti.DialogKept](d).Dialog, &kept); err != nil {
			t.Fatal(err)
		}
	}
	k := kept.Dialogs[0]
	done := script(t, "uac-replaces", "2014", "1095", fmt.Sprintf("%s;to-tag=%s;from-tag=%s", k.CallID, k.Local.Tag, k.Remote.Tag))
	r := next[cti.Replaced](d)
	if r.Old != old || r.Number != "1095" {
		t.Errorf("%+v", r)
	}
	if e := next[cti.Ended](d); e.Call != old {
		t.Errorf("%+v", e)
	}
	if c := next[cti.Connected](d); c.Call != r.New {
		t.Errorf("%+v", c)
	}
	if e := next[cti.Ended](d); e.Call != r.New || e.By != cti.SidePeer {
		t.Errorf("%+v", e)
	}
	finished(t, done)
}

// A phone of another make talks to us and to a colleague, and joins the two: we take its place with the colleague.
func TestBeingTransferredByAPhone(t *testing.T) {
	linphones(t, "1001", "1002")
	d := newDesk(t, "2015")
	linphone(t, "1001", "call sip:2015@"+network+".1")
	o := next[cti.Offered](d)
	d.stack.Do(cti.Accept{Call: o.Call})
	next[cti.Connected](d)
	linphone(t, "1001", "pause")
	if s := next[cti.SessionChanged](d); !s.HeldByPeer {
		t.Errorf("%+v", s)
	}
	linphone(t, "1001", "call sip:1002@"+network+".1")
	awaitLine(t, "1002", "StreamsRunning")
	linphone(t, "1001", "transfer 1 --to-call 2")
	r := next[cti.Referred](d)
	d.stack.Do(cti.AnswerReferral{Call: o.Call, Accept: true})
	follow := cti.NewCallID()
	d.stack.Do(cti.Invite{Call: follow, Line: d.line, Target: r.Referral.Target, Referred: o.Call})
	if c := next[cti.Connected](d); c.Call != follow {
		t.Errorf("%+v", c)
	}
	d.stack.Do(cti.ReportReferral{Call: o.Call, Code: 200})
	if e := next[cti.Ended](d); e.Call != o.Call || e.By != cti.SidePeer {
		t.Errorf("%+v", e)
	}
	hangUp(d, follow)
}

// linphone gives a phone a command.
func linphone(t *testing.T, extension, command string) {
	t.Helper()
	if out, err := peers(t, "lin", extension, ":", command); err != nil {
		t.Fatalf("peers lin %s : %s: %v\n%s", extension, command, err, out)
	}
}
