package cti

import (
	"fmt"
	"log/slog"
	"testing"
	"time"
)

// busyDesk has n calls: one open, the others held.
func busyDesk(b *testing.B, n int) State {
	b.Helper()
	s := desk()
	for i := range n {
		id := CallID(fmt.Sprintf("call%09d", i))
		s, _ = play(b, s, Dial{Call: id, Number: "2044"}, Connected{Call: id, Session: session(1)})
	}
	return s
}

// meshed is a conference of n members in which everybody hears everybody.
func meshed(b *testing.B, n int) State {
	b.Helper()
	s := busyDesk(b, n)
	ids := make([]CallID, n)
	for i := range ids {
		ids[i] = s.Calls[i].ID
	}
	s, _ = play(b, s, Join{"k", ids})
	return s
}

// BenchmarkMember is a press in a conference of 32, with the plan that follows and the row and matrix shown.
func BenchmarkMember(b *testing.B) {
	s := meshed(b, 32)
	var in Input = Hold{Call: s.Calls[7].ID, On: true}
	b.ReportAllocs()
	for b.Loop() {
		next, _, err := advance(Step, s, in, noon)
		if err != nil {
			b.Fatal(err)
		}
		View(next, DeskInfo{}, 1, noon)
	}
}

func eachSize(b *testing.B, bench func(b *testing.B, s State)) {
	for _, n := range []int{1, 4, 16, 64} {
		b.Run(fmt.Sprintf("%d calls", n), func(b *testing.B) {
			s := busyDesk(b, n)
			b.ReportAllocs()
			bench(b, s)
		})
	}
}

func BenchmarkStepHold(b *testing.B) {
	eachSize(b, func(b *testing.B, s State) {
		var in Input = Hold{Call: s.Calls[len(s.Calls)-1].ID, On: true}
		for b.Loop() {
			if _, _, err := Step(s, in, noon); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkStepDial(b *testing.B) {
	var in Input = Dial{Call: "x", Number: "+1 (201) 553-2447"}
	s := desk()
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Step(s, in, noon); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPlanFor(b *testing.B) {
	eachSize(b, func(b *testing.B, s State) {
		for b.Loop() {
			PlanFor(s)
		}
	})
}

func BenchmarkView(b *testing.B) {
	eachSize(b, func(b *testing.B, s State) {
		for b.Loop() {
			View(s, DeskInfo{}, 1, noon)
		}
	})
}

// quiet is a port and a journal that do nothing but hand out the INVITE.
type quiet struct{ invited chan struct{} }

func (q quiet) Do(e Effect) {
	if _, ok := e.(Invite); ok {
		q.invited <- struct{}{}
	}
}
func (quiet) Append(Entry) error                        { return nil }
func (quiet) Checkpoint(int64, time.Time, []byte) error { return nil }

// BenchmarkDialToInvite is the way of a wish through the Switchboard: command in, INVITE out, call ended.
func BenchmarkDialToInvite(b *testing.B) {
	q := quiet{make(chan struct{}, 1)}
	board := NewSwitchboard(Config{
		State: desk(), SIP: q, Media: q, History: q, Journal: q,
		Desk: func() DeskInfo { return DeskInfo{} }, Log: slog.New(slog.DiscardHandler),
	})
	defer board.Close()
	b.ReportAllocs()
	for b.Loop() {
		id := NewCallID()
		board.Post(Dial{Call: id, Number: "2044"})
		<-q.invited
		b.StopTimer()
		board.Post(Ended{Call: id, By: SidePeer, Code: 486})
		board.Post(TimerFired{Call: id, Name: TimerShown, Gen: 1})
		b.StartTimer()
	}
}
