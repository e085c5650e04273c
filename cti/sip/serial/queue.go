// Package serial runs functions one after the other on one goroutine.
//
// The SIP stack keeps its state on such goroutines instead of behind locks: a handler may post to its own queue
// without the danger of a deadlock, and what was posted first runs first.
package serial

import "sync"

// Queue is an unbounded list of functions and the one goroutine that runs them.
// It never blocks who posts; who reads from the network bounds it by looking at Len.
type Queue struct {
	mu      sync.Mutex
	waiting []func()
	closed  bool
	wake    chan struct{}
	done    chan struct{}
}

// NewQueue starts the goroutine.
func NewQueue() *Queue {
	q := &Queue{wake: make(chan struct{}, 1), done: make(chan struct{})}
	go q.run()
	return q
}

// Post appends f and returns at once. It reports false when the queue is closed and f will never run.
// Any goroutine may call it, a function of the queue itself too.
func (q *Queue) Post(f func()) bool {
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return false
	}
	q.waiting = append(q.waiting, f)
	q.mu.Unlock()
	q.nudge()
	return true
}

// Len is the number of functions that wait.
func (q *Queue) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting)
}

// Close lets the functions run that were posted before and ends the goroutine. It does not wait: see Done.
func (q *Queue) Close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.nudge()
}

// Done is closed when the goroutine has ended.
func (q *Queue) Done() <-chan struct{} { return q.done }

func (q *Queue) nudge() {
	select {
	case q.wake <- struct{}{}:
	default: // a wake is pending already
	}
}

func (q *Queue) run() {
	defer close(q.done)
	var batch []func()
	for range q.wake {
		for {
			q.mu.Lock()
			batch, q.waiting = q.waiting, batch[:0]
			closed := q.closed
			q.mu.Unlock()
			if len(batch) == 0 {
				if closed {
					return
				}
				break
			}
			for i, f := range batch {
				batch[i] = nil
				f()
			}
		}
	}
}
