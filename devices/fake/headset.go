package fake

import (
	"bytes"
	"slices"
	"sync"
	"time"

	"cordboard/devices/hid"
	"cordboard/devices/hid/report"
)

// Habits are how a virtual headset behaves; the zero value is a well-behaved one.
type Habits struct {
	Silent    bool          // never echoes Off-Hook
	Hesitates time.Duration // sends hook off that long after Off-Hook went on, before it echoes
	Locked    bool          // refuses to unmute: its arm is up
}

// Times of a virtual headset, as measured at real ones.
const (
	EchoAfter   = 20 * time.Millisecond
	RefuseAfter = 300 * time.Millisecond
	RevertAfter = 2 * time.Second // a press that the host does not acknowledge is forgotten
)

// Headset is a hid.Device with the handshake of real sets: its hook bit follows Off-Hook, a press is taken back when the
// host does not acknowledge it, mute is asked for by a pulse. Any goroutine may call its methods.
type Headset struct {
	mu      sync.Mutex
	m       *report.Map
	habits  Habits
	levels  map[report.What]bool
	lamps   report.Lamps
	written [][]byte
	refuse  error         // of Write
	hang    chan struct{} // Write waits for it when not nil

	reports chan []byte
	gone    chan struct{}
	once    sync.Once
}

// NewHeadset returns a device with these abilities.
func NewHeadset(m *report.Map, habits Habits) *Headset {
	return &Headset{m: m, habits: habits, levels: map[report.What]bool{}, reports: make(chan []byte, 256), gone: make(chan struct{})}
}

// Read gives the next input report.
func (h *Headset) Read(buf []byte) (int, error) {
	select {
	case r := <-h.reports:
		return copy(buf, r), nil
	case <-h.gone:
		return 0, hid.ErrGone
	}
}

// Write takes an output report as the firmware does: lamps change, and the hook bit follows.
func (h *Headset) Write(r []byte) error {
	h.mu.Lock()
	hang := h.hang
	h.mu.Unlock()
	if hang != nil {
		select {
		case <-hang:
		case <-h.gone:
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-h.gone:
		return hid.ErrGone
	default:
	}
	if h.refuse != nil {
		return h.refuse
	}
	h.written = append(h.written, bytes.Clone(r))
	on, carried := h.m.LampsIn(r)
	before := h.lamps
	h.lamps = h.lamps&^carried | on
	h.react(before)
	return nil
}

// react is what the firmware does about changed lamps. Off-Hook is answered whenever it is written.
func (h *Headset) react(before report.Lamps) {
	offHook := h.lamps.Has(report.OffHook)
	if c, ok := h.m.Control(report.Hook); ok && c.Kind == report.Level && !h.habits.Silent {
		if h.habits.Hesitates > 0 && offHook && !before.Has(report.OffHook) {
			time.AfterFunc(h.habits.Hesitates, func() { h.setLevels(!offHook) })
			time.AfterFunc(h.habits.Hesitates+EchoAfter, h.follow)
		} else {
			time.AfterFunc(EchoAfter, h.follow)
		}
	}
	if h.habits.Locked && before.Has(report.Muted) && !h.lamps.Has(report.Muted) {
		time.AfterFunc(RefuseAfter, func() { h.Press(report.Mute) })
	}
}

// follow makes the hook bit what Off-Hook is.
func (h *Headset) follow() {
	h.mu.Lock()
	on := h.lamps.Has(report.OffHook)
	h.mu.Unlock()
	h.setLevels(on)
}

// setLevels sends hook and line busy when they change.
func (h *Headset) setLevels(hook bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.levels[report.Hook] != hook {
		h.levels[report.Hook], h.levels[report.LineBusy] = hook, hook
		h.send(report.Hook, nil)
	}
}

// Press pushes a button: the hook of a level device changes over and waits for the host, all others send a pulse.
func (h *Headset) Press(w report.What) {
	c, ok := h.m.Control(w)
	if !ok {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if c.Kind == report.Level {
		h.levels[w] = !h.levels[w]
		h.send(w, nil)
		if w == report.Hook && !h.habits.Silent {
			time.AfterFunc(RevertAfter, h.follow)
		}
		return
	}
	h.send(w, &c)
	h.send(w, nil)
}

// Foreign switches Line Busy Tone as a call of another program does.
func (h *Headset) Foreign(on bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.levels[report.LineBusy] = on
	h.send(report.LineBusy, nil)
}

// send queues the report that a control is in, with all levels, and with one button pressed. A full queue drops, as USB does.
func (h *Headset) send(w report.What, pressed *report.Control) {
	in, ok := h.m.Control(w)
	if !ok {
		return
	}
	payload := make([]byte, h.m.InputLength(in.Report))
	for _, c := range h.m.Controls {
		if c.Report == in.Report && c.Kind == report.Level && h.levels[c.What] {
			report.SetBits(payload, c.Bit, c.Size, 1)
		}
	}
	if pressed != nil {
		report.SetBits(payload, pressed.Bit, pressed.Size, max(pressed.First, 1))
	}
	if h.m.Numbered {
		payload = append([]byte{in.Report}, payload...)
	}
	h.queue(payload)
}

// Send queues any bytes as an input report.
func (h *Headset) Send(r []byte) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.queue(r)
}

func (h *Headset) queue(r []byte) {
	select {
	case h.reports <- r:
	default:
	}
}

// Lamps are those that are on.
func (h *Headset) Lamps() report.Lamps {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.lamps
}

// Written takes the output reports since it was last asked.
func (h *Headset) Written() [][]byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	w := slices.Clone(h.written)
	h.written = nil
	return w
}

// Refuse makes Write fail; nil lets it work again.
func (h *Headset) Refuse(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refuse = err
}

// Hang makes Write wait until the device is unplugged or closed.
func (h *Headset) Hang() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.hang = make(chan struct{})
}

// Unplug takes the device away: Read and Write fail.
func (h *Headset) Unplug() { h.once.Do(func() { close(h.gone) }) }

// Close ends a Read that waits.
func (h *Headset) Close() error { h.Unplug(); return nil }
