package hid_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"cordboard/cti"
	"cordboard/devices/fake"
	"cordboard/devices/hid"
	"cordboard/devices/hid/hidtest"
	"cordboard/devices/hid/report"
)

// desk is a hid.Desk over the real domain: presses become commands by the decision table, and lamps follow from the calls.
type desk struct {
	t       *testing.T
	mu      sync.Mutex
	s       cti.State
	presses []hid.Press
	wishes  []cti.Wish
	notes   []string
	changed chan struct{}
}

func newDesk(t *testing.T) *desk {
	line := cti.Line{Config: cti.LineConfig{ID: "desk", Name: "Desk", Server: "pbx.example.org"}, Reg: cti.Registration{State: cti.RegOK}}
	return &desk{t: t, s: cti.State{Lines: []cti.Line{line}}, changed: make(chan struct{}, 1)}
}

func (d *desk) Lamps() cti.HeadsetLamps {
	d.mu.Lock()
	defer d.mu.Unlock()
	return cti.LampsFor(d.s)
}

func (d *desk) Changed() <-chan struct{} { return d.changed }

func (d *desk) Press(p hid.Press) {
	d.mu.Lock()
	d.presses = append(d.presses, p)
	r := cti.ButtonFor(d.s, p.Button)
	if p.Digit != "" {
		r = cti.DigitFor(d.s, p.Digit)
	}
	if r.Wish != cti.WishNone {
		d.wishes = append(d.wishes, r.Wish)
	}
	d.mu.Unlock()
	if r.Command != nil {
		d.do(r.Command)
	}
}

func (d *desk) Note(words string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.notes = append(d.notes, words)
}

// do gives inputs to the domain, none of which may be turned down.
func (d *desk) do(inputs ...cti.Input) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, in := range inputs {
		next, _, err := cti.Step(d.s, in, time.Now())
		if err != nil {
			d.t.Errorf("%s: %v", in.Kind(), err)
		}
		d.s = next
	}
	select {
	case d.changed <- struct{}{}:
	default:
	}
}

// call is the state of a call.
func (d *desk) call(id cti.CallID) cti.Call {
	d.mu.Lock()
	defer d.mu.Unlock()
	c, _ := d.s.Call(id)
	return c
}

// pressed takes the presses since it was last asked.
func (d *desk) pressed() []hid.Press {
	d.mu.Lock()
	defer d.mu.Unlock()
	p := d.presses
	d.presses = nil
	return p
}

// told reports whether a note with these words was given.
func (d *desk) told(words string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return strings.Contains(strings.Join(d.notes, "\n"), words)
}

// Inputs that set a scene.
var (
	offered  = cti.Offered{Call: "x", Line: "desk", Number: "2044"}
	second   = cti.Offered{Call: "y", Line: "desk", Number: "2055"}
	answer   = cti.Answer{Call: "x"}
	talking  = cti.Connected{Call: "x"}
	outgoing = cti.Dial{Call: "x", Number: "2044"}
)

// synthetic is the capability map of one of the synthetic descriptors.
func synthetic(t testing.TB, name string) *report.Map {
	t.Helper()
	m, err := hid.Open(hidtest.Descriptor(t, filepath.Join("report", "testdata", "synthetic", name+".hex")))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// scene is a device in service under a fake clock.
type scene struct {
	*desk
	dev  *fake.Headset
	stop context.CancelFunc
	err  chan error
}

// play runs a scene with a synthetic device.
func play(t *testing.T, name string, habits fake.Habits, p hid.Profile, act func(s *scene)) {
	t.Helper()
	playWith(t, synthetic(t, name), habits, p, act)
}

// playWith runs a scene with a device: it is plugged in and has settled when act begins, and is let go at the end.
func playWith(t *testing.T, m *report.Map, habits fake.Habits, p hid.Profile, act func(s *scene)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		s := d.plug(m, habits, p)
		s.wait(time.Second)
		act(s)
		s.stop()
		if err := <-s.err; err != nil && !errors.Is(err, hid.ErrGone) {
			t.Errorf("the device was given up: %v", err)
		}
		time.Sleep(time.Minute) // what the firmware still had to do
	})
}

// plug brings a device.
func (d *desk) plug(m *report.Map, habits fake.Habits, p hid.Profile) *scene {
	ctx, stop := context.WithCancel(context.Background())
	s := &scene{desk: d, dev: fake.NewHeadset(m, habits), stop: stop, err: make(chan error, 1)}
	go func() { s.err <- hid.Serve(ctx, s.dev, m, p, d) }()
	return s
}

// wait lets time pass on the fake clock, and everything happen that follows.
func (s *scene) wait(d time.Duration) {
	synctest.Wait()
	time.Sleep(d)
	synctest.Wait()
}

// shows checks the lamps of the device.
func (s *scene) shows(want ...report.Lamp) {
	s.t.Helper()
	if got := s.dev.Lamps() &^ report.LampSet(report.OnLine); got != report.LampSet(want...) {
		s.t.Errorf("the device shows %s, not %s", got, report.LampSet(want...))
	}
}

// is checks how far a call has come.
func (s *scene) is(id cti.CallID, want cti.Phase) {
	s.t.Helper()
	if got := s.call(id).Phase; got != want {
		s.t.Errorf("the call %s is %s, not %s", id, got, want)
	}
}
