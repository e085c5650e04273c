package api

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"cordboard/cti"
)

// Bounds of the pause between two attempts to reach a desk: it must be found again within a second of its restart.
const (
	retryFirst = 20 * time.Millisecond
	retryMost  = 250 * time.Millisecond
)

// RemoteConfig is what NewRemote needs.
type RemoteConfig struct {
	Client *Client
	// Missing is called before each attempt after a failed one, and may start a desk. Nil does nothing.
	Missing func()
	Window  bool // counts as a window that raise brings to the front
	// Raise is called when the window shall come to the front. Nil does nothing.
	Raise func()
	// Ask is called when the window shall ask for the number that a verb needs, Said with one sentence for the operator
	// about a key that did nothing. Nil does nothing.
	Ask  func(cti.Verb)
	Said func(string)
}

// Remote is the desk as a window in another process sees it: it keeps the newest snapshot by following the event
// stream, and attaches itself again when the desk was restarted. Methods may be called by any goroutine.
type Remote struct {
	cfg     RemoteConfig
	snap    atomic.Pointer[cti.Snapshot]
	lost    atomic.Pointer[string]
	updates chan struct{}
	first   chan struct{} // closed with the first snapshot
	once    sync.Once
	cancel  context.CancelFunc
	done    chan struct{}
}

// NewRemote starts to follow a desk. Close ends it.
func NewRemote(cfg RemoteConfig) *Remote {
	ctx, cancel := context.WithCancel(context.Background())
	r := &Remote{cfg: cfg, updates: make(chan struct{}, 1), first: make(chan struct{}), cancel: cancel, done: make(chan struct{})}
	r.snap.Store(&cti.Snapshot{})
	r.say("Cordboard's desk is starting")
	go r.follow(ctx)
	return r
}

// Snapshot returns the newest snapshot; an empty one before the desk has answered for the first time.
func (r *Remote) Snapshot() *cti.Snapshot { return r.snap.Load() }

// Updates has a slot for one wake-up.
func (r *Remote) Updates() <-chan struct{} { return r.updates }

// Lost is empty while the desk answers, else one sentence.
func (r *Remote) Lost() string { return *r.lost.Load() }

// Ready is closed when the desk has answered for the first time.
func (r *Remote) Ready() <-chan struct{} { return r.first }

// Send asks for a command and returns its refusal as one sentence.
func (r *Remote) Send(c cti.Command) error {
	ctx, cancel := context.WithTimeout(context.Background(), askTimeout+time.Second)
	defer cancel()
	verb, body, err := requestOf(c)
	if err != nil {
		return err
	}
	_, err = r.cfg.Client.Command(ctx, verb, body)
	if errors.Is(err, ErrNoDesk) {
		return errors.New("the desk does not answer at the moment; it is being started again")
	}
	return err
}

// Close lets go of the desk and waits for the follower.
func (r *Remote) Close() {
	r.cancel()
	<-r.done
	r.cfg.Client.Close()
}

// follow reads the event stream, again and again.
func (r *Remote) follow(ctx context.Context) {
	defer close(r.done)
	pause := retryFirst
	for ctx.Err() == nil {
		err := r.cfg.Client.Events(ctx, EventOptions{Live: true, Window: r.cfg.Window}, func(e Event, _ []byte) error {
			pause = retryFirst
			r.take(e)
			return nil
		})
		if ctx.Err() != nil {
			return
		}
		r.say("The desk does not answer (" + err.Error() + "); calls may be going on, and the window looks for it.")
		if r.cfg.Missing != nil {
			r.cfg.Missing()
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		pause = min(2*pause, retryMost)
	}
}

func (r *Remote) take(e Event) {
	if e.Event == EventRaise || e.Event == EventSaid {
		r.pass(e)
		return
	}
	r.snap.Store(e.Apply(r.snap.Load()))
	r.say("")
	r.once.Do(func() { close(r.first) })
}

// pass hands the window what is no news of the desk.
func (r *Remote) pass(e Event) {
	switch {
	case e.Said != "" && r.cfg.Said != nil:
		r.cfg.Said(e.Said)
	case e.Ask != "" && r.cfg.Ask != nil:
		r.cfg.Ask(e.Ask)
	case e.Event == EventRaise && r.cfg.Raise != nil:
		r.cfg.Raise()
	}
}

// say keeps the sentence about the connection and wakes the window.
func (r *Remote) say(sentence string) {
	r.lost.Store(&sentence)
	select {
	case r.updates <- struct{}{}:
	default: // a wake-up waits already
	}
}
