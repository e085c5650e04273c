package hotkey

import (
	"fmt"
	"io"
	"log"
	"slices"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

func init() {
	xgb.Logger = log.New(io.Discard, "", 0) // it prints a line when there is no ~/.Xauthority
}

// releasePoll is how often a key that is down is looked at.
const releasePoll = 20 * time.Millisecond

// grab is a key of the keyboard with modifiers, without the locks.
type grab struct {
	code xproto.Keycode
	mods uint16
}

// x11 takes keys from an X server. One goroutine owns what follows asks.
//
// A grab takes the whole keyboard away from the window that has it until the key is up again. So each is a synchronous one,
// which keeps what is typed meanwhile in the server, and is let go of at once: nothing that is typed gets lost, even while
// a key for talking is held. When the key goes up is then seen by asking.
type x11 struct {
	k    *Keys
	conn *xgb.Conn
	root xproto.Window
	asks chan func()
	quit chan struct{}
	done chan struct{}

	wanted []Binding
	locks  []uint16 // all sets of lock modifiers, the empty one first
	grabs  map[grab]Binding
	held   map[xproto.Keycode]Binding
}

func openX11(k *Keys, display string) (system, error) {
	conn, err := xgb.NewConnDisplay(display)
	if err != nil {
		return nil, fmt.Errorf("the display %s does not answer (%w), so no key can be taken. %s", display, err, localKeys)
	}
	x := &x11{
		k: k, conn: conn, root: xproto.Setup(conn).DefaultScreen(conn).Root,
		asks: make(chan func()), quit: make(chan struct{}), done: make(chan struct{}),
		grabs: map[grab]Binding{}, held: map[xproto.Keycode]Binding{},
	}
	events := make(chan xgb.Event)
	go x.read(events)
	go x.run(events)
	return x, nil
}

// read hands events to run, and closes the channel when the connection is gone.
func (x *x11) read(events chan<- xgb.Event) {
	defer close(events)
	for {
		e, err := x.conn.WaitForEvent()
		if e == nil && err == nil {
			return
		}
		if e == nil {
			continue // an error of a request that nobody waited for
		}
		select {
		case events <- e:
		case <-x.done:
			return
		}
	}
}

// bind implements system.
func (x *x11) bind(wanted []Binding) {
	finished := make(chan struct{})
	ask := func() {
		x.wanted = wanted
		x.grabAll()
		close(finished)
	}
	select {
	case x.asks <- ask:
		<-finished
	case <-x.done:
	}
}

// close implements system. The server drops the grabs of a connection that ends.
func (x *x11) close() {
	close(x.quit)
	<-x.done
}

// run owns the grabs until the connection is gone.
func (x *x11) run(events <-chan xgb.Event) {
	defer close(x.done)
	defer x.conn.Close()
	poll := time.NewTicker(releasePoll)
	defer poll.Stop()
	for {
		if len(x.held) == 0 {
			poll.Stop()
		}
		select {
		case e, ok := <-events:
			if !ok {
				x.k.lost(x, "The display has gone away, and with it the system-wide keys.")
				return
			}
			if x.take(e) {
				poll.Reset(releasePoll)
			}
		case <-poll.C:
			x.lookForReleases()
		case ask := <-x.asks:
			ask()
		case <-x.quit:
			return
		}
	}
}

// take handles an event and reports whether a key went down.
func (x *x11) take(e xgb.Event) bool {
	switch e := e.(type) {
	case xproto.KeyPressEvent:
		xproto.UngrabKeyboard(x.conn, xproto.TimeCurrentTime)
		return x.pressed(e)
	case xproto.MappingNotifyEvent:
		if e.Request != xproto.MappingPointer {
			x.grabAll() // another layout: the keys may be elsewhere
		}
	}
	return false
}

// pressed reports a key unless it is down already and repeats itself.
func (x *x11) pressed(e xproto.KeyPressEvent) bool {
	b, ours := x.grabs[grab{e.Detail, e.State & 0xff &^ x.locks[len(x.locks)-1]}]
	if _, down := x.held[e.Detail]; down || !ours {
		return false
	}
	x.held[e.Detail] = b
	x.k.cfg.Press(b)
	return true
}

// lookForReleases asks which keys are still down.
func (x *x11) lookForReleases() {
	down, err := xproto.QueryKeymap(x.conn).Reply()
	if err != nil {
		return // the connection is gone, which read notices
	}
	for code, b := range x.held {
		if down.Keys[code/8]&(1<<(code%8)) == 0 {
			delete(x.held, code)
			x.k.cfg.Release(b)
		}
	}
}

// grabAll takes what is wanted on the keyboard as it is now, and lets go of what is not wanted any more.
func (x *x11) grabAll() {
	board, err := x.keyboard()
	if err != nil {
		return // the same
	}
	if locks := board.lockSets(); !slices.Equal(locks, x.locks) {
		x.letGo(func(grab) bool { return true }) // the grabs go by the old modifiers
		x.locks = locks
	}
	keep := map[grab]bool{}
	for _, b := range x.wanted {
		for _, g := range board.grabs(b.Chord) {
			keep[g] = x.grabs[g] == b
		}
	}
	x.letGo(func(g grab) bool { return !keep[g] })
	for _, b := range x.wanted {
		x.k.update(x, x.grabOne(board, b))
	}
}

// letGo ends the grabs that are chosen.
func (x *x11) letGo(chosen func(grab) bool) {
	for g := range x.grabs {
		if chosen(g) {
			x.ungrab(g)
		}
	}
}

func (x *x11) ungrab(g grab) {
	for _, lock := range x.locks {
		xproto.UngrabKey(x.conn, g.code, x.root, g.mods|lock)
	}
	delete(x.grabs, g)
}

// grabOne takes the keys of a binding, all of them or none.
func (x *x11) grabOne(board keyboard, b Binding) Result {
	places := board.grabs(b.Chord)
	if len(places) == 0 {
		return b.is(Unavailable, "This keyboard has no key "+b.Chord.Key+".")
	}
	for i, g := range places {
		if x.grabs[g] == b {
			continue
		}
		if !x.grab(g) {
			for _, had := range places[:i] {
				x.ungrab(had)
			}
			return b.is(Conflict, "Another program has taken "+b.Chord.String()+x.suspect()+".")
		}
		x.grabs[g] = b
	}
	return b.is(Taken, "")
}

// grab takes one key with every set of locks, since the server compares all modifiers. Only another client's grab makes it
// fail (X11 protocol, GrabKey: Access).
func (x *x11) grab(g grab) bool {
	var cookies []xproto.GrabKeyCookie
	for _, lock := range x.locks {
		cookies = append(cookies, xproto.GrabKeyChecked(x.conn, true, x.root, g.mods|lock, g.code, xproto.GrabModeAsync, xproto.GrabModeSync))
	}
	ok := true
	for _, c := range cookies {
		ok = c.Check() == nil && ok
	}
	if !ok {
		x.ungrab(g)
	}
	return ok
}

// suspect names the window manager, which has most of the keys that a desktop takes: X11 does not tell whose a grab is.
func (x *x11) suspect() string {
	check, err := x.property(x.root, "_NET_SUPPORTING_WM_CHECK")
	if err != nil || len(check) < 4 {
		return "; X11 does not tell which"
	}
	name, err := x.property(xproto.Window(xgb.Get32(check)), "_NET_WM_NAME")
	if err != nil || len(name) == 0 {
		return "; X11 does not tell which"
	}
	return fmt.Sprintf("; X11 does not tell which, it may be the desktop itself (%.40q)", name)
}

func (x *x11) property(w xproto.Window, name string) ([]byte, error) {
	atom, err := xproto.InternAtom(x.conn, true, uint16(len(name)), name).Reply()
	if err != nil {
		return nil, err
	}
	p, err := xproto.GetProperty(x.conn, false, w, atom.Atom, xproto.GetPropertyTypeAny, 0, 64).Reply()
	if err != nil {
		return nil, err
	}
	return p.Value, nil
}
