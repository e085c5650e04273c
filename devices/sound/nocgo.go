//go:build !cgo

package sound

import (
	"errors"
	"log/slog"

	"cordboard/media"
)

var errLeftOut = errors.New("sound devices are left out of this build")

// Card is the sound card of the system; in a build without cgo it has no devices.
type Card struct{}

// New returns a card without devices.
func New(*slog.Logger) *Card { return &Card{} }

// List names nothing.
func (*Card) List() (inputs, outputs []string, err error) { return nil, nil, nil }

// Open fails.
func (*Card) Open(_ media.Role, name string, _ *media.Ring) (media.Stream, error) {
	return nil, &media.DeviceError{Name: name, Err: errLeftOut}
}

// Changed never signals.
func (*Card) Changed() <-chan struct{} { return nil }

// Close does nothing.
func (*Card) Close() error { return nil }
