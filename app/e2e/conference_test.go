//go:build cgo && linux

package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"cordboard/cti"
	"cordboard/media/audiotest"
)

// table is an operator and other desks whose operators sit there, each with a tone of its own. All are the real program.
type table struct {
	t     *testing.T
	desks []*desk  // the operator first
	lines []string // address of each desk's line
	calls []string // of the operator's desk, to the desk of that place; the first is empty
}

// toneAt is the tone of a place at the table.
func toneAt(i int) float64 { return audiotest.Freq(i) }

// newTable starts the desks. Those of the guests answer by themselves.
func newTable(t *testing.T, guests int) *table {
	t.Helper()
	tb := &table{t: t}
	for i := range guests + 1 {
		d, at := newHome(t, toneAt(i)), freePort(t)
		args := []string{"line", "add", "--id", "direct", "--user", fmt.Sprint(2001 + i), "--bind", at.String(), "--trusted", "127.0.0.1"}
		if i > 0 {
			args = append(args, "--auto-answer", "--referrals", "allow")
		}
		d.do(args...)
		d.start()
		d.await("the line is ready", func(s *cti.Snapshot) bool {
			return len(s.Lines) == 1 && s.Lines[0].Registration.State == cti.RegDirect
		})
		tb.desks = append(tb.desks, d)
		tb.lines = append(tb.lines, fmt.Sprintf("sip:%d@%s", 2001+i, at))
		tb.calls = append(tb.calls, "")
	}
	return tb
}

func (tb *table) operator() *desk { return tb.desks[0] }

// call lets the operator call the guest of a place, which holds whom he talked to before (R33).
func (tb *table) call(i int) {
	tb.t.Helper()
	tb.calls[i] = tb.operator().do("dial", tb.lines[i])
	tb.operator().call(tb.calls[i], "connected", talking)
}

// hear fails the test unless, in the sound that comes from now on, each desk has exactly the tones of the places that are
// listed for it.
func (tb *table) hear(what string, want ...[]int) {
	tb.t.Helper()
	for i, d := range tb.desks {
		if want[i] == nil && !slices.ContainsFunc(d.remote.Snapshot().Calls, func(c cti.CallView) bool { return c.Live() }) {
			continue // without a call the speaker is closed in time
		}
		d.listen(fmt.Sprintf("%s: place %d hears the tones of %v", what, i, want[i]), func(pcm []int16) bool {
			return slices.Equal(audiotest.Heard(pcm, 48000, len(tb.desks), heardAbove), want[i])
		})
	}
}

// conference waits for the only conference of the operator's desk.
func (tb *table) conference(what string, ok func(cti.ConferenceView) bool) cti.ConferenceView {
	tb.t.Helper()
	var found cti.ConferenceView
	tb.operator().await(what, func(s *cti.Snapshot) bool {
		if len(s.Conferences) != 1 || !ok(s.Conferences[0]) {
			return false
		}
		found = s.Conferences[0]
		return true
	})
	return found
}

// R52, R54, R60, R61, R62: calls that were made and held one after another become a conference, and every change of it is
// heard by exactly those whom it concerns.
func TestConferenceIsHeardAsItIsShown(t *testing.T) {
	tb := newTable(t, 3)
	op := tb.operator()
	for i := 1; i <= 3; i++ {
		tb.call(i)
	}
	op.call(tb.calls[1], "held", held)
	op.call(tb.calls[2], "held", held)
	tb.hear("R33: two are held", []int{3}, nil, nil, []int{0})

	op.do("conference", tb.calls[1], tb.calls[2], tb.calls[3])
	tb.conference("all are in", func(c cti.ConferenceView) bool { return len(c.Parties) == 4 && !c.Away })
	tb.hear("R52: a conference of four", []int{1, 2, 3}, []int{0, 2, 3}, []int{0, 1, 3}, []int{0, 1, 2})

	op.do("member", tb.calls[1], "--deaf", "on")
	tb.hear("R61: the first is deafened", []int{1, 2, 3}, nil, []int{0, 1, 3}, []int{0, 1, 2})
	op.do("member", tb.calls[1], "--deaf", "off")

	op.do("arrange", "aside", tb.calls[2])
	tb.hear("a private word with the second", []int{2}, []int{3}, []int{0}, []int{1})
	op.do("arrange", "coach", tb.calls[3])
	tb.hear("coaching the third", []int{1, 2, 3}, []int{2, 3}, []int{1, 3}, []int{0, 1, 2})
	op.do("arrange", "all")

	op.do("hold", tb.calls[2])
	op.call(tb.calls[2], "held", held)
	tb.hear("R62: the second is held", []int{1, 3}, []int{0, 3}, nil, []int{0, 1})
	op.do("resume", tb.calls[2])
	op.call(tb.calls[2], "back", resumed)

	op.do("hear", tb.calls[1], "operator", "--off")
	tb.hear("one cell of the matrix", []int{1, 2, 3}, []int{2, 3}, []int{0, 1, 3}, []int{0, 1, 2})
	op.do("hear", tb.calls[1], "operator")

	op.do("mute-all")
	tb.hear("the operator's microphone is shut", []int{1, 2, 3}, []int{2, 3}, []int{1, 3}, []int{1, 2})
	op.do("mute-all", "--off")

	op.do("hangup", tb.calls[3])
	op.call(tb.calls[3], "dropped", ended)
	tb.hear("R60: the third is dropped", []int{1, 2}, []int{0, 2}, []int{0, 1}, nil)

	op.do("split", tb.calls[1])
	tb.hear("a private call with the first; the second is not forgotten", []int{1}, []int{0}, nil, nil)
}

// R65, R67: the operator leaves two others, who are joined and go on without the desk.
func TestLeaveJoinsTheTwoOthers(t *testing.T) {
	tb := newTable(t, 2)
	op := tb.operator()
	tb.call(1)
	tb.call(2)
	op.call(tb.calls[1], "held", held)
	op.do("conference", tb.calls[1], tb.calls[2])
	c := tb.conference("both are in", func(c cti.ConferenceView) bool { return len(c.Parties) == 3 })
	if !strings.HasPrefix(c.Plans[cti.VerbLeave], "Joins") {
		t.Errorf("leaving is announced as %q", c.Plans[cti.VerbLeave])
	}
	op.do("leave")
	op.call(tb.calls[1], "over", ended)
	op.call(tb.calls[2], "over", ended)
	tb.hear("they talk without the operator", nil, []int{2}, []int{1})
}

// R68: End for all says what it will do, can be taken back for two seconds, and ends every call.
func TestEndForAll(t *testing.T) {
	tb := newTable(t, 2)
	op := tb.operator()
	tb.call(1)
	tb.call(2)
	op.do("conference", tb.calls[1], tb.calls[2])
	tb.conference("both are in", func(c cti.ConferenceView) bool { return len(c.Parties) == 3 && c.Plans[cti.VerbEndAll] != "" })
	op.do("end-all")
	op.do("end-all")
	tb.hear("it was taken back", []int{1, 2}, []int{0, 2}, []int{0, 1})
	op.do("end-all")
	op.call(tb.calls[1], "over", ended)
	op.call(tb.calls[2], "over", ended)
	tb.hear("nobody is left", nil, nil, nil)
}
