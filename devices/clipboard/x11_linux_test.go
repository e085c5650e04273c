//go:build cgo

// The quick tests, those without cgo, need no display; these do.

package clipboard

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"
	"go.uber.org/goleak"

	"cordboard/app/e2e/screen"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// on is the environment of a display.
func on(display string) func(string) string {
	return func(key string) string {
		if key == "DISPLAY" {
			return display
		}
		return ""
	}
}

func TestTextOfOtherPrograms(t *testing.T) {
	s := screen.New(t, 320, 200)
	s.Offer("PRIMARY", "UTF8_STRING", "+49 30 123456 – Zoë")
	s.Offer("CLIPBOARD", "STRING", "Zo\xeb 4711")
	for from, want := range map[Source]string{Selection: "+49 30 123456 – Zoë", Clipboard: "Zoë 4711"} {
		if got, err := Read(t.Context(), on(s.Display()), from); err != nil || got != want {
			t.Errorf("the %s reads %q, %v; want %q", from, got, err, want)
		}
	}
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	s := screen.New(t, 320, 200)
	says := func(from Source, display, want string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), screen.Patience)
		defer cancel()
		if got, err := Read(ctx, on(display), from); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q, %v; want a sentence with %q", got, err, want)
		}
	}
	says(Selection, s.Display(), "nothing is marked or copied")
	says(Selection, "", "without an X display")
	says(Selection, ":no", "cannot be read")
	s.Offer("CLIPBOARD", "UTF8_STRING", strings.Repeat("9", 5000))
	says(Clipboard, s.Display(), "too long")
	s.Offer("PRIMARY", "image/png", "\x89PNG")
	says(Selection, s.Display(), "is no text")
	s.Offer("PRIMARY", "UTF8_STRING", "  \n")
	says(Selection, s.Display(), "nothing is marked or copied")
	s.Offer("PRIMARY", "UTF8_STRING", "\xff\xfe1")
	says(Selection, s.Display(), "no text")
}

// A program that hangs costs the patience of the caller, not more.
func TestOwnerThatDoesNotAnswer(t *testing.T) {
	s := screen.New(t, 320, 200)
	id, err := xproto.NewWindowId(s.Conn)
	if err != nil {
		t.Fatal(err)
	}
	xproto.CreateWindow(s.Conn, 0, id, s.Info.Root, 0, 0, 1, 1, 0, xproto.WindowClassInputOnly, s.Info.RootVisual, 0, nil)
	if err := xproto.SetSelectionOwnerChecked(s.Conn, id, xproto.AtomPrimary, xproto.TimeCurrentTime).Check(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if got, err := Read(ctx, on(s.Display()), Selection); err == nil || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("%q, %v", got, err)
	}
}
