//go:build cgo && linux

package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cordboard/cti"
	"cordboard/media/record"

	"github.com/emiago/sipgo/sip"
)

// R74, R88: a recording is paused, goes on and is stopped at a press; what happened meanwhile is marked in it, and it stays
// with the call through hold and conference, in the owner's row.
func TestRecordingFollowsItsCall(t *testing.T) {
	x := newPBX(t)
	f := x.calls("1001")
	x.do("record", f.call)
	x.await("it runs", func(s *cti.Snapshot) bool { return len(s.Recordings) == 1 })
	x.do("pause-recording")
	x.await("it is paused", func(s *cti.Snapshot) bool { return s.Recordings[0].Paused })
	x.do("pause-recording", "--off")
	x.await("it goes on", func(s *cti.Snapshot) bool { return !s.Recordings[0].Paused })
	call := x.do("dial", "1002")
	f.isHeld()
	second := x.answers(call)
	x.do("conference", f.call, second.call)
	f.isBack()
	second.leaves()
	x.call(second.call, "over", ended)
	x.do("stop-recording")
	x.await("it has ended", func(s *cti.Snapshot) bool { return len(s.Recordings) == 0 })
	x.do("hangup", f.call)
	f.goes()
	if row := x.desk.row(f.call); row.Recorded != 1 {
		t.Errorf("the owner's row has %d recordings", row.Recorded)
	}
	want := []cti.MarkKind{cti.MarkPause, cti.MarkGo, cti.MarkHold, cti.MarkResume}
	if got := x.marks(); !inOrder(got, want) {
		t.Errorf("the marks are %v, want %v among them", got, want)
	}
}

// marks lists what the only recording has noted.
func (d *desk) marks() (kinds []cti.MarkKind) {
	d.t.Helper()
	found, err := filepath.Glob(filepath.Join(d.home, "recordings", "*", "*"))
	if err != nil || len(found) != 1 {
		d.t.Fatalf("there are %d recordings, %v", len(found), err)
	}
	index, err := record.ReadIndex(found[0])
	if err != nil {
		d.t.Fatal(err)
	}
	for _, part := range index.Parts {
		for _, m := range part.Marks {
			kinds = append(kinds, cti.MarkKind(m.Kind))
		}
	}
	return kinds
}

// inOrder reports whether want is in got, in that order.
func inOrder(got, want []cti.MarkKind) bool {
	for _, kind := range want {
		i := slices.Index(got, kind)
		if i < 0 {
			return false
		}
		got = got[i+1:]
	}
	return true
}

// R88: a disk that takes nothing is said at once, in one sentence, and the call goes on as if nothing had been.
func TestRecordingThatCannotBeWritten(t *testing.T) {
	x := newPBX(t)
	if err := os.WriteFile(filepath.Join(x.home, "recordings"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f := x.calls("1001")
	x.run("record", f.call)
	x.await("it is said", func(s *cti.Snapshot) bool { return len(s.Recordings) == 1 && s.Recordings[0].Fault != "" })
	if fault := x.remote.Snapshot().Recordings[0].Fault; strings.Contains(fault, "\n") {
		t.Errorf("the fault is %q", fault)
	}
	f.Request(sip.OPTIONS)
	f.Response(200, sip.OPTIONS)
	if c := x.call(f.call, "goes on", talking); c.Held || c.Record != "" {
		t.Errorf("the call is %+v, recorded in %q", c.Call, c.Record)
	}
}

// R42: the desk dies in the middle of a transfer. It takes the customer up on hold, and the state says that nobody knows how
// the transfer went.
func TestDeskDiesDuringATransfer(t *testing.T) {
	x := newPBXUnder(t, brisk)
	f := x.calls("1001")
	f.transfers("1003")
	f.refer(202)
	f.tells("active;expires=60", "SIP/2.0 100 Trying\r\n", 200)
	f.waits(cti.TransferTrying, "")
	before := x.kill()
	x.peer.Answer(x.peer.Request(sip.REGISTER), 200, "registrar")
	x.await("the desk comes back", func(s *cti.Snapshot) bool { return s.Desk.PID != before })
	f.takenUp()
	if c := f.waits(cti.TransferUnknown, "F2"); !strings.Contains(c.Transfer.Note, "restarted") {
		t.Errorf("transfer %+v", c.Transfer)
	}
}

// takenUp answers the desk that asks whether the call is still there.
func (f *party) takenUp() {
	f.x.t.Helper()
	offer := f.Asked(sip.INVITE)
	f.Peer.Answer(offer, 200, "", f.says("recvonly")...)
	f.Asked(sip.ACK)
	f.x.call(f.call, "taken up", talking)
}
