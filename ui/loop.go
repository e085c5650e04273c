package ui

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
)

// framePause is the least time between two drawings that the desk caused: levels move ten times a second at
// most, for software rendering paints the whole window each time.
const framePause = 100 * time.Millisecond

// workBacklog is how many commands may wait for a desk that does not answer.
const workBacklog = 64

// loop owns the two goroutines of a window: the pump, which is the only one that calls fyne.Do with news of
// the desk, and the worker, which talks to the desk and may be blocked by it.
type loop struct {
	inline  bool
	ticking atomic.Bool // a running time is shown, so draw each second
	work    chan func()
	ctx     context.Context
	cancel  context.CancelFunc
	done    sync.WaitGroup
}

func newLoop(inline bool) *loop {
	l := &loop{inline: inline, work: make(chan func(), workBacklog)}
	l.ctx, l.cancel = context.WithCancel(context.Background())
	return l
}

// start runs both goroutines until stop.
func (l *loop) start(updates <-chan struct{}, draw func()) {
	l.done.Go(func() { l.pump(updates, draw) })
	l.done.Go(l.worker)
}

// stop ends both. It does not wait, because the worker may be inside a call to the desk.
func (l *loop) stop() { l.cancel() }

func (l *loop) pump(updates <-chan struct{}, draw func()) {
	clock := time.NewTicker(time.Second)
	defer clock.Stop()
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		l.onUI(draw)
		pause.Reset(framePause)
		select {
		case <-l.ctx.Done():
			return
		case <-pause.C:
		}
		if !l.wait(updates, clock.C) {
			return
		}
	}
}

// wait returns when there is something to draw, and false when the window is closed.
func (l *loop) wait(updates <-chan struct{}, clock <-chan time.Time) bool {
	for {
		select {
		case <-l.ctx.Done():
			return false
		case <-updates:
			return true
		case <-clock:
			if l.ticking.Load() {
				return true
			}
		}
	}
}

// onUI runs f on the UI goroutine and waits for it, so that drawings never pile up behind a busy window.
func (l *loop) onUI(f func()) {
	done := make(chan struct{})
	fyne.Do(func() {
		defer close(done)
		if l.ctx.Err() == nil {
			f()
		}
	})
	select {
	case <-done:
	case <-l.ctx.Done():
	}
}

func (l *loop) worker() {
	for {
		select {
		case <-l.ctx.Done():
			return
		case job := <-l.work:
			job()
		}
	}
}

// try does work away from the UI goroutine, in the order given, and hands its error to then on the UI
// goroutine. It reports false when too much is waiting already. UI goroutine only.
func (l *loop) try(work func() error, then func(error)) bool {
	if l.inline {
		then(work())
		return true
	}
	select {
	case l.work <- func() {
		err := work()
		l.onUI(func() { then(err) })
	}:
		return true
	default:
		return false
	}
}
