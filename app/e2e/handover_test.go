//go:build cgo && linux

package e2e

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"cordboard/cti"

	"github.com/emiago/sipgo/sip"
)

// transfers gives a quick transfer of the party and takes the hold.
func (f *party) transfers(number string) {
	f.x.t.Helper()
	f.x.do("transfer", number, f.call)
	f.isHeld()
}

// R42: whatever goes wrong with a transfer, the customer is on hold, the state has a name and a note, and the next key
// takes him back.
func TestTransfersThatFail(t *testing.T) {
	x := newPBXUnder(t, brisk)
	for _, c := range []struct {
		name  string
		meets func(f *party)
		phase cti.TransferPhase
		note  string
	}{
		{"refused", func(f *party) { f.refer(603) }, cti.TransferFailed, "refused"},
		{"not there", func(f *party) { f.refer(481) }, cti.TransferFailed, ""},
		{"busy", func(f *party) {
			f.refer(202)
			f.tells("active;expires=60", "SIP/2.0 180 Ringing\r\n", 200)
			f.waits(cti.TransferRinging, "")
			f.tells("terminated;reason=noresource", "SIP/2.0 486 Busy Here\r\n", 200)
		}, cti.TransferFailed, "busy"},
		{"no such number", func(f *party) {
			f.refer(202)
			f.tells("terminated;reason=noresource", "SIP/2.0 404 Not Found\r\n", 200)
		}, cti.TransferFailed, "not exist"},
		{"answered before the 202", func(f *party) {
			refer := f.Asked(sip.REFER)
			f.tells("terminated;reason=noresource", "SIP/2.0 603 Decline\r\n", 200)
			f.Peer.Answer(refer, 202, "")
		}, cti.TransferFailed, "declined"},
		{"given up", func(f *party) {
			f.refer(202)
			f.tells("terminated;reason=giveup", "", 200)
		}, cti.TransferUnknown, "no more news"},
	} {
		f := x.calls("1001")
		f.transfers("1003")
		c.meets(f)
		w := f.waits(c.phase, "F2")
		if !strings.Contains(w.Transfer.Note, c.note) {
			t.Errorf("%s: the note is %q, want %q in it", c.name, w.Transfer.Note, c.note)
		}
		x.do("resume", f.call)
		f.isBack()
		x.do("hangup", f.call)
		f.goes()
	}
}

// R42: a far end that hangs up before the last news has been sent on, or has gone before it answered: the row says which.
func TestFarEndLeavesDuringATransfer(t *testing.T) {
	x := newPBXUnder(t, brisk)
	f := x.calls("1001")
	f.transfers("1003")
	f.refer(202)
	f.tells("active;expires=60", "SIP/2.0 180 Ringing\r\n", 200)
	f.leaves()
	if c := x.call(f.call, "over", ended); c.Transfer.Phase != cti.TransferDone || !strings.Contains(c.End.Reason, "took the transfer to 1003") {
		t.Errorf("transfer %+v, end %+v", c.Transfer, c.End)
	}
	f = x.calls("1001")
	f.transfers("1003")
	f.Asked(sip.REFER)
	f.leaves()
	if c := x.call(f.call, "over", ended); !strings.Contains(c.End.Reason, "before it had answered") {
		t.Errorf("end %+v", c.End)
	}
}

// R42: the news of a transfer is lost. After a while the state says that nobody knows, and the customer can be taken back.
func TestNewsOfATransferIsLost(t *testing.T) {
	t.Parallel() // it waits for most of a minute
	x := newPBXUnder(t, brisk)
	f := x.calls("1001")
	f.transfers("1003")
	f.refer(202)
	x.awaitLong(cti.TransferAfter+patience, "the transfer is given up", func(s *cti.Snapshot) bool {
		return len(s.Calls) == 1 && s.Calls[0].Transfer.Phase == cti.TransferUnknown
	})
	f.waits(cti.TransferUnknown, "F2")
	x.do("resume", f.call)
	f.isBack()
}

