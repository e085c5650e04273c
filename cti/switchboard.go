package cti

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Doer carries effects out: the SIP adapter, the media engine, the history. Do is called by one goroutine, in
// the order of the effects, and should return at once, since those behind it wait; results come back by Post.
type Doer interface{ Do(Effect) }

// Journal keeps every Input before its effects leave. Both methods are called by the goroutine that steps; a slow disk delays calls, so neither should wait for one.
type Journal interface {
	Append(Entry) error
	// Checkpoint says that the entries up to seq have led to state, a State as JSON, and may be cut.
	Checkpoint(seq int64, at time.Time, state []byte) error
}

// Config is what a Switchboard is made of. All ports are required.
type Config struct {
	State   State // to begin with; after Replay, post Restarted first
	Seq     int64 // of the last entry in the journal
	SIP     Doer
	Media   Doer
	History Doer
	Journal Journal
	Desk    func() DeskInfo // for each Snapshot; called by the goroutine that steps, so it must not wait
	Log     *slog.Logger
	Step    StepFunc // Step when nil
	// Published is told of every Snapshot, in order, by the Switchboard's goroutine, and returns at once: a stream of
	// events must not miss a state that lasted for a moment only. Nil tells nobody.
	Published func(*Snapshot)
}

// ErrClosed is what Ask returns once the Switchboard is closed.
var ErrClosed = errors.New("the desk is shutting down")

const (
	inboxSize       = 1024
	checkpointEvery = 500 // entries; keeps the journal short on a desk that only sees registrations
)

// Switchboard is the only writer of call state: one goroutine that takes an Input, steps, journals and
// publishes; a second one hands the effects to the ports. Its methods may be called from any goroutine.
type Switchboard struct {
	cfg     Config
	inbox   chan item
	closing chan struct{}
	done    chan struct{}
	once    sync.Once

	out       *outbox
	delivered chan struct{}
	snapshot  atomic.Pointer[Snapshot]
	ignored   atomic.Uint64
	watchers  watchers

	// What follows belongs to the goroutine of run.
	state     State
	seq       int64 // of the journal
	cut       int64 // seq of the last checkpoint
	snapSeq   uint64
	timers    map[string]*time.Timer
	jammed    bool // the journal failed last time
	jamNotice string
}

// item is an Input with whoever waits for its answer.
type item struct {
	in    Input
	reply chan<- error // nil for events
}

// NewSwitchboard starts the goroutine. Close ends it.
func NewSwitchboard(cfg Config) *Switchboard {
	if cfg.Step == nil {
		cfg.Step = Step
	}
	b := &Switchboard{
		cfg: cfg, state: cfg.State, seq: cfg.Seq, cut: cfg.Seq,
		inbox: make(chan item, inboxSize), closing: make(chan struct{}), done: make(chan struct{}),
		timers: make(map[string]*time.Timer), out: newOutbox(), delivered: make(chan struct{}),
	}
	b.publish(time.Now().UTC().Round(0))
	go b.deliver()
	go b.run()
	return b
}

// Post hands in an event, or a command whose refusal nobody needs to know. Inputs of one goroutine are
// taken in its order. The inbox is bounded and events are never dropped: when it is full, Post waits. After
// Close it does nothing.
func (b *Switchboard) Post(in Input) {
	select {
	case <-b.closing:
		return
	default:
	}
	select {
	case b.inbox <- item{in: in}:
	case <-b.closing:
	}
}

// Ask hands in a command and waits until the Step is done and the Snapshot shows it. The error is
// *Refused with one sentence, ErrClosed, or that of ctx.
func (b *Switchboard) Ask(ctx context.Context, cmd Command) error {
	reply := make(chan error, 1)
	select {
	case b.inbox <- item{cmd, reply}:
	case <-ctx.Done():
		return fmt.Errorf("ask for %s: %w", cmd.Kind(), ctx.Err())
	case <-b.closing:
		return ErrClosed
	}
	select {
	case err := <-reply:
		return err
	case <-ctx.Done():
		return fmt.Errorf("wait for %s: %w", cmd.Kind(), ctx.Err())
	case <-b.done:
	}
	select {
	case err := <-reply: // answered while the desk was closing
		return err
	default:
		return ErrClosed
	}
}

// Snapshot returns the newest one. It is never nil, never waits, and must not be changed.
func (b *Switchboard) Snapshot() *Snapshot { return b.snapshot.Load() }

// Ignored counts the events that came late, doubled or out of order.
func (b *Switchboard) Ignored() uint64 { return b.ignored.Load() }

