//go:build cgo && race

package sound

import (
	"errors"
	"os"

	"github.com/gordonklaus/portaudio"
)

func init() { prepare = skipSmallNumbers }

// skipSmallNumbers makes the binding use up the numbers of its first 4096 streams. It hands them to C as if they were
// pointers, and pointers below 4096 are what the checks of the race detector refuse.
func skipSmallNumbers() error {
	if err := os.Setenv("JACK_NO_START_SERVER", "1"); err != nil {
		return err
	}
	if err := portaudio.Initialize(); err != nil {
		return err
	}
	for range 4096 {
		if _, err := portaudio.OpenStream(portaudio.StreamParameters{}); err == nil {
			return errors.New("a stream without a callback was opened")
		}
	}
	return portaudio.Terminate()
}
