package exchange

import (
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// waiting is a call that rings at somebody who is out, until it is picked up or the caller gives up. Nobody but the two of
// them is in its dialog: it only exists to be taken.
type waiting struct {
	caller   person
	at       string // number that it rings at
	dialog   dialog // as the phone that rings has it
	patience *time.Timer
}

// planWaiting lets a call ring for the colleague who is out after a quiet time d, never when it is negative.
func (x *Exchange) planWaiting(d time.Duration) {
	if d < 0 || x.cfg.Absent < 0 || x.closed || x.planned != nil || x.waiting != nil {
		return
	}
	x.planned = x.after(d, func() {
		x.planned = nil
		if !x.closed {
			x.ringAbsent()
		}
	})
}

// RingAbsent lets a customer call the colleague who is out now. It returns once her phone rings.
func (x *Exchange) RingAbsent() error {
	done := make(chan struct{})
	if !x.post(func() { defer close(done); x.ringAbsent() }) {
		return errors.New("the practice exchange is closed")
	}
	<-done
	return nil
}

// ringAbsent is RingAbsent on our goroutine. One call at a time waits for her.
func (x *Exchange) ringAbsent() {
	if x.waiting != nil {
		return
	}
	w := &waiting{caller: second, at: absentee, dialog: dialog{
		id: rand.Text() + "@practice", localTag: rand.Text(), remoteTag: rand.Text(), remote: x.uri(second.Number.Number),
	}}
	w.patience = x.after(x.cfg.Patience, func() { x.endWaiting(w) })
	x.waiting = w
}

// endWaiting is the end of the ringing, whoever ended it. The next call comes after the usual quiet time.
func (x *Exchange) endWaiting(w *waiting) {
	if x.waiting != w {
		return
	}
	w.patience.Stop()
	x.waiting = nil
	x.planWaiting(x.cfg.Again)
}

// stopWaiting ends both timers for good.
func (x *Exchange) stopWaiting() {
	if x.planned != nil {
		x.planned.Stop()
	}
	if x.waiting != nil {
		x.waiting.patience.Stop()
	}
}

// pickedUp takes the call that rings at a number, by the feature code.
func (x *Exchange) pickedUp(number string) (reception, int) {
	w := x.waiting
	if w == nil || w.at != number {
		return reception{}, sip.StatusNotFound
	}
	x.endWaiting(w)
	return reception{who: w.caller, now: true}, 0
}

// replaced finds the call whose place a Replaces value wants (RFC 3891 section 3): one that rings at a colleague, or one of
// the desk's own. Its tags are as our phone has them.
func (x *Exchange) replaced(v string) (reception, int) {
	parts := strings.Split(v, ";")
	tags := map[string]string{}
	for _, p := range parts[1:] {
		name, tag, _ := strings.Cut(strings.TrimSpace(p), "=")
		tags[strings.ToLower(name)] = tag
	}
	_, early := tags["early-only"]
	is := func(d *dialog, to, from string) bool {
		return d.id == strings.TrimSpace(parts[0]) && to == tags["to-tag"] && from == tags["from-tag"]
	}
	// The caller is asked to replace its call with the phone that rings, so the tags are the other way round.
	if w := x.waiting; w != nil && is(&w.dialog, w.dialog.remoteTag, w.dialog.localTag) {
		return x.pickedUp(w.at)
	}
	c := x.calls[strings.TrimSpace(parts[0])]
	switch {
	case c == nil || !is(&c.dialog, c.localTag, c.remoteTag):
		return reception{}, 481
	case c.up && early:
		return reception{}, sip.StatusBusyHere
	case !c.up:
		return reception{}, 481
	}
	return reception{who: c.who, now: true, ends: c}, 0
}
