//go:build cgo

package sound

import (
	"log/slog"
	"os"
)

// openDirectory prefers the sound server; without one PortAudio's own list has to do.
func openDirectory(log *slog.Logger) directory {
	// PortAudio looks for a JACK server, too. One that runs is found; starting one is not ours to decide.
	if err := os.Setenv("JACK_NO_START_SERVER", "1"); err != nil {
		log.Warn("JACK may be started by PortAudio", "err", err)
	}
	d, err := newPulseDirectory()
	if err != nil {
		log.Info("no sound server, using ALSA's devices as they are", "err", err)
		return newPlainDirectory(nil)
	}
	return d
}

// serverDirectory is the sound server's list, nil as long as there is no server.
func serverDirectory() directory {
	d, err := newPulseDirectory()
	if err != nil {
		return nil // as it was when the card was opened, which has told why
	}
	return d
}
