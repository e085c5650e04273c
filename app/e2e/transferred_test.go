//go:build cgo && linux

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cordboard/cti"

	"github.com/emiago/sipgo/sip"
)

// wants lets the far end ask the desk to call somebody.
func (f *party) wants(number string) {
	f.x.t.Helper()
	f.Request(sip.REFER, "Refer-To: <"+f.Peer.URI(number)+">", `Referred-By: "Boss" <`+f.Peer.URI("1001")+">")
}

// hears waits for the next news of what the far end wanted, and wants them to begin with that line.
func (f *party) hears(state, fragment string) {
	f.x.t.Helper()
	notify := f.Asked(sip.NOTIFY)
	f.Peer.Answer(notify, 200, "")
	if got := header(notify, "Subscription-State"); !strings.HasPrefix(got, state) || !strings.HasPrefix(string(notify.Body()), fragment) {
		f.x.t.Errorf("the far end hears %q in the state %q, want %q, %q", notify.Body(), got, fragment, state)
	}
}

// silent wants the desk to have called nobody.
func (x *pbx) silent(why string) {
	x.t.Helper()
	if x.peer.Pending(sip.INVITE) {
		x.t.Errorf("%s: the desk made a call\n%s", why, x.peer.Request(sip.INVITE))
	}
}

// The line asks, as it does by default: the wish is shown with who has it and the keys that answer it, nobody is called
// until the operator says so, and then the far end hears how that goes.
func TestBeingTransferredAfterAQuestion(t *testing.T) {
	x := newPBX(t)
	f := x.calls("1001")
	f.wants("1003")
	c := x.call(f.call, "asks", func(c cti.CallView) bool { return c.Referral.Target != "" })
	if !strings.Contains(c.Referral.Target, "1003@") || c.Referral.By != "Boss" || !strings.Contains(c.Next, "Enter calls") || !strings.Contains(c.Next, "Esc refuses") {
		t.Errorf("referral %+v, next key %q", c.Referral, c.Next)
	}
	x.silent("nobody has decided yet")
	x.do("referral", f.call)
	f.Response(202, sip.REFER)
	f.hears("active", "SIP/2.0 100")
	f.agrees("recvonly")
	r := x.rings("")
	if by := header(r.invite, "Referred-By"); !strings.Contains(by, "1001@") || r.invite.Recipient.User != "1003" {
		t.Errorf("%s, Referred-By %q", r.invite.StartLine(), by)
	}
	f.hearsOf(r)
	f.leaves()
	x.call(f.call, "over", ended)
	x.await("the new call is there", func(s *cti.Snapshot) bool {
		c := s.Calls[len(s.Calls)-1]
		return talking(c) && c.Open && strings.Contains(c.Number, "1003")
	})
}

// hearsOf lets the target answer, and takes the news of it.
func (f *party) hearsOf(r *ringer) {
	f.x.t.Helper()
	r.picksUp()
	for {
		notify := f.Asked(sip.NOTIFY)
		f.Peer.Answer(notify, 200, "")
		if body := string(notify.Body()); strings.HasPrefix(body, "SIP/2.0 200") {
			return
		} else if !strings.HasPrefix(body, "SIP/2.0 1") {
			f.x.t.Fatalf("the far end hears %q of a target that answers", body)
		}
	}
}

// The operator declines, and where the line's rule refuses nobody is asked.
func TestBeingTransferredIsDeclined(t *testing.T) {
	x := newPBX(t)
	f := x.calls("1001")
	f.wants("1003")
	x.call(f.call, "asks", func(c cti.CallView) bool { return c.Referral.Target != "" })
	x.do("referral", "--off", f.call)
	f.Response(603, sip.REFER)
	x.call(f.call, "as before", func(c cti.CallView) bool { return talking(c) && !c.Held && c.Referral.Target == "" })
	x.silent("it was declined")

	x = newPBX(t, "--referrals", "refuse")
	f = x.calls("1001")
	f.wants("1003")
	f.Response(603, sip.REFER)
	x.silent("the line refuses")
	if c := x.call(f.call, "as before", talking); c.Referral.Target != "" || c.Held {
		t.Errorf("the call is %+v", c.Call)
	}
}

// The line allows it: the target is called at once. It is busy, so the far end hears that and the operator has it back.
func TestBeingTransferredToABusyNumber(t *testing.T) {
	x := newPBX(t, "--referrals", "allow")
	f := x.calls("1001")
	f.wants("1003")
	f.Response(202, sip.REFER)
	f.hears("active", "SIP/2.0 100")
	f.agrees("recvonly")
	r := x.rings("")
	f.wants("1004") // one at a time
	f.Response(491, sip.REFER)
	r.refuses(486)
	for final := false; !final; {
		notify := f.Asked(sip.NOTIFY)
		f.Peer.Answer(notify, 200, "")
		final = strings.HasPrefix(string(notify.Body()), "SIP/2.0 486")
	}
	f.isBack()
	x.silent("the second wish was refused")
}

