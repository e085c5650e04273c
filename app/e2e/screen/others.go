//go:build linux

package screen

import (
	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

// another is a program of somebody else on the screen, which ends with the test.
func (s *Screen) another(each func(*xgb.Conn, xgb.Event)) (*xgb.Conn, xproto.Window) {
	s.t.Helper()
	conn, err := xgb.NewConnDisplay(s.display)
	if err != nil {
		s.t.Fatal(err)
	}
	id, err := xproto.NewWindowId(conn)
	if err != nil {
		s.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			e, err := conn.WaitForEvent()
			if e == nil && err == nil {
				return
			}
			each(conn, e)
		}
	}()
	s.t.Cleanup(func() { conn.Close(); <-done })
	return conn, id
}

// Editor puts a window of another program in front, gives it the keyboard, and hands on each key that goes down in it as the
// keysym that is written on it.
func (s *Screen) Editor(title string) <-chan xproto.Keysym {
	s.t.Helper()
	typed := make(chan xproto.Keysym, 1000)
	conn, id := s.another(func(conn *xgb.Conn, e xgb.Event) {
		if p, ok := e.(xproto.KeyPressEvent); ok {
			if m, err := xproto.GetKeyboardMapping(conn, p.Detail, 1).Reply(); err == nil {
				typed <- m.Keysyms[0]
			}
		}
	})
	err := xproto.CreateWindowChecked(conn, s.Info.RootDepth, id, s.Info.Root, 0, 0, 300, 200, 0, xproto.WindowClassInputOutput, s.Info.RootVisual,
		xproto.CwEventMask, []uint32{xproto.EventMaskKeyPress}).Check()
	if err != nil {
		s.t.Fatal(err)
	}
	xproto.ChangeProperty(conn, xproto.PropModeReplace, id, xproto.AtomWmName, xproto.AtomString, 8, uint32(len(title)), []byte(title))
	s.Until("a window to type into", func() bool { // a window manager that only starts may miss the first wish
		xproto.MapWindow(conn, id)
		a, err := xproto.GetWindowAttributes(conn, id).Reply()
		return err == nil && a.MapState == xproto.MapStateViewable
	})
	s.Titled(title)
	return typed
}

// Offer makes another program the owner of a selection (PRIMARY, CLIPBOARD), with a text in one encoding.
func (s *Screen) Offer(selection, target, text string) {
	s.t.Helper()
	kind := s.atom(target)
	conn, id := s.another(func(conn *xgb.Conn, e xgb.Event) {
		r, ok := e.(xproto.SelectionRequestEvent)
		if !ok {
			return
		}
		n := xproto.SelectionNotifyEvent{Time: r.Time, Requestor: r.Requestor, Selection: r.Selection, Target: r.Target}
		if r.Target == kind {
			xproto.ChangeProperty(conn, xproto.PropModeReplace, r.Requestor, r.Property, kind, 8, uint32(len(text)), []byte(text))
			n.Property = r.Property
		}
		xproto.SendEvent(conn, false, r.Requestor, 0, string(n.Bytes()))
	})
	err := xproto.CreateWindowChecked(conn, 0, id, s.Info.Root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly, s.Info.RootVisual, 0, nil).Check()
	if err == nil {
		err = xproto.SetSelectionOwnerChecked(conn, id, s.atom(selection), xproto.TimeCurrentTime).Check()
	}
	if err != nil {
		s.t.Fatal(err)
	}
}
