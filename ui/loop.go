package ui

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
)

// Rendering in software paints the whole window each time, at 1320x860 for some 50 ms of a core. So news of
// the desk is drawn at once, but levels and quality, which change all the time, only now and then.
const (
	framePause = 50 * time.Millisecond  // at least between two drawings
	levelPause = 200 * time.Millisecond // at least between two drawings of nothing but levels
	asidePause = time.Second            // the same while another program is in front
)

// Times between two drawings of running times: a countdown would lie if it stood still for a second.
const (
	clockPause = time.Second
	countPause = 250 * time.Millisecond
)

// workBacklog is how many commands may wait for a desk that does not answer.
const workBacklog = 64

// loop owns the two goroutines of a window: the pump, which is the only one that calls fyne.Do with news of
// the desk, and the worker, which talks to the desk and may be blocked by it.
type loop struct {
	inline  bool
	ticking atomic.Bool // a running time is shown, so draw each second
	counts  atomic.Bool // a countdown is shown, so draw more often
	aside   atomic.Bool // another program is in front
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

// start runs both goroutines until stop. seq tells the number of the newest snapshot.
func (l *loop) start(updates <-chan struct{}, seq func() uint64, draw func()) {
	l.done.Go(func() { l.pump(updates, seq, draw) })
	l.done.Go(l.worker)
}

// stop ends both. It does not wait, because the worker may be inside a call to the desk.
func (l *loop) stop() { l.cancel() }

// pump draws once at the start and then whenever there is something worth it, until the window is closed.
func (l *loop) pump(updates <-chan struct{}, seq func() uint64, draw func()) {
	clock, every := time.NewTicker(clockPause), clockPause
	defer clock.Stop()
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		drawn, at := seq(), time.Now()
		l.onUI(draw)
		if next := l.clockPause(); next != every {
			every = next
			clock.Reset(every)
		}
		pause.Reset(framePause)
		select {
		case <-l.ctx.Done():
			return
		case <-pause.C:
		}
		worth := func() bool { return seq() != drawn || time.Since(at) >= l.levelPause() }
		if !l.wait(updates, clock.C, worth) {
			return
		}
	}
}

// clockPause is how long running times may stand still.
func (l *loop) clockPause() time.Duration {
	if l.counts.Load() {
		return countPause
	}
	return clockPause
}

// levelPause is how long levels alone must wait.
func (l *loop) levelPause() time.Duration {
	if l.aside.Load() {
		return asidePause
	}
	return levelPause
}

// wait returns when there is something worth to be drawn, and false when the window is closed. An update that
// is not worth it needs no second look: while levels move the next one is near, and the clock runs anyway.
func (l *loop) wait(updates <-chan struct{}, clock <-chan time.Time, worth func() bool) bool {
	for {
		select {
		case <-l.ctx.Done():
			return false
		case <-updates:
			if worth() {
				return true
			}
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

// worker does one piece of work after the other, for a command must not overtake the one before.
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
