package ui

import (
	"io"
	"log"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"github.com/jezek/xgb"
	"github.com/jezek/xgb/randr"
	"github.com/jezek/xgb/xproto"
)

// x11Popup maps and unmaps the window by a connection of its own to the X server. The window is made
// override-redirect, so that no window manager moves it, frames it, or gives it the keyboard.
type x11Popup struct {
	conn *xgb.Conn
	root xproto.ScreenInfo
	id   xproto.Window
}

// newPopup shows the window once to have it made and takes it from the screen again. Without X11, as in
// Fyne's test driver, the window is shown and hidden in Fyne's way.
func newPopup(w fyne.Window) popup {
	native, ok := w.(driver.NativeWindow)
	if !ok {
		return plainPopup{w}
	}
	w.Show()
	var id uintptr
	native.RunNative(func(context any) {
		if x, ok := context.(driver.X11WindowContext); ok {
			id = x.WindowHandle
		}
	})
	if id == 0 {
		w.Hide()
		return plainPopup{w}
	}
	xgb.Logger = log.New(io.Discard, "", 0) // it prints a line when there is no ~/.Xauthority
	conn, err := xgb.NewConn()
	if err != nil {
		w.Hide()
		return plainPopup{w}
	}
	p := &x11Popup{conn: conn, id: xproto.Window(id), root: *xproto.Setup(conn).DefaultScreen(conn)}
	p.hide()
	xproto.ChangeWindowAttributes(conn, p.id, xproto.CwOverrideRedirect, []uint32{1})
	return p
}

// show implements popup.
func (p *x11Popup) show(width, margin float32) {
	left, top, wide := p.monitor()
	x := left + wide - int(width) - int(margin)
	xproto.ConfigureWindow(p.conn, p.id, xproto.ConfigWindowX|xproto.ConfigWindowY|xproto.ConfigWindowStackMode,
		[]uint32{uint32(x), uint32(top + int(margin)), xproto.StackModeAbove})
	xproto.MapWindow(p.conn, p.id)
	p.conn.Sync()
}

// hide implements popup.
func (p *x11Popup) hide() {
	xproto.UnmapWindow(p.conn, p.id)
	p.conn.Sync()
}

// close implements popup.
func (p *x11Popup) close() { p.conn.Close() }

// monitor is the place and width of the primary monitor, or of the whole screen where RandR does not know.
func (p *x11Popup) monitor() (x, y, width int) {
	whole := int(p.root.WidthInPixels)
	if randr.Init(p.conn) != nil {
		return 0, 0, whole
	}
	out, err := randr.GetOutputPrimary(p.conn, p.root.Root).Reply()
	if err != nil || out.Output == 0 {
		return 0, 0, whole
	}
	info, err := randr.GetOutputInfo(p.conn, out.Output, 0).Reply()
	if err != nil || info.Crtc == 0 {
		return 0, 0, whole
	}
	crtc, err := randr.GetCrtcInfo(p.conn, info.Crtc, 0).Reply()
	if err != nil || crtc.Width == 0 {
		return 0, 0, whole
	}
	return int(crtc.X), int(crtc.Y), int(crtc.Width)
}
