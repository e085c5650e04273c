package clipboard

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
)

func init() {
	xgb.Logger = log.New(io.Discard, "", 0) // it prints a line when there is no ~/.Xauthority
}

// read asks the owner of a selection for its text (ICCCM 2.4). Under Wayland the X server for old programs answers for those,
// and for the clipboard of the others while the desktop shares it.
func read(ctx context.Context, env func(string) string, from Source) (string, error) {
	if env("DISPLAY") == "" {
		return "", fmt.Errorf("the %s cannot be read, since Cordboard runs without an X display", from)
	}
	conn, err := xgb.NewConnDisplay(env("DISPLAY"))
	if err != nil {
		return "", fmt.Errorf("the %s cannot be read: %w", from, err)
	}
	defer conn.Close()
	a := asker{conn: conn}
	if err := a.open(from); err != nil {
		return "", fmt.Errorf("the %s cannot be read: %w", from, err)
	}
	stop := context.AfterFunc(ctx, conn.Close) // ends the wait for an owner that does not answer
	defer stop()
	for _, target := range []string{"UTF8_STRING", "STRING"} {
		text, err := a.ask(target)
		if ctx.Err() != nil {
			return "", fmt.Errorf("the program that has the %s does not answer", from)
		}
		if !errors.Is(err, errRefused) {
			return text, err
		}
	}
	return "", fmt.Errorf("the %s is no text", from)
}

// errRefused is the answer of an owner that has no text of that kind.
var errRefused = errors.New("the owner has nothing of that kind")

// asker is a window that is never shown, for answers to be put into.
type asker struct {
	conn      *xgb.Conn
	window    xproto.Window
	selection xproto.Atom
	answer    xproto.Atom
}

func (a *asker) open(from Source) error {
	var err error
	if a.window, err = xproto.NewWindowId(a.conn); err != nil {
		return err
	}
	root := xproto.Setup(a.conn).DefaultScreen(a.conn)
	if err := xproto.CreateWindowChecked(a.conn, 0, a.window, root.Root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly, root.RootVisual, 0, nil).Check(); err != nil {
		return err
	}
	name := map[Source]string{Selection: "PRIMARY", Clipboard: "CLIPBOARD"}[from]
	if a.selection, err = a.atom(name); err != nil {
		return err
	}
	a.answer, err = a.atom("CORDBOARD_TEXT")
	return err
}

func (a *asker) atom(name string) (xproto.Atom, error) {
	r, err := xproto.InternAtom(a.conn, false, uint16(len(name)), name).Reply()
	if err != nil {
		return 0, err
	}
	return r.Atom, nil
}

// ask returns the text in one encoding.
func (a *asker) ask(target string) (string, error) {
	kind, err := a.atom(target)
	if err != nil {
		return "", err
	}
	xproto.ConvertSelection(a.conn, a.window, a.selection, kind, a.answer, xproto.TimeCurrentTime)
	for {
		e, fault := a.conn.WaitForEvent()
		if e == nil && fault == nil {
			return "", errors.New("the display does not answer")
		}
		n, ok := e.(xproto.SelectionNotifyEvent)
		switch {
		case !ok || n.Target != kind:
		case n.Property == xproto.AtomNone:
			return "", a.refused()
		default:
			return a.text(kind)
		}
	}
}

// refused tells an owner without text from a selection without an owner.
func (a *asker) refused() error {
	o, err := xproto.GetSelectionOwner(a.conn, a.selection).Reply()
	if err == nil && o.Owner == xproto.WindowNone {
		return errEmpty
	}
	return errRefused
}

// text takes the answer. One that comes in pieces (INCR) is longer than any number.
func (a *asker) text(kind xproto.Atom) (string, error) {
	p, err := xproto.GetProperty(a.conn, true, a.window, a.answer, xproto.GetPropertyTypeAny, 0, maxText/4+1).Reply()
	switch {
	case err != nil:
		return "", err
	case p.Type != kind || p.BytesAfter > 0:
		return "", errTooLong
	case kind == xproto.AtomString:
		return latin1(p.Value), nil
	}
	return string(p.Value), nil
}

// latin1 reads the encoding of STRING (ICCCM 2.6.2).
func latin1(b []byte) string {
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}
