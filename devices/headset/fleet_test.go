package headset

import (
	"context"
	"io/fs"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"cordboard/cti"
	"cordboard/devices/fake"
	"cordboard/devices/hid"
	"cordboard/devices/hid/report"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// basic describes a headset with hook (a level), mute and redial, and lamps for off-hook, mute and ring.
var basic = []byte{
	0x05, 0x0b, 0x09, 0x05, 0xa1, 0x01, // telephony page, headset, application
	0x15, 0x00, 0x25, 0x01, 0x75, 0x01, // 0..1, one bit each
	0x09, 0x20, 0x95, 0x01, 0x81, 0x22, // hook switch: absolute, no preferred state
	0x09, 0x2f, 0x09, 0x24, 0x95, 0x02, 0x81, 0x06, // phone mute, redial: relative
	0x95, 0x05, 0x81, 0x03, // padding
	0x05, 0x08, 0x09, 0x17, 0x09, 0x09, 0x09, 0x18, 0x95, 0x03, 0x91, 0x22, // lamps
	0x95, 0x05, 0x91, 0x03,
	0xc0,
}

// mouse describes something that is none of ours.
var mouse = []byte{0x05, 0x01, 0x09, 0x02, 0xa1, 0x01, 0x09, 0x30, 0x15, 0x00, 0x25, 0x7f, 0x75, 0x08, 0x95, 0x01, 0x81, 0x06, 0xc0}

// dark describes a set that takes no lamps.
var dark = []byte{0x05, 0x0b, 0x09, 0x05, 0xa1, 0x01, 0x09, 0x20, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x01, 0x81, 0x22, 0x95, 0x07, 0x81, 0x03, 0xc0}

// shelf is a transport with sets on it that a test takes away and puts back.
type shelf struct {
	mu      sync.Mutex
	sets    map[string]*fake.Headset // by path; nil for what cannot be driven
	infos   []hid.Info
	texts   map[string][]byte
	refuse  error
	changed chan struct{}
}

func newShelf() *shelf {
	return &shelf{sets: map[string]*fake.Headset{}, texts: map[string][]byte{}, changed: make(chan struct{}, 1)}
}

// plug puts a set there.
func (s *shelf) plug(t *testing.T, path string, product uint16, text []byte) *fake.Headset {
	t.Helper()
	d, err := report.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	set := fake.NewHeadset(report.NewMap(d), fake.Habits{})
	s.mu.Lock()
	s.sets[path], s.texts[path] = set, text
	s.infos = append(s.infos, hid.Info{Path: path, VendorID: 0x1209, ProductID: product, Name: "Set " + path})
	s.mu.Unlock()
	s.changed <- struct{}{}
	return set
}

func (s *shelf) unplug(path string) {
	s.mu.Lock()
	s.sets[path].Unplug()
	s.infos = slices.DeleteFunc(s.infos, func(i hid.Info) bool { return i.Path == path })
	s.mu.Unlock()
	s.changed <- struct{}{}
}

func (s *shelf) List() ([]hid.Info, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.infos), nil
}

func (s *shelf) Descriptor(i hid.Info) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.texts[i.Path], nil
}

func (s *shelf) Open(i hid.Info) (hid.Device, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse != nil {
		return nil, s.refuse
	}
	return s.sets[i.Path], nil
}

func (s *shelf) Watch(ctx context.Context) (<-chan struct{}, error) {
	context.AfterFunc(ctx, func() { close(s.changed) })
	return s.changed, nil
}

// desk keeps what sets ask for, and says what they are to show.
type desk struct {
	mu      sync.Mutex
	lamps   cti.HeadsetLamps
	watch   []chan struct{}
	pressed []string
	notes   []string
}

func (d *desk) show(l cti.HeadsetLamps) {
	d.mu.Lock()
	d.lamps = l
	for _, c := range d.watch {
		c <- struct{}{}
	}
	d.mu.Unlock()
	synctest.Wait()
}

func (d *desk) Lamps() cti.HeadsetLamps {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lamps
}

func (d *desk) Watch() (<-chan struct{}, func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := make(chan struct{}, 8)
	d.watch = append(d.watch, c)
	return c, func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.watch = slices.DeleteFunc(d.watch, func(o chan struct{}) bool { return o == c })
	}
}

func (d *desk) Press(set string, p hid.Press) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pressed = append(d.pressed, set+" "+string(p.Button)+p.Digit)
}

func (d *desk) Note(sentence string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.notes = append(d.notes, sentence)
}

// told gives the sentences for the operator.
func (d *desk) told() []string {
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.notes)
}

// took gives what was pressed since it was asked last.
func (d *desk) took() string {
	synctest.Wait()
	d.mu.Lock()
	defer d.mu.Unlock()
	words := strings.Join(d.pressed, ", ")
	d.pressed = nil
	return words
}

