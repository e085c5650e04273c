//go:build cgo && linux

package window

import (
	"errors"
	"image"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"

	"cordboard/app/e2e/screen"
	"cordboard/app/settings"
	"cordboard/cti/siptest/rig"
	"cordboard/ui/theme"
)

// A call comes in while the operator types: every character arrives where it was meant to go, and none of them answers.
// F2 answers, and Enter still calls what was typed.
func TestCallComesInWhileTyping(t *testing.T) {
	s := screen.New(t, 1600, 1000)
	k := rig.Kamailio(t, network)
	phone := k.Baresip(t, "1001", rig.PhoneOptions{Tone: 440})
	d := newDesk(t)
	d.set(settings.Settings{})
	d.addLine(k)
	w := d.show(s, theme.Look{})
	d.registered()

	s.Write("12", 20)
	phone.Do("dial", "2001")
	s.Write("34567890", 80) // the card comes up meanwhile
	d.call("a ringing call", incoming)
	w.card()
	s.Write("123", 20)
	w.keep("ringing", s.Shot(image.Rect(0, 0, 1600, 1000)))
	if c := d.printed().Calls; len(c) != 1 || !incoming(c[0]) {
		t.Errorf("typing did something to the call: %+v", c)
	}
	s.Key("F2")
	phone.Wait("Call established")
	d.call("the conversation", talking)
	w.noCard()
	s.Key("Return")
	d.call("a call to all that was typed", outgoing("1234567890123"))
}

// Another program has the keyboard: it keeps it, and what is typed is its.
func TestRingingLeavesTheKeyboardAlone(t *testing.T) {
	s := screen.New(t, 1600, 1000)
	k := rig.Kamailio(t, network)
	phone := k.Baresip(t, "1001", rig.PhoneOptions{Tone: 440})
	d := newDesk(t)
	d.set(settings.Settings{})
	d.addLine(k)
	w := d.show(s, theme.Look{})
	d.registered()

	notes := w.otherProgram("notes")
	phone.Do("dial", "2001")
	d.call("a ringing call", incoming)
	card := w.card()
	s.Write("abc", 20)
	for range "abc" {
		select {
		case <-notes:
		case <-time.After(screen.Patience):
			t.Fatal("the other program does not get what is typed")
		}
	}
	if c := d.printed().Calls; len(c) != 1 || !incoming(c[0]) {
		t.Errorf("typing in another program did something to the call: %+v", c)
	}
	var answer image.Point
	s.Until("a green button on the card", func() (ok bool) {
		img := s.Shot(card)
		if w.count(img, card, theme.RingInk) < cardBar { // what lies under the card is still seen
			return false
		}
		answer, ok = w.middle(img, theme.TalkInk)
		return ok
	})
	s.Press(1, answer)
	phone.Wait("Call established")
	w.noCard()
	s.Titled("notes") // has the keyboard still
}

// cardBar is less than the number of points in the bar at the left of a ringing card.
const cardBar = 100

// otherProgram opens a window of ours with the keyboard in it, and tells about the keys that arrive there.
func (w *window) otherProgram(title string) <-chan struct{} {
	w.t.Helper()
	id, err := xproto.NewWindowId(w.Conn)
	if err != nil {
		w.t.Fatal(err)
	}
	err = errors.Join(
		xproto.CreateWindowChecked(w.Conn, w.Info.RootDepth, id, w.Info.Root, 40, 700, 400, 200, 0, xproto.WindowClassInputOutput,
			w.Info.RootVisual, xproto.CwEventMask, []uint32{xproto.EventMaskKeyPress}).Check(),
		xproto.ChangePropertyChecked(w.Conn, xproto.PropModeReplace, id, xproto.AtomWmName, xproto.AtomString, 8,
			uint32(len(title)), []byte(title)).Check(),
		xproto.MapWindowChecked(w.Conn, id).Check())
	if err != nil {
		w.t.Fatal(err)
	}
	keys := make(chan struct{}, 64)
	go func() {
		for {
			event, err := w.Conn.WaitForEvent()
			if event == nil && err == nil {
				return // the connection is closed
			}
			if _, ok := event.(xproto.KeyPressEvent); ok {
				keys <- struct{}{}
			}
		}
	}()
	w.Do("search", "--sync", "--onlyvisible", "--name", "^"+title+"$", "windowactivate")
	w.Titled(title)
	return keys
}

// card waits for the ringing card, a window that no window manager has a hand in, and returns where it is.
func (w *window) card() image.Rectangle {
	w.t.Helper()
	var at image.Rectangle
	w.Until("the ringing card", func() bool { at = w.cardAt(); return !at.Empty() })
	if !at.In(image.Rect(0, 0, int(w.Info.WidthInPixels), int(w.Info.HeightInPixels))) {
		w.t.Errorf("the ringing card is at %v, not on the screen", at)
	}
	return at
}

func (w *window) noCard() {
	w.t.Helper()
	w.Until("the end of the ringing card", func() bool { return w.cardAt().Empty() })
}

// cardAt looks for a visible window of the card's kind and size.
func (w *window) cardAt() image.Rectangle {
	tree, err := xproto.QueryTree(w.Conn, w.Info.Root).Reply()
	if err != nil {
		return image.Rectangle{}
	}
	for _, id := range tree.Children {
		a, err := xproto.GetWindowAttributes(w.Conn, id).Reply()
		if err != nil || !a.OverrideRedirect || a.MapState != xproto.MapStateViewable {
			continue // windows come and go meanwhile
		}
		if at := w.Area(id); at.Dx() >= 300 && at.Dy() >= 100 {
			return at
		}
	}
	return image.Rectangle{}
}
