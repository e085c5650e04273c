package hotkey

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/godbus/dbus/v5"
)

// Names of the desktop portal (org.freedesktop.portal.GlobalShortcuts, version 1).
const (
	portalName    = "org.freedesktop.portal.Desktop"
	portalPath    = "/org/freedesktop/portal/desktop"
	shortcuts     = "org.freedesktop.portal.GlobalShortcuts"
	requestFace   = "org.freedesktop.portal.Request"
	sessionFace   = "org.freedesktop.portal.Session"
	applicationID = "org.cordboard.Cordboard" // that of the desktop entry
)

// portalPatience is how long the portal may take for what needs no answer of its user.
const portalPatience = 5 * time.Second

// portal takes keys from the desktop itself: it shows them to its user, who may choose others, and tells when one is pressed.
type portal struct {
	k    *Keys
	bus  *dbus.Conn
	done chan struct{}

	mu       sync.Mutex // guards what follows; bind writes, the reader of signals reads
	session  dbus.ObjectPath
	requests map[dbus.ObjectPath]func(code uint32, results map[string]dbus.Variant)
	wanted   map[string]Binding // by ID, which is the action
	held     map[string]Binding
	count    int
}

// openPortal finds the portal, and says why there is none.
func openPortal(k *Keys) (system, error) {
	bus, err := sessionBus(k)
	if err != nil {
		return nil, noPortal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), portalPatience)
	defer cancel()
	var version dbus.Variant
	object := bus.Object(portalName, portalPath)
	if err := object.CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, shortcuts, "version").Store(&version); err != nil {
		return nil, errors.Join(noPortal(err), bus.Close())
	}
	// Programs outside of a sandbox may say who they are; older portals do not know this, and find out by themselves.
	_ = object.CallWithContext(ctx, "org.freedesktop.host.portal.Registry.Register", 0, applicationID, map[string]dbus.Variant{}).Err
	p := &portal{k: k, bus: bus, done: make(chan struct{}), requests: map[dbus.ObjectPath]func(uint32, map[string]dbus.Variant){}, held: map[string]Binding{}}
	signals := make(chan *dbus.Signal, 64)
	bus.Signal(signals)
	for _, face := range []string{shortcuts, requestFace, sessionFace} {
		if err := bus.AddMatchSignalContext(ctx, dbus.WithMatchSender(portalName), dbus.WithMatchInterface(face)); err != nil {
			return nil, errors.Join(noPortal(err), bus.Close())
		}
	}
	go p.read(signals)
	return p, nil
}

// sessionBus connects to the bus that is there. It never starts one, as the library would: nobody would end it.
func sessionBus(k *Keys) (*dbus.Conn, error) {
	address := k.cfg.Env("DBUS_SESSION_BUS_ADDRESS")
	if dir := k.cfg.Env("XDG_RUNTIME_DIR"); address == "" && dir != "" {
		address = "unix:path=" + filepath.Join(dir, "bus")
	}
	if address == "" {
		return nil, errors.New("there is no session bus")
	}
	return dbus.Connect(address)
}

func noPortal(err error) error {
	return fmt.Errorf("this Wayland desktop offers no system-wide keys: its portal for global shortcuts does not answer (%w). %s", err, localKeys)
}

// read handles signals until the bus is gone.
func (p *portal) read(signals <-chan *dbus.Signal) {
	defer close(p.done)
	for s := range signals {
		switch s.Name {
		case requestFace + ".Response":
			p.response(s)
		case shortcuts + ".Activated", shortcuts + ".Deactivated":
			p.moved(s, s.Name == shortcuts+".Activated")
		case shortcuts + ".ShortcutsChanged":
			p.changed(s)
		case sessionFace + ".Closed":
			p.closed(s)
		}
	}
	p.k.lost(p, "The desktop's portal has gone away, and with it the system-wide keys.")
}

