package ui

import (
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"fyne.io/fyne/v2/test"
)

// pumped runs a pump on a desk whose snapshots have the number seq, and counts its drawings.
type pumped struct {
	*loop
	seq     atomic.Uint64
	drawn   atomic.Int32
	updates chan struct{}
}

func pump() *pumped {
	p := &pumped{loop: newLoop(false), updates: make(chan struct{}, 1)}
	p.start(p.updates, p.seq.Load, func() { p.drawn.Add(1) })
	return p
}

// wake has n updates every 10 ms, with news or with levels only, and returns how often was drawn.
func (p *pumped) wake(n int, news uint64) int32 {
	synctest.Wait()
	p.drawn.Store(0)
	for range n {
		p.seq.Add(news)
		select {
		case p.updates <- struct{}{}:
		default:
		}
		time.Sleep(10 * time.Millisecond)
	}
	synctest.Wait()
	return p.drawn.Load()
}

// The pump draws news at once, levels five times a second, running times each second, and rests otherwise.
func TestPumpDrawsWhenThereIsSomethingToShow(t *testing.T) {
	test.NewTempApp(t)
	synctest.Test(t, func(t *testing.T) {
		p := pump()
		synctest.Wait()
		if got := p.drawn.Load(); got != 1 {
			t.Errorf("at the start it drew %d times", got)
		}
		if got := p.wake(0, 0); got != 0 {
			t.Errorf("at rest it drew %d times", got)
		}
		time.Sleep(5 * time.Second)
		if got := p.wake(1, 1); got != 1 {
			t.Errorf("10 ms after news it had drawn %d times, want at once", got)
		}
		if got := p.wake(100, 1); got < 15 || got > 21 {
			t.Errorf("in a second full of news it drew %d times, want about 20", got)
		}
		time.Sleep(time.Second)
		if got := p.wake(100, 0); got < 4 || got > 6 {
			t.Errorf("in a second of levels it drew %d times, want 5", got)
		}
		p.aside.Store(true)
		if got := p.wake(300, 0); got < 2 || got > 4 {
			t.Errorf("behind another program, in three seconds of levels it drew %d times, want 3", got)
		}
		p.ticking.Store(true)
		time.Sleep(1505 * time.Millisecond) // to stand between two ticks
		p.drawn.Store(0)
		time.Sleep(5 * time.Second)
		if got := p.drawn.Load(); got != 5 {
			t.Errorf("in 5 s of a running time it drew %d times", got)
		}
		p.stop()
		p.done.Wait()
	})
}

func TestWorkIsDoneInOrderAndItsErrorReturned(t *testing.T) {
	test.NewTempApp(t)
	synctest.Test(t, func(t *testing.T) {
		l := newLoop(false)
		l.start(nil, func() uint64 { return 0 }, func() {})
		var order []int
		refused := errors.New("refused")
		var got []error
		for i := range 5 {
			ok := l.try(func() error { order = append(order, i); return refused }, func(err error) { got = append(got, err) })
			if !ok {
				t.Errorf("work %d was not taken", i)
			}
		}
		synctest.Wait()
		if !slices.Equal(order, []int{0, 1, 2, 3, 4}) || len(got) != 5 || !errors.Is(got[4], refused) {
			t.Errorf("done in the order %v with the results %v", order, got)
		}
		l.stop()
		l.done.Wait()
	})
}

// A desk that hangs must not freeze the window: what does not fit is refused at once.
func TestWorkForAHangingDeskIsRefused(t *testing.T) {
	test.NewTempApp(t)
	synctest.Test(t, func(t *testing.T) {
		l := newLoop(false)
		l.start(nil, func() uint64 { return 0 }, func() {})
		release := make(chan struct{})
		taken := 0
		for range workBacklog + 10 {
			if l.try(func() error { <-release; return nil }, func(error) {}) {
				taken++
			}
			synctest.Wait()
		}
		if taken != workBacklog+1 {
			t.Errorf("%d pieces of work were taken, want the backlog and the one that hangs", taken)
		}
		close(release)
		l.stop()
		l.done.Wait()
	})
}

// A countdown is drawn four times in a second, so that it never shows a second too much for long.
func TestPumpFollowsACountdown(t *testing.T) {
	test.NewTempApp(t)
	synctest.Test(t, func(t *testing.T) {
		p := pump()
		p.ticking.Store(true)
		p.counts.Store(true)
		time.Sleep(2 * time.Second) // its clock changes with the next drawing
		synctest.Wait()
		p.drawn.Store(0)
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := p.drawn.Load(); got < 7 || got > 9 {
			t.Errorf("in two seconds a countdown was drawn %d times, want 8", got)
		}
		p.stop()
		p.done.Wait()
	})
}
