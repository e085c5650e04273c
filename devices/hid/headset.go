package hid

import (
	"errors"
	"time"

	"cordboard/cti"
	"cordboard/devices/hid/report"
)

// Input is what a Headset is told.
type Input interface{ input() }

// Report is an input report as the device sent it.
type Report struct{ Data []byte }

// Show is what the device is to show from now on.
type Show struct{ Lamps cti.HeadsetLamps }

// Woke says that the time of Out.Wake has come.
type Woke struct{}

// WriteFailed says that a report of Out.Writes did not reach the device.
type WriteFailed struct{}

func (Report) input()      {}
func (Show) input()        {}
func (Woke) input()        {}
func (WriteFailed) input() {}

// Press is what the operator did at the device.
type Press struct {
	Button cti.Button // empty for a digit
	Digit  string
}

// Out is what follows from an Input.
type Out struct {
	Writes  [][]byte  // output reports, in this order
	Presses []Press   // for cti.ButtonFor and cti.DigitFor
	Notes   []string  // sentences for the operator, each said once for a device
	Wake    time.Time // when to give Woke; zero for never
}

// Headset is the state of one device, from its plugging in to its going. It has no clock and no goroutine: one owner calls
// its methods.
type Headset struct {
	m       *report.Map
	dec     *report.Decoder
	profile Profile
	opened  time.Time
	want    cti.HeadsetLamps

	shown  report.Lamps     // as last written
	shadow map[uint8][]byte // the last output report of each ID; what is missing has to be written
	owned  bool             // lamps are ours since a call of ours is there

	level    bool      // the hook bit of a level device
	hookAt   time.Time // Off-Hook was last written
	assertAt time.Time // the hook contradicts its lamp: write it once more then; zero for not
	asserts  int

	muteAt      time.Time // Mute was last written
	muteByHand  bool      // because the operator pressed the button of this device
	mutePressed time.Time
	locked      bool

	foreign  bool // another program has a call on the set
	released time.Time

	retryAt time.Time
	retries int
	second  time.Time // in which changes are counted
	changes int
	pressed map[cti.Button]time.Time
	said    map[string]bool
	out     Out
}

// New returns the machine for a device that was opened just now, with what it is to show.
func New(m *report.Map, p Profile, lamps cti.HeadsetLamps, now time.Time) (*Headset, Out) {
	h := &Headset{
		m: m, dec: report.NewDecoder(m), profile: p, opened: now,
		pressed: map[cti.Button]time.Time{}, said: map[string]bool{},
	}
	h.shadow = byID(m.Encode(0)) // a set that was just plugged in is dark
	return h, h.Step(Show{lamps}, now)
}

// Step takes one input. now never goes back.
func (h *Headset) Step(in Input, now time.Time) Out {
	h.out = Out{}
	switch in := in.(type) {
	case Report:
		h.take(in.Data, now)
	case Show:
		if in.Lamps != h.want {
			h.want, h.retries = in.Lamps, 0
		}
	case WriteFailed:
		h.failed(now)
	case Woke:
	}
	h.due(now)
	h.out.Wake = h.next(now)
	return h.out
}

// Locked reports whether the device keeps its microphone muted against the wish of the host: its arm is up or its switch
// says so.
func (h *Headset) Locked() bool { return h.locked }

// Busy reports whether another program has a call on the device, so that it is left alone.
func (h *Headset) Busy() bool { return h.foreign }

// due does what the time or a changed wish asks for.
func (h *Headset) due(now time.Time) {
	if h.settling(now) {
		return
	}
	if !h.retryAt.IsZero() && now.Before(h.retryAt) {
		return
	}
	h.retryAt = time.Time{}
	if !h.assertAt.IsZero() && !now.Before(h.assertAt) {
		h.assert(now)
	}
	h.light(now)
	if h.locked && !h.want.Mute && now.Sub(h.muteAt) >= RefusalAfter {
		h.locked = false
	}
}