// Watch returns a channel with one slot that holds a wake-up when there is a newer Snapshot: receive, then
// take the newest. cancel ends the watch.
func (b *Switchboard) Watch() (wake <-chan struct{}, cancel func()) { return b.watchers.add() }

// Close takes what is in the inbox, hands out the effects of it, then stops both goroutines and all timers. It does not end calls: who
// closes the desk in good order hangs up first.
func (b *Switchboard) Close() {
	b.once.Do(func() { close(b.closing) })
	<-b.done
	<-b.delivered
}

// run is the goroutine that steps.
func (b *Switchboard) run() {
	defer close(b.done)
	defer b.out.close()
	defer b.stopTimers()
	for {
		select {
		case it := <-b.inbox:
			b.take(it)
		case <-b.closing:
			b.drain()
			return
		}
	}
}

// drain takes what was posted before Close.
func (b *Switchboard) drain() {
	for {
		select {
		case it := <-b.inbox:
			b.take(it)
		default:
			return
		}
	}
}

// take handles one input and answers whoever waits.
func (b *Switchboard) take(it item) {
	err := b.handle(it.in)
	if it.reply != nil {
		it.reply <- err
	}
}

// handle takes an input through step, journal, effects and snapshot, in this order.
func (b *Switchboard) handle(in Input) error {
	now := time.Now().UTC().Round(0) // no monotonic clock: a replay has none
	if t, ok := in.(TimerFired); ok && b.state.Timers[timerKey(t.Call, t.Name)] != t.Gen {
		return nil // replaced, or its call has gone: no news
	}
	next, effects, err := advance(b.cfg.Step, b.state, in, now)
	var fault *FaultError
	if err != nil && !errors.As(err, &fault) {
		return b.turnedDown(in, err)
	}
	if fault != nil {
		b.cfg.Log.Error("internal fault, the call is ended", "call", fault.Call, "input", fault.Kind, "panic", fault.Value)
	}
	wasIdle := b.state.Idle()
	b.state = next
	b.journal(in, now)
	b.sendOut(effects)
	if becameIdle := !wasIdle && next.Idle(); becameIdle || b.seq-b.cut >= checkpointEvery {
		b.checkpoint(now)
	}
	b.publish(now)
	return err
}

// turnedDown logs what changed nothing. It is not journaled, as it would change nothing in a replay either.
func (b *Switchboard) turnedDown(in Input, err error) error {
	var refused *Refused
	if errors.As(err, &refused) {
		b.cfg.Log.Info("refused", "verb", refused.Verb, "call", CallOf(in), "reason", refused.Reason)
		return err
	}
	b.ignored.Add(1)
	b.cfg.Log.Debug("ignored", "input", in.Kind(), "call", CallOf(in), "why", err)
	return err
}

// sendOut starts the timers itself and leaves the rest to the ports, which go first: the snapshot can wait.
func (b *Switchboard) sendOut(effects []Effect) {
	for _, e := range effects {
		if t, ok := e.(StartTimer); ok {
			b.startTimer(t)
		}
	}
	effects = slices.DeleteFunc(effects, func(e Effect) bool { return e.port() == PortTimer })
	if len(effects) > 0 {
		b.out.put(effects...)
		giveWay()
	}
}

// startTimer lets a timer post its firing. An earlier one of the same name is stopped; should it be on its
// way already, its generation gives it away.
func (b *Switchboard) startTimer(e StartTimer) {
	key := timerKey(e.Call, e.Name)
	if old := b.timers[key]; old != nil {
		old.Stop()
	}
	b.timers[key] = time.AfterFunc(e.After, func() { b.Post(TimerFired{Call: e.Call, Name: e.Name, Gen: e.Gen}) })
	for key, t := range b.timers {
		if b.state.Timers[key] == 0 { // its call has left the table
			t.Stop()
			delete(b.timers, key)
		}
	}
}

func (b *Switchboard) stopTimers() {
	for _, t := range b.timers {
		t.Stop()
	}
}

// publish makes the Snapshot of this moment and wakes who watches.
func (b *Switchboard) publish(now time.Time) {
	desk := b.cfg.Desk()
	if b.jamNotice != "" {
		desk.Notice = b.jamNotice
	}
	b.snapSeq++
	snap := View(b.state, desk, b.snapSeq, now)
	b.snapshot.Store(snap)
	if b.cfg.Published != nil {
		b.cfg.Published(snap)
	}
	b.watchers.wake()
}
