package clipboard

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"
)

// Source is where text is taken from.
type Source string

// Sources.
const (
	Selection Source = "selection" // what is marked in any window (X11's PRIMARY)
	Clipboard Source = "clipboard" // what was copied
)

// maxText is how many bytes a text may have: a number or an address is far shorter, a novel is somebody's slip.
const maxText = 1024

var (
	errEmpty   = errors.New("nothing is marked or copied")
	errTooLong = errors.New("what is marked or copied is too long for a number")
)

// Read returns the text of a source. env finds the display; os.Getenv in a product. The error is one sentence. It waits for
// the program that owns the text until ctx is done. Any goroutine may call it.
func Read(ctx context.Context, env func(string) string, from Source) (string, error) {
	text, err := read(ctx, env, from)
	if err != nil {
		return "", err
	}
	switch text = strings.TrimRight(text, "\x00"); {
	case len(text) > maxText:
		return "", errTooLong
	case strings.TrimSpace(text) == "":
		return "", errEmpty
	case !utf8.ValidString(text):
		return "", errors.New("what is marked or copied is no text")
	}
	return text, nil
}