// next is the earliest time at which due has something to do.
func (h *Headset) next(now time.Time) time.Time {
	var first time.Time
	for _, t := range []time.Time{h.assertAt, h.retryAt, h.opened.Add(Settle)} {
		if t.After(now) && (first.IsZero() || t.Before(first)) {
			first = t
		}
	}
	return first
}

func (h *Headset) settling(now time.Time) bool { return now.Sub(h.opened) < Settle }

// note says a sentence once.
func (h *Headset) note(words string) {
	if !h.said[words] {
		h.said[words] = true
		h.out.Notes = append(h.out.Notes, words)
	}
}

// take reads a report. What is wrong with it is said, and what is right in it counts.
func (h *Headset) take(data []byte, now time.Time) {
	changes, err := h.dec.Decode(data)
	for _, known := range []error{report.ErrEmptyReport, report.ErrShortReport, report.ErrLongReport} {
		if errors.Is(err, known) {
			h.note("The headset is not to be trusted: " + known.Error() + ".")
		}
	}
	for _, ch := range changes {
		h.change(ch, h.flooded(now), now)
	}
}

// flooded counts a change, and reports whether there are too many of them in this second.
func (h *Headset) flooded(now time.Time) bool {
	if now.Sub(h.second) >= time.Second {
		h.second, h.changes = now, 0
	}
	if h.changes++; h.changes <= MostChanges {
		return false
	}
	h.note("The headset sends more than a hand can press: its buttons are ignored while it does.")
	return true
}

// change obeys one change. While the set settles or floods, levels are kept and nothing is taken for a wish.
func (h *Headset) change(ch report.Change, deaf bool, now time.Time) {
	deaf = deaf || h.settling(now)
	switch {
	case ch.What == report.LineBusy:
		h.busy(ch.On, now)
	case ch.What == report.Hook && ch.Kind == report.Level:
		h.hookLevel(ch.On, deaf, now)
	case deaf:
	case ch.What == report.Hook:
		h.hookButton(ch, now)
	case ch.What == report.Mute:
		h.mute(ch, now)
	case ch.What == report.Digit:
		h.press(Press{Digit: string(ch.Digit)}, now)
	case buttons[ch.What] != "":
		h.press(Press{Button: buttons[ch.What]}, now)
	}
}

// buttons are the controls that are simply pressed. Volume belongs to the operating system.
var buttons = map[report.What]cti.Button{
	report.Flash: cti.ButtonFlash, report.Redial: cti.ButtonRedial, report.Reject: cti.ButtonReject, report.Drop: cti.ButtonDrop,
}

// press hands a press on, unless it is the same one again or another program's.
func (h *Headset) press(p Press, now time.Time) {
	key := cti.Button("digit " + p.Digit)
	if p.Digit == "" {
		key = p.Button
	}
	last, before := h.pressed[key]
	h.pressed[key] = now
	if before && now.Sub(last) < PressBounce || h.foreign || !h.counts(p) {
		return
	}
	h.out.Presses = append(h.out.Presses, p)
}

// counts reports whether a press can be meant for us: a call of ours is there, or the operator dials from the device.
func (h *Headset) counts(p Press) bool {
	if h.want.Ours {
		return true
	}
	idle := p.Digit != "" || p.Button == cti.ButtonHook || p.Button == cti.ButtonLift || p.Button == cti.ButtonRedial
	return h.profile.DialFromSet && idle
}

// busy follows Line Busy Tone. It says of a call that has one, ours or not; without one of ours it is another program's.
func (h *Headset) busy(on bool, now time.Time) {
	justOurs := !h.released.IsZero() && now.Sub(h.released) < 2*h.profile.guard()
	if on && !h.want.Ours && !h.owned && !justOurs {
		h.foreign = true
		h.note("Another program has a call on the headset: it is left alone until that is over.")
	}
	if !on {
		h.foreign = false
	}
}