func open(t *testing.T, s *shelf, d *desk, p hid.Profile) *Fleet {
	t.Helper()
	f, err := Open(Config{
		Transport: s, Desk: d, Log: slog.New(slog.DiscardHandler), Refused: "Install the rule.", Trouble: d.Note,
		Profile: func(hid.Info) hid.Profile { return p },
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// settle lets a set that was just opened become one whose buttons count.
func settle() {
	time.Sleep(2 * hid.Settle)
	synctest.Wait()
}

var ringing = cti.HeadsetLamps{Ours: true, Ring: true}
var talking = cti.HeadsetLamps{Ours: true, OffHook: true}

// TestRingAnswerReplug: a call rings at the set and is answered there; the set is pulled and comes back under its old
// name, and shows the call again.
func TestRingAnswerReplug(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, d := newShelf(), &desk{}
		f := open(t, s, d, hid.Profile{})
		defer f.Close()
		set := s.plug(t, "a", 1, basic)
		settle()
		d.show(ringing)
		if !set.Lamps().Has(report.Ring) {
			t.Fatalf("lamps %s", set.Lamps())
		}
		set.Press(report.Hook)
		if got := d.took(); got != "1209:0001 hook" {
			t.Errorf("pressed %q", got)
		}
		d.show(talking)
		s.unplug("a")
		synctest.Wait()
		if sets := f.Sets(); len(sets) != 0 {
			t.Errorf("still listed: %v", sets)
		}
		set = s.plug(t, "a", 1, basic)
		settle()
		if !set.Lamps().Has(report.OffHook) {
			t.Errorf("after plugging it in again: lamps %s", set.Lamps())
		}
		if told := d.told(); len(told) != 0 {
			t.Errorf("notes %q", told)
		}
	})
}

// TestSeveral: all sets show the call and may answer it; without one only the primary starts calls.
func TestSeveral(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, d := newShelf(), &desk{}
		f := open(t, s, d, hid.Profile{DialFromSet: true})
		defer f.Close()
		a, b := s.plug(t, "a", 1, basic), s.plug(t, "b", 2, basic)
		settle()
		for primary, want := range map[string]string{"": "1209:0001 redial", "1209:0002": "1209:0002 redial"} {
			f.SetPrimary(primary)
			a.Press(report.Redial)
			b.Press(report.Redial)
			if got := d.took(); got != want {
				t.Errorf("primary %q: %q", primary, got)
			}
			time.Sleep(time.Second)
		}
		d.show(ringing)
		if !a.Lamps().Has(report.Ring) || !b.Lamps().Has(report.Ring) {
			t.Errorf("lamps %s and %s", a.Lamps(), b.Lamps())
		}
		a.Press(report.Hook)
		if got := d.took(); got != "1209:0001 hook" {
			t.Errorf("the other set: %q", got)
		}
		if sets := f.Sets(); len(sets) != 2 || !sets[0].Primary || sets[0].ID != "1209:0002" || sets[1].Primary {
			t.Errorf("listed %+v", sets)
		}
	})
}

// TestRefused: udev gets its time; after that the set is listed with what to do, once, and is taken as soon as it may be.
func TestRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, d := newShelf(), &desk{}
		s.refuse = &fs.PathError{Op: "open", Path: "a", Err: fs.ErrPermission}
		f := open(t, s, d, hid.Profile{})
		defer f.Close()
		s.plug(t, "a", 1, basic)
		settle()
		if told := d.told(); len(told) != 0 {
			t.Errorf("too early: %q", told)
		}
		time.Sleep(2 * patience)
		for range 2 {
			s.changed <- struct{}{}
			synctest.Wait()
		}
		sets, told := f.Sets(), d.told()
		if len(sets) != 1 || !sets[0].Denied || !strings.HasSuffix(sets[0].Trouble, "Install the rule.") || len(told) != 1 {
			t.Errorf("%+v, notes %q", sets, told)
		}
		s.mu.Lock()
		s.refuse = nil
		s.mu.Unlock()
		s.changed <- struct{}{}
		synctest.Wait()
		if sets := f.Sets(); !sets[0].Open || sets[0].Trouble != "" || sets[0].Denied {
			t.Errorf("after the rule: %+v", sets)
		}
	})
}

// TestUseless: a set that takes no lamps is listed with the reason, and a mouse is not listed.
func TestUseless(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, d := newShelf(), &desk{}
		f := open(t, s, d, hid.Profile{})
		defer f.Close()
		s.plug(t, "a", 1, mouse)
		s.plug(t, "b", 2, dark)
		settle()
		sets := f.Sets()
		if len(sets) != 1 || sets[0].ID != "1209:0002" || sets[0].Open || !strings.Contains(sets[0].Trouble, "takes no lamps") {
			t.Errorf("%+v", sets)
		}
	})
}
