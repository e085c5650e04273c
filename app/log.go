package app

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"

	"cordboard/app/settings"
)

// maxLog is the size in bytes at which the log starts anew; the last one is kept beside it.
const maxLog = 5 << 20

// openLog opens the desk's log, and the file that takes the Go runtime's last words.
func openLog(p settings.Places) (*slog.Logger, *os.File, error) {
	if info, err := os.Stat(p.LogFile()); err == nil && info.Size() > maxLog {
		if err := os.Rename(p.LogFile(), p.LogFile()+".1"); err != nil {
			return nil, nil, fmt.Errorf("put the old log aside: %w", err)
		}
	}
	file, err := appendTo(p.LogFile())
	if err != nil {
		return nil, nil, err
	}
	if err := watchCrashes(p.CrashFile()); err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return slog.New(slog.NewTextHandler(file, &slog.HandlerOptions{Level: slog.LevelInfo})), file, nil
}

// watchCrashes has the runtime write why it died, which no recover can see.
func watchCrashes(path string) error {
	file, err := appendTo(path)
	if err != nil {
		return err
	}
	if err := debug.SetCrashOutput(file, debug.CrashOptions{}); err != nil {
		return errors.Join(fmt.Errorf("set up the crash log: %w", err), file.Close())
	}
	return file.Close() // the runtime has its own handle
}

func appendTo(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	return f, nil
}
