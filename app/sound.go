package app

import (
	"log/slog"

	"cordboard/devices"
	"cordboard/devices/sound"
	"cordboard/media"
)

// openSound brings the system's sound card and WAV files together.
func openSound(log *slog.Logger) media.Sound {
	return devices.NewSelect(sound.New(log), func(err error) { log.Error("a sound file failed", "error", err) })
}
