//go:build cgo

// The quick tests, those without cgo, need no other program; these need dbus-daemon.

package hotkey

import (
	"bufio"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"cordboard/cti/siptest/rig"
)

const wait = 30 * time.Second

// privateBus starts a bus of the test's own and returns its address.
func privateBus(t *testing.T) string {
	t.Helper()
	rig.Need(t, "dbus-daemon")
	cmd := exec.Command("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(address)
}

// scripted is a portal whose user is the test.
type scripted struct {
	t     *testing.T
	bus   *dbus.Conn
	asked chan asked // by BindShortcuts
	ended chan dbus.ObjectPath
	now   asked // the latest; the test's only
}

// asked is a wish for keys that waits for its answer.
type asked struct {
	session, request dbus.ObjectPath
	list             []shortcut
}

// wish waits for the next wish for keys.
func (p *scripted) wish() []shortcut {
	p.t.Helper()
	p.now = receive(p.t, p.asked, "the wish for keys")
	return p.now.list
}

func servePortal(t *testing.T, address string) *scripted {
	t.Helper()
	bus, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bus.Close() })
	p := &scripted{t: t, bus: bus, asked: make(chan asked, 4), ended: make(chan dbus.ObjectPath, 4)}
	if err := bus.Export(p, portalPath, shortcuts); err != nil {
		t.Fatal(err)
	}
	if err := bus.ExportMethodTable(map[string]any{"Get": func(string, string) (dbus.Variant, *dbus.Error) { return dbus.MakeVariant(uint32(1)), nil }},
		portalPath, "org.freedesktop.DBus.Properties"); err != nil {
		t.Fatal(err)
	}
	if r, err := bus.RequestName(portalName, dbus.NameFlagDoNotQueue); err != nil || r != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("the portal's name is not to be had: %v, %v", r, err)
	}
	return p
}

func (p *scripted) path(kind string, sender dbus.Sender, token dbus.Variant) dbus.ObjectPath {
	text, _ := token.Value().(string)
	return dbus.ObjectPath(portalPath + "/" + kind + "/" + strings.ReplaceAll(strings.TrimPrefix(string(sender), ":"), ".", "_") + "/" + text)
}

// CreateSession is the portal's method.
func (p *scripted) CreateSession(sender dbus.Sender, options map[string]dbus.Variant) (dbus.ObjectPath, *dbus.Error) {
	request := p.path("request", sender, options["handle_token"])
	session := p.path("session", sender, options["session_handle_token"])
	if err := p.bus.ExportMethodTable(map[string]any{"Close": func() *dbus.Error { p.ended <- session; return nil }}, session, sessionFace); err != nil {
		return "", dbus.MakeFailedError(err)
	}
	p.emit(request, requestFace+".Response", uint32(0), map[string]dbus.Variant{"session_handle": dbus.MakeVariant(string(session))})
	return request, nil
}

// BindShortcuts is the portal's method.
func (p *scripted) BindShortcuts(sender dbus.Sender, session dbus.ObjectPath, list []shortcut, _ string, options map[string]dbus.Variant) (dbus.ObjectPath, *dbus.Error) {
	request := p.path("request", sender, options["handle_token"])
	p.asked <- asked{session, request, list}
	return request, nil
}

func (p *scripted) emit(path dbus.ObjectPath, name string, body ...any) {
	p.t.Helper()
	if err := p.bus.Emit(path, name, body...); err != nil {
		p.t.Error(err)
	}
}

// grant answers with these keys, as "action trigger".
func (p *scripted) grant(keys ...string) {
	p.emit(p.now.request, requestFace+".Response", uint32(0), map[string]dbus.Variant{"shortcuts": dbus.MakeVariant(given(keys...))})
}

func given(keys ...string) []shortcut {
	list := []shortcut{}
	for _, k := range keys {
		action, text, _ := strings.Cut(k, " ")
		list = append(list, shortcut{action, map[string]dbus.Variant{"trigger_description": dbus.MakeVariant(text)}})
	}
	return list
}

// press lets a key go down or up.
func (p *scripted) press(signal, action string) {
	p.emit(portalPath, shortcuts+"."+signal, p.now.session, action, uint64(1), map[string]dbus.Variant{})
}

// wayland is a set of keys on a desktop with a portal.
type wayland struct {
	keys    *Keys
	news    chan string
	changed chan Status
}

func onWayland(t *testing.T, address string) *wayland {
	w := &wayland{news: make(chan string, 100), changed: make(chan Status, 100)}
	env := map[string]string{"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0", "DBUS_SESSION_BUS_ADDRESS": address}
	w.keys = New(Config{
		Press: func(b Binding) { w.news <- "down " + b.Action }, Release: func(b Binding) { w.news <- "up " + b.Action },
		Changed: func(s Status) { w.changed <- s }, Env: func(key string) string { return env[key] },
	})
	t.Cleanup(w.keys.Close)
	return w
}

