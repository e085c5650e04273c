package cti

import (
	"fmt"
	"runtime"
	"sync"
)

// outbox holds the effects between the goroutine that steps and the one that hands them to the ports. It is
// unbounded on purpose: were it to wait for a port, and that port for a place in the inbox, neither would
// ever go on. What bounds it is that every effect comes from an input, and the inbox is bounded.
type outbox struct {
	mu      sync.Mutex
	filled  sync.Cond
	effects []Effect
	closed  bool
}

func newOutbox() *outbox {
	o := &outbox{}
	o.filled.L = &o.mu
	return o
}

// put adds effects; it never waits.
func (o *outbox) put(effects ...Effect) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.effects = append(o.effects, effects...)
	o.filled.Signal()
}

// close lets take end once everything has been taken.
func (o *outbox) close() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = true
	o.filled.Signal()
}

// take waits for effects and returns all of them in order, or none when the outbox is closed and empty.
func (o *outbox) take() []Effect {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.effects) == 0 && !o.closed {
		o.filled.Wait()
	}
	effects := o.effects
	o.effects = nil
	return effects
}

// deliver is the goroutine that hands effects to their ports.
func (b *Switchboard) deliver() {
	defer close(b.delivered)
	for effects := b.out.take(); len(effects) > 0; effects = b.out.take() {
		for _, e := range effects {
			b.carryOut(e)
		}
	}
}

// giveWay lets the goroutine that was woken last run at once, on this core. Else it would run when this one waits next, or
// when another core has been woken for it, which takes longer than most of what a call needs until its answer leaves.
func giveWay() { runtime.Gosched() }

// carryOut hands an effect to its port. A port that panics loses only the call it was about.
func (b *Switchboard) carryOut(e Effect) {
	defer func() {
		if v := recover(); v != nil {
			b.cfg.Log.Error("a port failed", "effect", fmt.Sprintf("%T", e), "call", callOfEffect(e), "panic", v)
			b.Post(Faulted{Call: callOfEffect(e), Reason: "An internal fault ended the call."})
		}
	}()
	switch e.port() {
	case PortSIP:
		b.cfg.SIP.Do(e)
		giveWay() // the far end waits for it, and nobody for the history
	case PortMedia:
		b.cfg.Media.Do(e)
	case PortHistory:
		b.cfg.History.Do(e)
	}
}
