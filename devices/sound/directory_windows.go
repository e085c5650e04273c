//go:build cgo

package sound

import (
	"log/slog"

	"golang.org/x/sys/windows"
)

var (
	winmm       = windows.NewLazySystemDLL("winmm.dll")
	waveInDevs  = winmm.NewProc("waveInGetNumDevs")
	waveOutDevs = winmm.NewProc("waveOutGetNumDevs")
)

// openDirectory lists PortAudio's devices and watches their number: a program without a window of its own gets no
// message of a device that comes or goes.
func openDirectory(*slog.Logger) directory {
	return newPlainDirectory(countDevices)
}

func countDevices() uintptr {
	in, _, _ := waveInDevs.Call() // both return a number and never fail
	out, _, _ := waveOutDevs.Call()
	return in<<16 | out
}

// serverDirectory is nil: there are no sound servers here.
func serverDirectory() directory { return nil }
