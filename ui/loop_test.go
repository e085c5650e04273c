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

// The pump draws at once, at most ten times a second while the desk has news, and each second while a time
// runs; with nothing of that it rests.
func TestPumpDrawsWhenThereIsSomethingToShow(t *testing.T) {
	test.NewTempApp(t)
	synctest.Test(t, func(t *testing.T) {
		l := newLoop(false)
		var drawn atomic.Int32
		updates := make(chan struct{}, 1)
		l.start(updates, func() { drawn.Add(1) })
		expect := func(what string, want int32) {
			t.Helper()
			synctest.Wait()
			if got := drawn.Swap(0); got != want {
				t.Errorf("%s: drawn %d times, want %d", what, got, want)
			}
		}
		expect("at the start", 1)
		time.Sleep(5 * time.Second)
		expect("at rest for 5 s", 0)
		for range 100 {
			select {
			case updates <- struct{}{}:
			default:
			}
			time.Sleep(10 * time.Millisecond)
		}
		synctest.Wait()
		if got := drawn.Swap(0); got < 9 || got > 11 {
			t.Errorf("with news every 10 ms for 1 s: drawn %d times, want 10", got)
		}
		time.Sleep(1500 * time.Millisecond) // to stand between two ticks
		drawn.Store(0)
		l.ticking.Store(true)
		time.Sleep(5 * time.Second)
		expect("while a time runs for 5 s", 5)
		l.stop()
		l.done.Wait()
	})
}

func TestWorkIsDoneInOrderAndItsErrorReturned(t *testing.T) {
	test.NewTempApp(t)
	synctest.Test(t, func(t *testing.T) {
		l := newLoop(false)
		l.start(nil, func() {})
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
		l.start(nil, func() {})
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
