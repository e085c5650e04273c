// Package devices brings the kinds of sound devices together: those of the system, and files.
package devices

import (
	"errors"

	"cordboard/devices/wavfile"
	"cordboard/media"
)

// Select is a media.Sound that opens a file for a name that ends in .wav, and a device of the system for any other.
type Select struct {
	system media.Sound
	files  *wavfile.Card
}

// NewSelect returns a Select over the system's sound card, which it closes. log takes the errors of files that cannot
// be written any more.
func NewSelect(system media.Sound, log func(error)) *Select {
	return &Select{system: system, files: wavfile.New(log)}
}

// List names the system's devices.
func (s *Select) List() (inputs, outputs []string, err error) { return s.system.List() }

// Changed signals when the system's devices do.
func (s *Select) Changed() <-chan struct{} { return s.system.Changed() }

// Open opens a device by its kind of name.
func (s *Select) Open(role media.Role, name string, ring *media.Ring) (media.Stream, error) {
	if wavfile.Is(name) {
		return s.files.Open(role, name, ring)
	}
	return s.system.Open(role, name, ring)
}

// Close closes both.
func (s *Select) Close() error { return errors.Join(s.files.Close(), s.system.Close()) }