// A far end that got what it wanted and does not hang up is hung up on.
func TestFarEndForgetsToLeave(t *testing.T) {
	t.Parallel() // it waits for ten seconds
	x := newPBX(t, "--referrals", "allow")
	f := x.calls("1001")
	f.wants("1003")
	f.agrees("recvonly")
	f.hearsOf(x.rings(""))
	if end := f.goes().End; !strings.Contains(end.Reason, "sent you on to") {
		t.Errorf("end %+v", end)
	}
}

// Nobody decides: the far end is told so while its call stays as it is, and nobody is called.
func TestNobodyDecidesOnAReferral(t *testing.T) {
	t.Parallel() // it waits for half a minute
	x := newPBX(t)
	f := x.calls("1001")
	f.wants("1003")
	f.Response(202, sip.REFER)
	f.hears("", "SIP/2.0 100")
	x.awaitLong(cti.ReferralAfter+patience, "the wish is dropped", func(s *cti.Snapshot) bool {
		return len(s.Calls) == 1 && s.Calls[0].Referral.Target == ""
	})
	f.hears("terminated", "SIP/2.0 480")
	x.silent("nobody has decided")
	x.call(f.call, "as before", func(c cti.CallView) bool { return talking(c) && !c.Held })
}

// place is the Replaces of an INVITE that takes the place of a party, as the desk has the dialog.
func (f *party) place(suffix string) string {
	tag := func(v string) string { _, after, _ := strings.Cut(v, "tag="); return after }
	return fmt.Sprintf("Replaces: %s;to-tag=%s;from-tag=%s%s", f.CallID, tag(f.Remote), tag(f.Local), suffix)
}

// takesOver lets somebody call with the Replaces of a party, and waits until he has its place.
func (f *party) takesOver(name string) *party {
	f.x.t.Helper()
	before := f.x.remote.Snapshot().Calls
	heir := f.x.callsIn(name, f.place(""))
	heir.answered()
	f.Peer.Answer(f.Asked(sip.BYE), 200, "")
	f.x.call(f.call, "replaced", ended)
	f.x.await("the other is there", func(s *cti.Snapshot) bool {
		return slices.ContainsFunc(s.Calls, func(c cti.CallView) bool {
			fresh := !slices.ContainsFunc(before, func(b cti.CallView) bool { return b.ID == c.ID })
			heir.call = string(c.ID)
			return fresh && talking(c)
		})
	})
	return heir
}

// R50: the desk is what a transfer leads to: a call with Replaces takes the place of the one that is there, without ringing,
// and what the operator had set for that one holds for it.
func TestCallIsTakenOver(t *testing.T) {
	x := newPBX(t)
	f := x.calls("1001")
	heir := f.takesOver("heir")
	x.call(heir.call, "open", func(c cti.CallView) bool { return c.Open && c.Number == "caller" })
	x.do("hold", heir.call)
	heir.isHeld()
	third := heir.takesOver("third")
	x.call(third.call, "still on hold", func(c cti.CallView) bool { return c.Held && c.Direction == cti.Incoming })
}

// The same for a member of a conference.
func TestMemberIsTakenOver(t *testing.T) {
	x := newPBX(t)
	first, _ := x.confer("1001", "1002")
	conf := x.remote.Snapshot().Conferences[0].ID
	heir := first.takesOver("heir")
	x.call(heir.call, "member", func(c cti.CallView) bool { return c.Conf == conf && !c.Held })
	if k := x.remote.Snapshot().Conferences[0]; len(k.Parties) != 3 || k.Away {
		t.Errorf("the conference is %+v with %v", k.Conference, k.Parties)
	}
}

// An exchange tells in the middle of a call who the far end is now: by UPDATE and by re-INVITE. The row shows it.
func TestIdentityChangesDuringACall(t *testing.T) {
	x := newPBX(t)
	f := x.calls("1001")
	f.Request(sip.UPDATE, `P-Asserted-Identity: "Anna" <`+f.Peer.URI("1007")+">")
	f.Response(200, sip.UPDATE)
	x.call(f.call, "named anew", func(c cti.CallView) bool { return c.Number == "1007" && c.Name == "Anna" })
	f.Request(sip.INVITE, append([]string{`P-Asserted-Identity: "Ben" <` + f.Peer.URI("1008") + ">"}, f.says("sendrecv")...)...)
	f.Confirm(f.Response(200, sip.INVITE))
	x.call(f.call, "named anew", func(c cti.CallView) bool { return c.Number == "1008" && c.Name == "Ben" && talking(c) })
	x.do("hangup", f.call)
	f.goes()
	if row := x.desk.row(f.call); row.Number != "1008" {
		t.Errorf("the history has %q", row.Number)
	}
}
