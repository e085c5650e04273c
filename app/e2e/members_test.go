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

// R37: digits in a conference go to the one member that they are for.
func TestDigitsGoToOneMember(t *testing.T) {
	x := newPBX(t)
	first, second := x.confer("1001", "1002")
	x.do("dtmf", "7", second.call)
	info := second.Asked(sip.INFO)
	x.peer.Answer(info, 200, "")
	if !strings.Contains(string(info.Body()), "Signal=7") {
		t.Errorf("the digit was sent as %q", info.Body())
	}
	x.do("dtmf", "8", first.call) // had the 7 gone here too, it would have come before
	info = first.Asked(sip.INFO)
	x.peer.Answer(info, 200, "")
	if !strings.Contains(string(info.Body()), "Signal=8") {
		t.Errorf("the other member got %q", info.Body())
	}
}

// R63: all members are held together, and taken back together.
func TestHoldAll(t *testing.T) {
	x := newPBX(t)
	first, second := x.confer("1001", "1002")
	x.do("hold-all")
	first.isHeld()
	second.isHeld()
	if k := x.remote.Snapshot().Conferences[0]; len(k.Hears) != 0 {
		t.Errorf("while all are held %v hear each other", k.Hears)
	}
	x.do("hold-all", "--off")
	first.isBack()
	second.isBack()
	x.await("all hear all", func(s *cti.Snapshot) bool { return len(s.Conferences[0].Hears) == 6 })
}

// R33, R34: the operator makes another call beside a conference: its members go on among themselves without hold, the call is
// tied to nothing, and afterwards he comes back.
func TestSideCallBesideAConference(t *testing.T) {
	x := newPBX(t)
	x.confer("1001", "1002")
	side := x.calls("1003")
	k := x.await("they go on alone", func(s *cti.Snapshot) bool { return s.Conferences[0].Away }).Conferences[0]
	if len(k.Hears) != 2 || k.Left {
		t.Errorf("the conference is %+v, %v hear each other", k.Conference, k.Hears)
	}
	if c := x.call(side.call, "open", talking); c.Consult != (cti.Consult{}) || c.Conf != "" {
		t.Errorf("the side call is tied to %+v", c.Consult)
	}
	x.silent("nobody in the conference is held")
	x.do("attend")
	side.isHeld()
	x.await("he is back", func(s *cti.Snapshot) bool { return !s.Conferences[0].Away && len(s.Conferences[0].Hears) == 6 })
}

// R36, R42: one who was asked to join is busy: the conference is as it was.
func TestLegThatFailsLeavesTheConference(t *testing.T) {
	x := newPBX(t)
	x.confer("1001", "1002")
	before := x.remote.Snapshot().Conferences[0]
	call := x.do("consult", "1003", "--conference", string(before.ID), "--purpose", "conference", "--join")
	x.rings(call).refuses(486)
	if end := x.call(call, "busy", ended).End; end.Result != cti.ResultBusy {
		t.Errorf("end %+v", end)
	}
	x.do("attend")
	x.await("as before", func(s *cti.Snapshot) bool {
		k := s.Conferences[0]
		return !k.Away && slices.Equal(k.Parties, before.Parties) && slices.Equal(k.Hears, before.Hears)
	})
}

// R55, R56: a group is called for the customer, who waits; whoever of it answers is in the conference at once.
func TestGroupJoinsAtOnce(t *testing.T) {
	x := newPBX(t)
	f := x.calls("1001")
	second := f.consults("*4001", "--purpose", "conference", "--join")
	x.call(f.call, "waits", held)
	second.picksUp()
	f.isBack()
	x.await("all three", func(s *cti.Snapshot) bool { return len(s.Conferences) == 1 && len(s.Conferences[0].Hears) == 6 })
}

// R65: with more than two others, Leave sends each of them to the room that the line names, and says so before. Whoever
// cannot be moved stays with the desk, and the note names him.
func TestLeaveMovesAllToTheRoom(t *testing.T) {
	x := newPBX(t, "--room", "8000")
	members := x.conferThree()
	k := x.remote.Snapshot().Conferences[0]
	if plan := k.Plans[cti.VerbLeave]; !strings.HasPrefix(plan, "Moves ") || !strings.Contains(plan, "room 8000") {
		t.Errorf("leaving is announced as %q", plan)
	}
	x.do("leave")
	for _, f := range members {
		if to, _ := replacing(t, f.refer(202)); to.User != "8000" {
			t.Errorf("a member is sent to %s", to.String())
		}
	}
	for _, f := range members {
		f.tells("terminated", "SIP/2.0 200 OK\r\n", 200)
		f.goes()
	}
	x.await("nobody is left", func(s *cti.Snapshot) bool { return len(s.Conferences) == 0 })
}