// R41: of a held call; the transfer that is taken back leaves the call as it was.
func TestTransferOfAHeldCall(t *testing.T) {
	x := newPBX(t)
	f := x.calls("1001")
	x.do("hold", f.call)
	f.isHeld()
	x.do("transfer", "1003", f.call)
	f.waits(cti.TransferGrace, "F6 takes back")
	x.do("transfer", "1003", f.call)
	f.waits(cti.TransferNone, "F2")
	x.do("transfer", "1003", f.call)
	f.refer(202)
	f.tells("terminated", "SIP/2.0 200 OK\r\n", 200)
	f.goes()
}

// R38, R39: a far end that takes no REFER: what will be done instead is said before, and then the desk calls the target
// itself and joins both. When one side hangs up, so does the other.
func TestFarEndThatTakesNoTransfer(t *testing.T) {
	x := newPBXUnder(t, brisk)
	f := x.calls("1001", unable...)
	if c := x.call(f.call, "tells", func(c cti.CallView) bool { return c.Peer.NoRefer }); !strings.Contains(c.Plans[cti.VerbTransfer], "joined through this desk") {
		t.Errorf("a transfer is announced as %q", c.Plans[cti.VerbTransfer])
	}
	f.transfers("1003")
	second := x.rings("")
	f.waits(cti.TransferRinging, "")
	second.picksUp()
	f.isBack() // of the desk, for the other's sake
	k := x.await("both are joined", func(s *cti.Snapshot) bool { return len(s.Conferences) == 1 }).Conferences[0]
	if !k.Bridge || !k.Away || len(k.Parties) != 3 || k.Note == "" {
		t.Errorf("the conference is %+v", k.Conference)
	}
	f.leaves()
	x.peer.Answer(x.peer.Request(sip.BYE), 200, "")
	x.await("nobody is left", func(s *cti.Snapshot) bool {
		for _, c := range s.Calls {
			if c.Live() {
				return false
			}
		}
		return len(s.Conferences) == 0
	})
}

// The same when the far end says so only by its refusal: the customer stays, and the next try is announced and made so.
func TestFarEndRefusesEveryTransfer(t *testing.T) {
	x := newPBXUnder(t, brisk)
	f := x.calls("1001")
	f.transfers("1003")
	f.refer(405)
	c := f.waits(cti.TransferFailed, "")
	if !c.Transfer.Bridge || !strings.Contains(c.Plans[cti.VerbConfirm], "Calls 1003 from here") {
		t.Errorf("transfer %+v, plans %q", c.Transfer, c.Plans)
	}
	x.do("confirm", f.call)
	x.rings("").refuses(486)
	if c := f.waits(cti.TransferFailed, "F2"); !strings.Contains(c.Transfer.Note, "1003 is busy") {
		t.Errorf("transfer %+v", c.Transfer)
	}
}

// consults asks a second party for the first; its phone rings.
func (f *party) consults(number string, flags ...string) *ringer {
	f.x.t.Helper()
	call := f.x.do(append([]string{"consult", number, f.call}, flags...)...)
	f.isHeld()
	return f.x.rings(call)
}

// replacing reads what a Refer-To wants replaced.
func replacing(t *testing.T, refer *sip.Request) (target sip.Uri, replaces string) {
	t.Helper()
	if _, err := sip.ParseAddressValue(header(refer, "Refer-To"), &target, new(sip.HeaderParams)); err != nil {
		t.Fatalf("Refer-To %q: %v", header(refer, "Refer-To"), err)
	}
	replaces, err := url.PathUnescape(target.Headers.GetOr("Replaces", ""))
	if err != nil {
		t.Fatal(err)
	}
	return target, replaces
}

// replacedBy wants a REFER to name the dialog of a party, as that party has it.
func (f *party) replacedBy(refer *sip.Request) {
	f.x.t.Helper()
	_, got := replacing(f.x.t, refer)
	tag := func(v string) string { _, after, _ := strings.Cut(v, "tag="); return after }
	if want := f.CallID + ";to-tag=" + tag(f.Local) + ";from-tag=" + tag(f.Remote); got != want {
		f.x.t.Errorf("the REFER replaces %q, want %q", got, want)
	}
}

