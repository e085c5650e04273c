//go:build cgo

// The quick tests, those without cgo, need no display; these do.

package hotkey

import (
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/jezek/xgb/xproto"

	"cordboard/app/e2e/screen"
)

// desktop is a display with a window that notes what is typed into it, and a set of keys.
type desktop struct {
	t     *testing.T
	s     *screen.Screen
	keys  *Keys
	news  chan string          // "down answer", "up answer"
	typed <-chan xproto.Keysym // as the window in front gets them
}

func onDesktop(t *testing.T) *desktop {
	d := &desktop{t: t, s: screen.New(t, 640, 480), news: make(chan string, 100)}
	d.keys = New(Config{
		Press:   func(b Binding) { d.news <- "down " + b.Action },
		Release: func(b Binding) { d.news <- "up " + b.Action },
		Env:     d.env,
	})
	t.Cleanup(d.keys.Close)
	return d
}

func (d *desktop) env(key string) string {
	if key == "DISPLAY" {
		return d.s.Display()
	}
	return ""
}

// bind binds "action chord" pairs and returns their states.
func (d *desktop) bind(pairs ...string) []Result {
	d.t.Helper()
	return d.keys.Bind(bindings(d.t, pairs...)).Keys
}

func bindings(t *testing.T, pairs ...string) []Binding {
	t.Helper()
	var out []Binding
	for _, p := range pairs {
		action, text, _ := strings.Cut(p, " ")
		c, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, Binding{Action: action, Chord: c})
	}
	return out
}

// told waits for news of the keys: those of each key in that order. A release may be told after the next key's press, since it
// could have been the repetition of a key that is held down.
func (d *desktop) told(want ...string) {
	d.t.Helper()
	got := map[string][]string{}
	for _, w := range want {
		select {
		case news := <-d.news:
			_, key, _ := strings.Cut(news, " ")
			got[key] = append(got[key], news)
		case <-time.After(screen.Patience):
			d.t.Fatalf("the keys say %v and not %q", got, w)
		}
	}
	for _, w := range want {
		_, key, _ := strings.Cut(w, " ")
		if len(got[key]) == 0 || got[key][0] != w {
			d.t.Fatalf("the keys say %v, want %q", got, want)
		}
		got[key] = got[key][1:]
	}
}

// openWindow puts a window of another program in front.
func (d *desktop) openWindow() {
	d.t.Helper()
	d.typed = d.s.Editor("typed")
}

// nextTyped is the key that the window gets next, by its name here; modifiers are left out.
func (d *desktop) nextTyped() string {
	d.t.Helper()
	late := time.After(screen.Patience)
	for {
		select {
		case sym := <-d.typed:
			for _, k := range keys {
				if k.sym == uint32(sym) {
					return k.name
				}
			}
		case <-late:
			d.t.Fatal("the window gets nothing")
		}
	}
}

// writes waits until the window has got that text, and nothing else.
func (d *desktop) writes(text string) {
	d.t.Helper()
	for i, r := range strings.ToUpper(text) {
		want := string(r)
		if r == ' ' {
			want = "Space"
		}
		if got := d.nextTyped(); got != want {
			d.t.Fatalf("the window gets %q in the place of %q in %q", got, want, text[:i+1])
		}
	}
}

func TestOtherWindowGetsAllButTheKeys(t *testing.T) {
	d := onDesktop(t)
	d.openWindow()
	for _, r := range d.bind("answer Ctrl+Shift+F2", "hangup Ctrl+Alt+A", "talk F9", "mute XF86AudioMicMute", "play XF86AudioPlay") {
		if r.State != Taken {
			t.Errorf("%+v", r)
		}
	}
	d.s.Write("before", 1)
	d.s.Key("ctrl+shift+F2", "ctrl+alt+a")
	d.told("down answer", "up answer", "down hangup", "up hangup")
	d.s.Write("between", 1)
	d.s.Key("XF86AudioMicMute", "XF86AudioPlay", "a")
	d.told("down mute", "up mute", "down play", "up play")
	d.s.Do("keydown", "F9")
	d.told("down talk")
	d.s.Write("while it is held", 1)
	d.s.Do("keyup", "F9")
	d.told("up talk")
	d.writes("beforebetweenawhile it is held")
}

func TestLocksDoNotMatter(t *testing.T) {
	d := onDesktop(t)
	d.bind("answer Ctrl+Alt+A")
	for _, lock := range [][]string{{"Caps_Lock"}, {"Num_Lock"}, {"Caps_Lock"}} { // one, both, the other
		d.s.Key(lock...)
		d.s.Key("ctrl+alt+a")
		d.told("down answer", "up answer")
	}
}

// A key that is held repeats itself: the server tells of it again and again, and once when it is up.
func TestRepeatIsOnePress(t *testing.T) {
	d := onDesktop(t)
	d.bind("talk F9", "answer Ctrl+Alt+A")
	x := d.keys.sys.(*x11)
	d.s.Do("keydown", "F9")
	d.told("down talk")
	again := make(chan bool)
	x.asks <- func() {
		for range 3 {
			again <- x.pressed(xproto.KeyPressEvent{Detail: d.codeOf(0xffc6)})
		}
	}
	for range 3 {
		if <-again {
			t.Error("a key that is down is pressed again")
		}
	}
	d.s.Do("keyup", "F9")
	d.told("up talk")
	d.s.Key("ctrl+alt+a")
	d.told("down answer", "up answer") // and nothing between
}