// R65: joining the two fails: the conference is as it was, and the note says why.
func TestLeaveThatFails(t *testing.T) {
	x := newPBX(t)
	first, second := x.confer("1001", "1002")
	x.do("leave")
	second.replacedBy(first.refer(202))
	first.tells("terminated", "SIP/2.0 503 Service Unavailable\r\n", 200)
	x.await("as before", func(s *cti.Snapshot) bool {
		k := s.Conferences[0]
		return k.Leaving == cti.LeaveNone && strings.Contains(k.Note, "could not be handed over") && len(k.Hears) == 6 && !k.Away
	})
}

// R65: without a room the desk mixes on in the background, says so before, and the operator's own line is free.
func TestLeaveWithoutARoom(t *testing.T) {
	x := newPBX(t)
	x.conferThree()
	if plan := x.remote.Snapshot().Conferences[0].Plans[cti.VerbLeave]; !strings.HasPrefix(plan, "This desk mixes on") {
		t.Errorf("leaving is announced as %q", plan)
	}
	x.do("leave")
	x.await("they go on", func(s *cti.Snapshot) bool {
		k := s.Conferences[0]
		return k.Left && k.Away && len(k.Hears) == 6
	})
	x.calls("1004")
	x.silent("nobody was held for it")
}

// conferThree makes a conference of the operator and three.
func (x *pbx) conferThree() []*party {
	x.t.Helper()
	first, second := x.confer("1001", "1002")
	conf := x.remote.Snapshot().Conferences[0].ID
	third := x.answers(x.do("consult", "1003", "--conference", string(conf), "--purpose", "conference", "--join"))
	x.await("all are in", func(s *cti.Snapshot) bool { return len(s.Conferences[0].Parties) == 4 && !s.Conferences[0].Away })
	return []*party{first, second, third}
}

// R51, R73: the customer leaves a conference: the colleagues go on as before, but nobody of them waits any more and nobody
// else is asked; the last one is in an ordinary call with the operator.
func TestCustomerLeavesAConference(t *testing.T) {
	x := newPBX(t)
	members := x.conferThree()
	customer, colleague, last := members[0], members[1], members[2]
	customer.leaves()
	k := x.await("the two go on", func(s *cti.Snapshot) bool { return len(s.Conferences[0].Hears) == 6 }).Conferences[0]
	if k.Note == "" {
		t.Error("the conference does not say that the customer has left")
	}
	x.refuses(k.Allowed[cti.VerbHoldAll], "hold-all")
	x.refuses(k.Allowed[cti.VerbConsult], "consult", "1004", "--conference", string(k.ID))
	x.refuses(k.Allowed[cti.VerbHoldAll], "hold", colleague.call)
	if k.Allowed[cti.VerbHoldAll] == "" || k.Allowed[cti.VerbConsult] == "" {
		t.Errorf("what is refused is not dimmed: %q", k.Allowed)
	}
	colleague.leaves()
	x.await("the conference is no more", func(s *cti.Snapshot) bool { return len(s.Conferences) == 0 })
	x.call(last.call, "ordinary", func(c cti.CallView) bool { return c.Open && c.Conf == "" && c.Orphaned })
}

// R20, R54: somebody is added while a conference runs, by two lines of different codecs.
func TestMembersOfSeveralLines(t *testing.T) {
	x := newPBX(t)
	x.confer("1001", "1002")
	at := freePort(t)
	x.do("line", "add", "--id", "direct", "--user", "2009", "--bind", at.String(), "--trusted", "127.0.0.1", "--codecs", "pcmu")
	x.await("the second line is there", func(s *cti.Snapshot) bool {
		return len(s.Lines) == 2 && s.Lines[1].Registration.State == cti.RegDirect
	})
	conf := string(x.remote.Snapshot().Conferences[0].ID)
	third := x.answers(x.do("consult", fmt.Sprintf("sip:1003@%s", x.peer.Addr()), "--conference", conf, "--line", "direct", "--purpose", "conference", "--join"))
	x.await("all hear all", func(s *cti.Snapshot) bool { return len(s.Conferences[0].Hears) == 12 })
	if a, b := x.call(third.call, "member", talking).Codec, x.remote.Snapshot().Calls[0].Codec; a == b {
		t.Errorf("both lines speak %s", a)
	}
}
