package txn

import (
	"time"

	"cordboard/cti/sip/serial"
)

// timer fires on the layer's goroutine. A nil timer can be stopped.
type timer struct {
	t       *time.Timer
	stopped bool // touched on the layer's goroutine only
}

func newTimer(q *serial.Queue, d time.Duration, f func()) *timer {
	t := &timer{}
	t.t = time.AfterFunc(d, func() {
		q.Post(func() {
			if !t.stopped { // it may have been stopped while the function waited in the queue
				f()
			}
		})
	})
	return t
}

func (t *timer) stop() {
	if t != nil {
		t.stopped = true
		t.t.Stop()
	}
}
