// Package script has a desk for tests and demonstrations of the window: the real rules of package cti, and
// no network or sound behind them.
package script

import (
	"strings"
	"sync"
	"time"

	"cordboard/cti"
)

// Start is the moment at which the clock of a scripted desk stands at first.
var Start = time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC)

// Desk is a desk without network and sound: commands and events go through cti.Step, effects are dropped,
// and the test plays the world. It implements ui.Desk and ui.Link. Safe for use by any goroutine.
type Desk struct {
	mu      sync.Mutex
	state   cti.State
	info    cti.DeskInfo
	quality map[cti.CallID]cti.Quality
	now     time.Time
	seq     uint64
	sent    []cti.Command
	timers  []cti.StartTimer
	lost    string
	refusal error
	during  func()
	wake    chan struct{}
}

// NewDesk makes a desk with the given lines, all registered.
func NewDesk(lines ...cti.LineConfig) *Desk {
	d := &Desk{now: Start, wake: make(chan struct{}, 1), quality: map[cti.CallID]cti.Quality{}}
	for _, l := range lines {
		d.Happen(cti.LineSet{Config: l})
		d.Happen(cti.LineRegistered{Line: l.ID, Reg: cti.Registration{State: cti.RegOK}})
	}
	return d
}

// Snapshot implements ui.Desk.
func (d *Desk) Snapshot() *cti.Snapshot {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := cti.View(d.state, d.info, d.seq, d.now)
	for i := range s.Calls {
		s.Calls[i].Quality = d.quality[s.Calls[i].ID]
	}
	return s
}

// Updates implements ui.Desk.
func (d *Desk) Updates() <-chan struct{} { return d.wake }

// Send implements ui.Desk: the command is carried out by the rules of the domain, or refused by them.
func (d *Desk) Send(c cti.Command) error {
	d.mu.Lock()
	d.sent = append(d.sent, c)
	refusal, during := d.refusal, d.during
	d.during = nil
	d.mu.Unlock()
	if during != nil {
		during()
	}
	if refusal != nil {
		return refusal
	}
	return d.step(c)
}

// Lost implements ui.Link.
func (d *Desk) Lost() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lost
}

// Happen lets something happen in the world. News that comes too late are ignored, as the desk does.
func (d *Desk) Happen(events ...cti.Input) {
	for _, e := range events {
		_ = d.step(e) // only a command can be refused
	}
}

// Fire lets the latest timer of a call, or of a conference by its ID, run out.
func (d *Desk) Fire(id cti.CallID, name cti.TimerName) {
	d.mu.Lock()
	var gen uint64
	for _, e := range d.timers {
		if e.Call == id && e.Name == name {
			gen = e.Gen
		}
	}
	d.mu.Unlock()
	d.Happen(cti.TimerFired{Call: id, Name: name, Gen: gen})
}

// step lets an input change the state, as the Switchboard does, without carrying out the effects.
func (d *Desk) step(in cti.Input) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	next, effects, err := cti.Step(d.state, in, d.now)
	if err == nil {
		d.state = next
	}
	for _, e := range effects {
		if timer, ok := e.(cti.StartTimer); ok {
			d.timers = append(d.timers, timer)
		}
	}
	d.news()
	return err
}

// news wakes the window.
func (d *Desk) news() {
	d.seq++
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Sent returns the commands that the window has sent so far, oldest first.
func (d *Desk) Sent() []cti.Command {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]cti.Command(nil), d.sent...)
}

// Refuse makes the desk refuse all commands with an error, until it is called with nil.
func (d *Desk) Refuse(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.refusal = err
}

// Slow lets the desk take its time over the next command: what the operator does meanwhile is done before it answers.
func (d *Desk) Slow(meanwhile func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.during = meanwhile
}

// Lose makes the desk unreachable with the given sentence; "" brings it back.
func (d *Desk) Lose(sentence string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lost = sentence
	d.news()
}

// Measure sets how a call sounds.
func (d *Desk) Measure(id cti.CallID, q cti.Quality) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.quality[id] = q
	d.news()
}

// Inform sets what the desk says of itself.
func (d *Desk) Inform(info cti.DeskInfo) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.info = info
	d.news()
}

// Now is the desk's clock, to be given to the window as well.
func (d *Desk) Now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

// Pass moves the clock.
func (d *Desk) Pass(t time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(t)
	d.news()
}

// Ring lets somebody call a line and returns the call's ID.
func (d *Desk) Ring(line cti.LineID, number, name string) cti.CallID {
	id := cti.CallID("in-" + strings.Trim(number, "+"))
	d.Happen(cti.Offered{Call: id, Line: line, Number: number, Name: name})
	return id
}

// Connect lets the far end take a call that was placed here, or confirm one that was answered here.
func (d *Desk) Connect(id cti.CallID) {
	d.Happen(cti.Connected{Call: id, Session: Opus})
}

// Opus is the session that calls of a scripted desk agree on.
var Opus = cti.MediaSession{
	Version: 1, Codec: cti.Codec{Name: "opus", PT: 96, Rate: 48000}, Send: true, Recv: true,
	EventSend: 101, EventRate: 48000,
}

// Call finds a call of the newest snapshot.
func (d *Desk) Call(id cti.CallID) (cti.CallView, bool) {
	for _, c := range d.Snapshot().Calls {
		if c.ID == id {
			return c, true
		}
	}
	return cti.CallView{}, false
}
