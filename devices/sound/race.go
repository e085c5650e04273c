//go:build cgo && race

package sound

import (
	"errors"
	"sync"

	"github.com/gordonklaus/portaudio"
)

// prepare makes the binding use up the numbers of its first 4096 streams, in builds with the race detector only. It
// hands them to C as if they were pointers, and pointers below 4096 are what the detector's checks refuse.
// PortAudio must have been started.
var prepare = sync.OnceValue(func() error {
	for range 4096 {
		if _, err := portaudio.OpenStream(portaudio.StreamParameters{}); err == nil {
			return errors.New("PortAudio opened a stream without a callback")
		}
	}
	return nil
})