// bind implements system. A session takes keys once only, so each time it is a new one.
func (p *portal) bind(wanted []Binding) {
	p.endSession()
	byID := map[string]Binding{}
	var list []shortcut
	for _, b := range wanted {
		if first, known := byID[b.Action]; known {
			p.k.update(p, b.is(Conflict, fmt.Sprintf("The desktop gives one key for each command, and %q has %s.", b.Action, first.Chord)))
			continue
		}
		byID[b.Action] = b
		list = append(list, shortcut{b.Action, map[string]dbus.Variant{
			"description": dbus.MakeVariant(b.About), "preferred_trigger": dbus.MakeVariant(trigger(b.Chord)),
		}})
	}
	p.mu.Lock()
	p.wanted = byID
	p.mu.Unlock()
	if len(list) == 0 {
		return
	}
	if err := p.begin(list); err != nil {
		p.refuse(sentence(fmt.Errorf("the desktop does not give keys: %w", err)))
	}
}

// shortcut is an entry of a list of the portal: (sa{sv}).
type shortcut struct {
	ID    string
	Props map[string]dbus.Variant
}

// trigger writes a chord as the portal does (XDG shortcuts specification).
func trigger(c Chord) string {
	var parts []string
	for _, m := range []struct {
		mod  Mods
		name string
	}{{Ctrl, "CTRL"}, {Alt, "ALT"}, {Shift, "SHIFT"}, {Super, "LOGO"}} {
		if c.Mods&m.mod != 0 {
			parts = append(parts, m.name)
		}
	}
	k, _ := keyNamed(c.Key)
	return strings.Join(append(parts, k.xkb), "+")
}

// begin opens a session, and asks for the keys. The desktop may ask its user about them, so that answer may be long in coming.
func (p *portal) begin(list []shortcut) error {
	opened := make(chan error, 1)
	err := p.request("CreateSession", func(code uint32, results map[string]dbus.Variant) {
		opened <- p.opened(code, results)
	}, func(options map[string]dbus.Variant) []any {
		options["session_handle_token"] = options["handle_token"]
		return []any{options}
	})
	if err != nil {
		return err
	}
	select {
	case err := <-opened:
		if err != nil {
			return err
		}
	case <-time.After(portalPatience):
		return errors.New("its portal does not answer")
	case <-p.done:
		return errors.New("its portal has gone away")
	}
	p.mu.Lock()
	session := p.session
	p.mu.Unlock()
	return p.request("BindShortcuts", p.granted, func(options map[string]dbus.Variant) []any {
		return []any{session, list, "", options}
	})
}

// opened keeps the handle of a new session.
func (p *portal) opened(code uint32, results map[string]dbus.Variant) error {
	handle, ok := results["session_handle"].Value().(string) // a string and not a path, as the portal's page admits
	if code != 0 || !ok {
		return fmt.Errorf("it refuses a session (%d)", code)
	}
	p.mu.Lock()
	p.session = dbus.ObjectPath(handle)
	p.mu.Unlock()
	return nil
}

// request calls a method that answers by a signal. The path of the request is known before, so that no answer is missed
// (org.freedesktop.portal.Request).
func (p *portal) request(method string, answer func(uint32, map[string]dbus.Variant), args func(options map[string]dbus.Variant) []any) error {
	sender := strings.ReplaceAll(strings.TrimPrefix(p.bus.Names()[0], ":"), ".", "_")
	p.mu.Lock()
	p.count++
	token := fmt.Sprintf("cordboard%d", p.count)
	path := dbus.ObjectPath(portalPath + "/request/" + sender + "/" + token)
	p.requests[path] = answer
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), portalPatience)
	defer cancel()
	options := map[string]dbus.Variant{"handle_token": dbus.MakeVariant(token)}
	err := p.bus.Object(portalName, portalPath).CallWithContext(ctx, shortcuts+"."+method, 0, args(options)...).Err
	if err != nil {
		p.mu.Lock()
		delete(p.requests, path)
		p.mu.Unlock()
	}
	return err
}

