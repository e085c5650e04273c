package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"cordboard/app/api"
	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/cti/dial"
	"cordboard/devices/headset"
	"cordboard/devices/hid"
	"cordboard/devices/hid/native"
	"cordboard/storage"
)

// Bounds of headset buttons.
const (
	pressBacklog = 16               // presses that wait; whoever presses faster does not know what happens
	pressWithin  = 5 * time.Second  // for the desk to agree
	keypadWithin = 10 * time.Second // digits that were typed without a call are forgotten after that
)

// headsets carries out what is pressed at headsets and handsets, one press after the other.
type headsets struct {
	d       *desk
	fleet   *headset.Fleet
	history *storage.Reader
	pressed chan pressed

	digits  string    // typed without a call; the worker's only
	digitAt time.Time // the last of them
}

// pressed is a button of a set that went down.
type pressed struct {
	set string
	hid.Press
}

// openHeadsets starts to look for headsets. Calls do not depend on them, so what is wrong is a notice.
func (d *desk) openHeadsets() error {
	d.mu.Lock()
	choice := d.settings.Headset
	d.mu.Unlock()
	transport, err := native.New()
	if choice.Off || errors.Is(err, native.ErrUnsupported) {
		return nil
	}
	h := &headsets{d: d, history: storage.OpenReader(d.places.Data), pressed: make(chan pressed, pressBacklog)}
	if err == nil {
		h.fleet, err = headset.Open(headset.Config{
			Transport: transport, Desk: h, Log: d.log, Primary: choice.Primary, Profile: choice.Profile, Refused: native.Refused, Trouble: d.note,
		})
	}
	if err != nil {
		d.note("The buttons of headsets do nothing: " + err.Error() + ".")
		return nil
	}
	d.headsets.Store(h)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.work(ctx)
	}()
	d.onClose(func() {
		h.fleet.Close()
		cancel()
		<-done
	})
	return nil
}

// Lamps is what all sets show.
func (h *headsets) Lamps() cti.HeadsetLamps { return h.d.board.Snapshot().LampsFor() }

// Watch signals when there is a newer Snapshot.
func (h *headsets) Watch() (<-chan struct{}, func()) { return h.d.board.Watch() }

// Press queues what was pressed. It is called by the goroutine of a set.
func (h *headsets) Press(set string, p hid.Press) {
	select {
	case h.pressed <- pressed{set, p}:
	default:
		h.d.log.Warn("a headset's button was pressed while many wait", "button", p.Button)
	}
}

// Note tells the windows that are there.
func (h *headsets) Note(sentence string) {
	h.d.log.Info("about a headset", "said", sentence)
	h.d.server.Load().Say(sentence)
}

// work obeys one press after the other, each in the state that the one before has left.
func (h *headsets) work(ctx context.Context) {
	for {
		select {
		case p := <-h.pressed:
			if err := h.obey(ctx, p); err != nil && ctx.Err() == nil {
				h.Note(dial.Sentence(err))
			}
		case <-ctx.Done():
			return
		}
	}
}

// obey does what a press means now. The error is one sentence.
func (h *headsets) obey(ctx context.Context, p pressed) error {
	s := h.d.board.Snapshot()
	r := s.Press(p.Button)
	if p.Digit != "" {
		r = s.PressDigit(p.Digit)
	}
	h.d.log.Info("pressed at a headset", "set", p.set, "does", r.String(), slog.Bool("wish", r.Wish != cti.WishNone))
	switch {
	case r.Command != nil:
		return h.ask(ctx, r.Command)
	case r.Wish == cti.WishRedial:
		return h.redial(ctx)
	case r.Wish == cti.WishDigit:
		h.digits, h.digitAt = h.typed()+p.Digit, time.Now()
	case r.Wish == cti.WishDial && h.typed() != "":
		number := h.digits
		h.digits = ""
		return h.ask(ctx, cti.Dial{Call: cti.NewCallID(), Number: number})
	case r.Wish == cti.WishDial:
		h.d.server.Load().Raise(cti.VerbDial)
	}
	return nil
}

// typed is the number that is being typed at a keypad.
func (h *headsets) typed() string {
	if time.Since(h.digitAt) > keypadWithin {
		h.digits = ""
	}
	return h.digits
}

// redial dials whom the operator called last.
func (h *headsets) redial(ctx context.Context) error {
	page, err := h.history.Search(ctx, storage.Query{Direction: cti.Outgoing, Limit: 1})
	if err != nil {
		return err
	}
	if len(page.Rows) == 0 {
		return errors.New("nobody was called yet")
	}
	last := page.Rows[0]
	return h.ask(ctx, cti.Dial{Call: cti.NewCallID(), Line: last.Line, Number: last.Number, Route: last.Route})
}

// ask gives a command to the desk.
func (h *headsets) ask(ctx context.Context, c cti.Command) error {
	ctx, cancel := context.WithTimeout(ctx, pressWithin)
	defer cancel()
	return h.d.board.Ask(ctx, c)
}

// Devices tells which headsets are there, and what each button does now.
func (a apiAdmin) Devices() api.Devices {
	var found api.Devices
	if h := a.d.headsets.Load(); h != nil {
		found.Headsets = h.fleet.Sets()
	}
	s := a.d.board.Snapshot()
	for _, b := range cti.Buttons {
		r := s.Press(b)
		found.Buttons = append(found.Buttons, api.ButtonDoes{Button: r.Button, Does: r.Words})
	}
	return found
}

// SetHeadset chooses the primary headset, now and for the next start.
func (a apiAdmin) SetHeadset(id string) error {
	d := a.d
	d.mu.Lock()
	err := d.change(func(s *settings.Settings) { s.Headset.Primary = id })
	d.mu.Unlock()
	if h := d.headsets.Load(); err == nil && h != nil {
		h.fleet.SetPrimary(id)
	}
	return err
}