// The keys go by what is written on them: where the layout changes they move.
func TestLayoutsAreFollowed(t *testing.T) {
	d := onDesktop(t)
	d.bind("answer Ctrl+Alt+Y")
	d.s.Key("ctrl+alt+y")
	d.told("down answer", "up answer")
	z := d.codeOf('z')
	d.relabel(z, 'y')
	d.relabel(d.codeOf('y'), 'q') // the first place that said y
	d.s.Until("the key at its new place", func() bool {
		d.s.Do("keydown", "ctrl", "keydown", "alt", "key", strconv.Itoa(int(z)), "keyup", "alt", "keyup", "ctrl")
		select {
		case got := <-d.news:
			return got == "down answer"
		case <-time.After(50 * time.Millisecond):
			return false
		}
	})
}

// codeOf is the first key that gives a character, or another keysym.
func (d *desktop) codeOf(r rune) xproto.Keycode {
	d.t.Helper()
	first := xproto.Setup(d.s.Conn).MinKeycode
	m, err := xproto.GetKeyboardMapping(d.s.Conn, first, 248).Reply()
	if err != nil {
		d.t.Fatal(err)
	}
	for i, sym := range m.Keysyms {
		if sym == xproto.Keysym(r) {
			return first + xproto.Keycode(i/int(m.KeysymsPerKeycode))
		}
	}
	d.t.Fatalf("no key gives %c", r)
	return 0
}

// relabel makes a key give another character, as a change of the layout does.
func (d *desktop) relabel(code xproto.Keycode, r rune) {
	d.t.Helper()
	upper := unicode.ToUpper(r)
	err := xproto.ChangeKeyboardMappingChecked(d.s.Conn, 1, code, 2, []xproto.Keysym{xproto.Keysym(r), xproto.Keysym(upper)}).Check()
	if err != nil {
		d.t.Fatal(err)
	}
}

func TestTakenKeyIsNamed(t *testing.T) {
	d := onDesktop(t)
	first := New(Config{Env: d.env, Press: func(Binding) {}})
	defer first.Close()
	first.Bind(bindings(t, "other Ctrl+Alt+A"))
	got := d.bind("answer Ctrl+Alt+A", "hangup Ctrl+Alt+B", "again Ctrl+Alt+B", "phone F24")
	for i, want := range []struct {
		state State
		says  string
	}{
		{Conflict, `Another program has taken Ctrl+Alt+A; X11 does not tell which, it may be the desktop itself ("Openbox")`},
		{Taken, ""}, {Conflict, `Ctrl+Alt+B stands for "hangup" already`}, {Unavailable, "This keyboard has no key F24"},
	} {
		if got[i].State != want.state || !strings.HasPrefix(got[i].Why, want.says) {
			t.Errorf("%s: %s, %q; want %s, %q", got[i].Action, got[i].State, got[i].Why, want.state, want.says)
		}
	}
	first.Close() // lets go: the same wish can be met now
	d.s.Until("the key that was let go", func() bool { return d.bind("answer Ctrl+Alt+A")[0].State == Taken })
}

func TestUnboundKeysGoBackToOthers(t *testing.T) {
	d := onDesktop(t)
	d.openWindow()
	d.bind("answer F9", "hangup F8")
	d.bind("hangup F8")
	d.s.Key("F9", "F8")
	d.told("down hangup", "up hangup")
	if got := d.nextTyped(); got != "F9" {
		t.Errorf("the window gets %q", got)
	}
}

func TestWithoutDisplay(t *testing.T) {
	for _, env := range []map[string]string{{}, {"DISPLAY": ":no"}, {"DISPLAY": ":9999"}} {
		k := New(Config{Env: func(key string) string { return env[key] }})
		s := k.Bind(bindings(t, "answer F9"))
		if s.System != "" || len(s.Keys) != 1 || s.Keys[0].State != Unavailable || !strings.Contains(s.Why, "display") ||
			!strings.Contains(s.Why, "cordboard answer") || s.Keys[0].Why != s.Why {
			t.Errorf("%v: %+v", env, s)
		}
		k.Close()
	}
}

func TestDisplayGoesAway(t *testing.T) {
	d := onDesktop(t)
	changed := make(chan Status, 10)
	d.keys.cfg.Changed = func(s Status) { changed <- s }
	d.bind("answer F9")
	d.s.Down()
	for {
		select {
		case s := <-changed:
			if s.System == "" {
				if s.Keys[0].State != Unavailable || !strings.Contains(s.Why, "display has gone") {
					t.Errorf("%+v", s)
				}
				return
			}
		case <-time.After(screen.Patience):
			t.Fatal("nobody says that the display has gone away")
		}
	}
}