// response hands the answer of a request to who waits for it.
func (p *portal) response(s *dbus.Signal) {
	var code uint32
	var results map[string]dbus.Variant
	if dbus.Store(s.Body, &code, &results) != nil {
		return // not what the specification says; the key stays asked for
	}
	p.mu.Lock()
	answer := p.requests[s.Path]
	delete(p.requests, s.Path)
	p.mu.Unlock()
	if answer != nil {
		answer(code, results)
	}
}

// granted takes the desktop's answer about the keys.
func (p *portal) granted(code uint32, results map[string]dbus.Variant) {
	var list []shortcut
	switch {
	case code == 1:
		p.refuse("The desktop's user did not give the keys.")
	case code != 0 || results["shortcuts"].Store(&list) != nil:
		p.refuse("The desktop does not give the keys.")
	default:
		p.told(list)
	}
}

// changed takes note that the desktop's user chose other keys.
func (p *portal) changed(s *dbus.Signal) {
	var session dbus.ObjectPath
	var list []shortcut
	if dbus.Store(s.Body, &session, &list) == nil && p.ours(session) {
		p.told(list)
	}
}

// told reports which keys the desktop has given.
func (p *portal) told(list []shortcut) {
	given := map[string]string{}
	for _, s := range list {
		text, _ := s.Props["trigger_description"].Value().(string)
		given[s.ID] = text
	}
	p.mu.Lock()
	wanted := p.wanted
	p.mu.Unlock()
	for id, b := range wanted {
		text, ok := given[id]
		r := b.is(Taken, "")
		switch r.Trigger = text; {
		case !ok:
			r = b.is(Unavailable, "The desktop did not give this key.")
		case text == "":
			r = b.is(Unavailable, "The desktop has given it no key: choose one in the desktop's settings.")
		}
		p.k.update(p, r)
	}
}

// refuse says of all keys that they are not to be had.
func (p *portal) refuse(why string) {
	p.mu.Lock()
	wanted := p.wanted
	p.mu.Unlock()
	for _, b := range wanted {
		p.k.update(p, b.is(Unavailable, why))
	}
}

// moved reports a key that went down or up.
func (p *portal) moved(s *dbus.Signal, down bool) {
	if len(s.Body) < 2 {
		return
	}
	session, _ := s.Body[0].(dbus.ObjectPath)
	id, _ := s.Body[1].(string)
	if !p.ours(session) {
		return
	}
	p.mu.Lock()
	b, known := p.wanted[id]
	_, held := p.held[id]
	switch {
	case down && known:
		p.held[id] = b
	case !down:
		delete(p.held, id)
	}
	p.mu.Unlock()
	switch {
	case !known || down == held: // not ours, or repeated
	case down:
		p.k.cfg.Press(b)
	default:
		p.k.cfg.Release(b)
	}
}

func (p *portal) ours(session dbus.ObjectPath) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return session != "" && session == p.session
}

// closed takes note that the desktop has ended the session.
func (p *portal) closed(s *dbus.Signal) {
	if p.ours(s.Path) {
		p.refuse("The desktop has taken the keys back.")
		p.release()
	}
}

// endSession gives all keys back.
func (p *portal) endSession() {
	p.mu.Lock()
	session := p.session
	p.session, p.wanted = "", nil
	p.mu.Unlock()
	p.release()
	if session != "" {
		_ = p.bus.Object(portalName, session).Call(sessionFace+".Close", dbus.FlagNoReplyExpected).Err // it ends with the bus at the latest
	}
}

// release lets go of the keys that are down: nobody would tell any more.
func (p *portal) release() {
	p.mu.Lock()
	held := p.held
	p.held = map[string]Binding{}
	p.mu.Unlock()
	for _, b := range held {
		p.k.cfg.Release(b)
	}
}

// close implements system.
func (p *portal) close() {
	p.endSession()
	_ = p.bus.Close() // nothing is waited for
	<-p.done
}