// until waits for a status.
func (w *wayland) until(t *testing.T, what string, ok func(Status) bool) Status {
	t.Helper()
	late := time.After(wait)
	for {
		select {
		case s := <-w.changed:
			if ok(s) {
				return s
			}
		case <-late:
			t.Fatalf("%s does not come; it is %+v", what, w.keys.Status())
		}
	}
}

func receive[T any](t *testing.T, from <-chan T, what string) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(wait):
		t.Fatalf("%s does not come", what)
	}
	return v
}

func settled(s Status) bool {
	for _, k := range s.Keys {
		if k.State == Asked {
			return false
		}
	}
	return true
}

func TestPortalGivesKeys(t *testing.T) {
	address := privateBus(t)
	p := servePortal(t, address)
	w := onWayland(t, address)
	s := w.keys.Bind(bindings(t, "answer Ctrl+Shift+F2", "talk F9", "talk XF86AudioMicMute", "mute Super+A"))
	if s.System != "desktop portal" || s.Keys[0].State != Asked || s.Keys[2].State != Conflict {
		t.Errorf("before the desktop has answered: %+v", s)
	}
	list := p.wish()
	if len(list) != 3 || list[0].Props["preferred_trigger"].Value() != "CTRL+SHIFT+F2" || list[2].Props["preferred_trigger"].Value() != "LOGO+a" {
		t.Errorf("the portal is asked for %+v", list)
	}
	p.grant("answer Press <Control><Shift>F2", "talk ")
	s = w.until(t, "the answer of the desktop", settled)
	for i, want := range []Result{{State: Taken, Trigger: "Press <Control><Shift>F2"}, {State: Unavailable}, {State: Conflict}, {State: Unavailable}} {
		if s.Keys[i].State != want.State || s.Keys[i].Trigger != want.Trigger || (want.State != Taken) != (s.Keys[i].Why != "") {
			t.Errorf("%+v, want %+v", s.Keys[i], want)
		}
	}
	for _, signal := range []string{"Activated", "Activated", "Deactivated", "Deactivated"} { // repeated: once
		p.press(signal, "answer")
	}
	p.press("Activated", "unknown")
	p.press("Activated", "talk")
	for _, want := range []string{"down answer", "up answer", "down talk"} {
		if got := receive(t, w.news, want); got != want {
			t.Errorf("the keys say %q, want %q", got, want)
		}
	}
	p.emit(p.now.session, sessionFace+".Closed", map[string]dbus.Variant{}) // a key that is down then is let go
	if got := receive(t, w.news, "the release"); got != "up talk" {
		t.Errorf("the keys say %q", got)
	}
	if s := w.keys.Status(); s.Keys[0].State != Unavailable || !strings.Contains(s.Keys[0].Why, "taken the keys back") {
		t.Errorf("after the desktop has ended it: %+v", s.Keys[0])
	}
}

func TestPortalsUserChooses(t *testing.T) {
	address := privateBus(t)
	p := servePortal(t, address)
	w := onWayland(t, address)
	w.keys.Bind(bindings(t, "answer F9"))
	p.wish()
	p.emit(p.now.request, requestFace+".Response", uint32(1), map[string]dbus.Variant{})
	s := w.until(t, "the refusal", settled)
	if s.Keys[0].State != Unavailable || !strings.Contains(s.Keys[0].Why, "did not give") {
		t.Errorf("%+v", s)
	}
	p.emit(portalPath, shortcuts+".ShortcutsChanged", p.now.session, given("answer F10"))
	w.until(t, "the key chosen later", func(s Status) bool { return s.Keys[0].State == Taken && s.Keys[0].Trigger == "F10" })

	first := p.now.session
	w.keys.Bind(bindings(t, "answer F8")) // other keys: a new session
	if got := receive(t, p.ended, "the end of the first session"); got != first {
		t.Errorf("the session %s is ended, not %s", got, first)
	}
	if list := p.wish(); list[0].Props["preferred_trigger"].Value() != "F8" {
		t.Errorf("the portal is asked for %+v", list)
	}
}

func TestWithoutPortal(t *testing.T) {
	address := privateBus(t)
	for name, bus := range map[string]string{"no portal": address, "no bus": "unix:path=/nonexistent/bus", "no address": ""} {
		w := onWayland(t, bus)
		s := w.keys.Bind(bindings(t, "answer F9"))
		if s.System != "" || s.Keys[0].State != Unavailable || !strings.Contains(s.Why, "offers no system-wide keys") || !strings.Contains(s.Why, "cordboard answer") {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestBusGoesAway(t *testing.T) {
	address := privateBus(t)
	p := servePortal(t, address)
	w := onWayland(t, address)
	w.keys.Bind(bindings(t, "answer F9"))
	p.wish()
	w.keys.mu.Lock()
	sys := w.keys.sys.(*portal)
	w.keys.mu.Unlock()
	_ = sys.bus.Close() // as when the bus ends
	s := w.until(t, "the loss", func(s Status) bool { return s.System == "" })
	if s.Keys[0].State != Unavailable || !strings.Contains(s.Why, "portal has gone away") {
		t.Errorf("%+v", s)
	}
}
