//go:build cgo && linux

package e2e

import (
	"testing"

	"cordboard/cti"
)

// R58, R69, R70: under duo one extra party may join, and who was called may not pass the call on; each refusal has its words,
// and what is dimmed is what is refused.
func TestProfileDuo(t *testing.T) {
	x := newPBX(t)
	x.do("profile", "set", "duo")
	x.await("it is in force", func(s *cti.Snapshot) bool { return s.Profile.Name == "duo" })
	caller := x.callsIn("caller")
	caller.call = x.ringing()
	x.do("answer", caller.call)
	caller.answered()
	c := x.call(caller.call, "connected", talking)
	if c.Allowed[cti.VerbTransfer] == "" {
		t.Error("the transfer is not dimmed")
	}
	x.refuses(c.Allowed[cti.VerbTransfer], "transfer", "1003", caller.call)
	x.do("hangup", caller.call)
	caller.goes()

	x.confer("1001", "1002")
	k := x.remote.Snapshot().Conferences[0]
	x.refuses("one extra party", "consult", "1003", "--conference", string(k.ID), "--purpose", "conference")
	if k.Allowed[cti.VerbConsult] == "" {
		t.Error("adding one more is not dimmed")
	}
	x.silent("it was refused")
}

// R48, R55, R57, R58, R64, R71: under agent nobody is held in a conference and nobody joins before he was talked to; the first
// agent may hand the customer to the second, and both go on without him.
func TestProfileAgent(t *testing.T) {
	x := newPBX(t)
	x.do("profile", "set", "agent")
	x.await("it is in force", func(s *cti.Snapshot) bool { return s.Profile.Name == "agent" })
	f := x.calls("1001")
	x.refuses("before you have talked", "consult", "1002", f.call, "--purpose", "conference", "--join")
	second := f.consults("1002", "--purpose", "conference").picksUp()
	x.do("conference")
	f.isBack()
	x.await("all three", func(s *cti.Snapshot) bool { return len(s.Conferences) == 1 && len(s.Conferences[0].Hears) == 6 })
	x.refuses("puts nobody in a conference on hold", "hold", f.call)
	x.refuses("puts nobody in a conference on hold", "hold-all")
	x.do("leave")
	second.replacedBy(f.refer(202))
	f.tells("terminated", "SIP/2.0 200 OK\r\n", 200)
	f.goes()
	second.goes()
}

// R69: the same desk under another profile does what that one allows, at once and without a restart; a profile that is not
// there is refused.
func TestProfileChangesAtOnce(t *testing.T) {
	x := newPBX(t)
	f, _ := x.confer("1001", "1002")
	x.do("profile", "set", "agent")
	x.call(f.call, "may not be held", func(c cti.CallView) bool { return c.Allowed[cti.VerbHold] != "" })
	x.do("profile", "set", "open")
	x.call(f.call, "may be held", func(c cti.CallView) bool { return c.Allowed[cti.VerbHold] == "" })
	x.refuses("no profile", "profile", "set", "nobody")
	x.do("hold", f.call)
	f.isHeld()
	x.do("profile", "set", "agent") // who is on hold already is not stuck there
	x.do("resume", f.call)
	f.isBack()
}

// An administrator's own profile switches single commands off: they are dimmed and refused by its name.
func TestProfileSwitchesCommandsOff(t *testing.T) {
	x := newPBXUnder(t, "grace_ms = 0\nforbidden = [\"transfer\", \"record\", \"hangup\"]\n")
	f := x.calls("1001")
	for _, verb := range []cti.Verb{cti.VerbTransfer, cti.VerbRecord} {
		if why := x.call(f.call, "dimmed", talking).Allowed[verb]; why == "" {
			t.Errorf("%s is not dimmed", verb)
		}
	}
	x.refuses(`"own" switches this command off`, "transfer", "1003", f.call)
	x.refuses(`"own" switches this command off`, "record", f.call)
	x.do("hangup", f.call) // a way out is never switched off
	f.goes()
}

// R49: during a consult the first agent may end it, go back to the customer, hold the second one, hand over and confer.
// R50, R72: the second one may leave, and takes over what he is given, without ringing.
func TestRightsOfBothAgents(t *testing.T) {
	x := newPBX(t)
	x.do("profile", "set", "agent")
	f := x.calls("1001")
	second := f.consults("1002").picksUp()
	x.call(f.call, "all is his", func(c cti.CallView) bool {
		for _, verb := range []cti.Verb{cti.VerbAbort, cti.VerbSwap, cti.VerbConfirm, cti.VerbConference, cti.VerbResume} {
			if c.Allowed[verb] != "" {
				return false
			}
		}
		return true
	})
	x.do("abort", second.call)
	second.goes()
	f.isBack()
	x.do("hangup", f.call)
	f.goes()

	caller := x.callsIn("first-agent")
	caller.call = x.ringing()
	x.do("answer", caller.call)
	caller.answered()
	customer := caller.takesOver("customer")
	x.do("hangup", customer.call)
	customer.goes()
}