// R46: customer and consulted party are joined by a REFER that names the consult's dialog; both calls here end only when
// the far end says that it has worked.
func TestConsultedTransferNamesTheDialog(t *testing.T) {
	x := newPBX(t)
	f := x.calls("1001")
	second := f.consults("1002").picksUp()
	x.do("confirm", f.call)
	second.isHeld()
	second.replacedBy(f.refer(202))
	f.tells("active;expires=60", "SIP/2.0 100 Trying\r\n", 200)
	f.waits(cti.TransferTrying, "")
	f.tells("terminated", "SIP/2.0 200 OK\r\n", 200)
	if end := f.goes().End; end.Reason != "Transferred to 1002." {
		t.Errorf("end %+v", end)
	}
	second.goes()
}

// R46: the customer's phone takes no REFER, the consulted one does: that one is asked to take the customer over.
func TestConsultedTransferTheOtherWayRound(t *testing.T) {
	x := newPBX(t)
	f := x.calls("1001", "Allow: INVITE, ACK, BYE, CANCEL", "Supported: replaces")
	second := f.consults("1002").picksUp()
	x.do("confirm", f.call)
	second.isHeld()
	f.replacedBy(second.refer(202))
	second.tells("terminated", "SIP/2.0 200 OK\r\n", 200)
	f.goes()
	second.goes()
}

// R42, R46: the target does not know the dialog that is to be taken over. The customer stays, the reason is kept, and the
// next try joins both through the desk, said before.
func TestTargetWithoutReplaces(t *testing.T) {
	x := newPBX(t)
	f := x.calls("1001")
	second := f.consults("1002").picksUp("Allow: INVITE, ACK, BYE, CANCEL", "Supported: replaces")
	x.do("confirm", f.call)
	second.isHeld()
	f.refer(202)
	f.tells("terminated", "SIP/2.0 481 Call Does Not Exist\r\n", 200)
	c := f.waits(cti.TransferFailed, "")
	if !strings.Contains(c.Plans[cti.VerbConfirm], "joins both through this desk") {
		t.Errorf("the next try is announced as %q", c.Plans[cti.VerbConfirm])
	}
	x.do("confirm", f.call)
	f.isBack()
	second.isBack()
	x.await("both are joined", func(s *cti.Snapshot) bool {
		return len(s.Conferences) == 1 && s.Conferences[0].Bridge && s.Conferences[0].Away
	})
}

// R40: before the consulted side has answered, its call is cancelled and the customer is sent to its number.
func TestConfirmBeforeTheAnswer(t *testing.T) {
	x := newPBX(t)
	f := x.calls("1001")
	second := f.consults("1002")
	if c := x.call(f.call, "waits", held); !strings.HasPrefix(c.Plans[cti.VerbConfirm], "Gives up calling 1002") {
		t.Errorf("it is announced as %q", c.Plans[cti.VerbConfirm])
	}
	x.call(second.p.call, "rings", func(c cti.CallView) bool { return c.Phase == cti.PhaseRinging })
	x.do("confirm", f.call)
	x.peer.Answer(x.peer.Request(sip.CANCEL), 200, second.tag)
	if x.peer.Pending(sip.REFER) {
		t.Error("the customer was sent on while the target still rang for us")
	}
	second.refuses(487)
	refer := f.refer(202)
	if to, replaces := replacing(t, refer); to.User != "1002" || replaces != "" {
		t.Errorf("Refer-To %s, replaces %q", to.String(), replaces)
	}
	f.tells("terminated", "SIP/2.0 200 OK\r\n", 200)
	f.goes()
}

// R48: the consulted side refuses, or hangs up: the customer stays on hold and the next key takes him back.
func TestConsultedSideGoes(t *testing.T) {
	x := newPBX(t)
	f := x.calls("1001")
	f.consults("1002").refuses(486)
	f.staysHeld()
	call := x.do("consult", "1002", f.call)
	x.answers(call).leaves()
	x.call(call, "over", ended)
	f.staysHeld()
	call = x.do("consult", "1002", f.call)
	second := x.answers(call)
	x.do("hangup", call) // as hanging up the receiver does
	second.goes()
	f.staysHeld()
}

// staysHeld wants the party on hold, with the key that takes it back shown.
func (f *party) staysHeld() {
	f.x.t.Helper()
	f.x.call(f.call, "held, and F2 is next", func(c cti.CallView) bool {
		return held(c) && strings.HasPrefix(c.Next, "F2 connect") && !strings.Contains(c.Next, "holds")
	})
}

// R51: the customer hangs up during a consult: the consulted call is an ordinary one from then on.
func TestCustomerLeavesTheConsult(t *testing.T) {
	x := newPBX(t)
	f := x.calls("1001")
	second := f.consults("1002").picksUp()
	f.leaves()
	x.call(second.call, "ordinary", func(c cti.CallView) bool {
		return talking(c) && !c.Held && c.Consult == (cti.Consult{}) && c.Allowed[cti.VerbConfirm] != "" && c.Allowed[cti.VerbTransfer] == ""
	})
}

// R48, R51: under the profile agent the consult ends for all.
func TestAgentsConsultEndsForAll(t *testing.T) {
	x := newPBX(t)
	x.do("profile", "set", "agent")
	f := x.calls("1001")
	second := f.consults("1002").picksUp()
	f.leaves()
	second.goes()
	f = x.calls("1001")
	second = f.consults("1002").picksUp()
	x.do("hangup", second.call)
	second.goes()
	f.goes()
}

// R36: the row of the second party says that it is called, rings, is connected, and is over.
func TestStatesOfTheSecondLeg(t *testing.T) {
	x := newPBX(t)
	f := x.calls("1001")
	leg := x.do("consult", "1002", f.call)
	x.call(leg, "called", func(c cti.CallView) bool { return c.Phase == cti.PhaseDialing })
	f.isHeld()
	second := x.rings(leg)
	x.call(leg, "rings", func(c cti.CallView) bool { return c.Phase == cti.PhaseRinging })
	second.picksUp().leaves()
	x.call(leg, "over", ended)
	f.staysHeld()
}

// R18, R39: a member of a conference is handed over; the other goes on with the operator.
func TestTransferOutOfAConference(t *testing.T) {
	x := newPBXUnder(t, brisk)
	first, second := x.confer("1001", "1002")
	first.transfers("1003")
	first.refer(202)
	first.tells("terminated", "SIP/2.0 200 OK\r\n", 200)
	first.goes()
	x.call(second.call, "goes on", func(c cti.CallView) bool { return talking(c) && !c.Held && c.Open && c.Conf == "" })
}

// confer makes a conference of the operator and two.
func (x *pbx) confer(one, two string) (first, second *party) {
	x.t.Helper()
	first = x.calls(one)
	call := x.do("dial", two)
	first.isHeld()
	second = x.answers(call)
	x.do("conference", first.call, second.call)
	first.isBack()
	x.await("both are in", func(s *cti.Snapshot) bool { return len(s.Conferences) == 1 && len(s.Conferences[0].Parties) == 3 })
	return first, second
}

// R59: one more is asked while a conference runs, and gets the whole of it; the operator is free.
func TestConferenceIsHandedOver(t *testing.T) {
	x := newPBX(t)
	x.confer("1001", "1002")
	conf := string(x.remote.Snapshot().Conferences[0].ID)
	leg := x.do("consult", "1003", "--conference", conf)
	third := x.answers(leg)
	if c := x.call(leg, "asked", talking); !strings.Contains(c.Plans[cti.VerbConfirm], "into the conference, which goes on without you") {
		t.Errorf("it is announced as %q", c.Plans[cti.VerbConfirm])
	}
	x.do("confirm", leg)
	x.await("all three go on without the operator", func(s *cti.Snapshot) bool {
		k := s.Conferences[0]
		return len(k.Parties) == 4 && k.Away && k.Left
	})
	x.call(third.call, "member", func(c cti.CallView) bool { return !c.Held && string(c.Conf) == conf })
}

// R42: a REFER that nobody answers, with its transaction's time.
func TestReferIsNeverAnswered(t *testing.T) {
	t.Parallel() // it waits for half a minute
	x := newPBXUnder(t, brisk)
	f := x.calls("1001")
	f.transfers("1003")
	f.Asked(sip.REFER)
	x.awaitLong(32*time.Second+patience, "the transfer is given up", func(s *cti.Snapshot) bool {
		return len(s.Calls) == 1 && s.Calls[0].Transfer.Phase == cti.TransferFailed
	})
	f.waits(cti.TransferFailed, "F2")
}
