package settings

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Places says where the program keeps its things. All paths are absolute.
type Places struct {
	Home    string // as given with --home; empty when the system's folders are used
	Config  string // folder of the settings
	Data    string // folder of databases and log
	Runtime string // folder of socket and lock
}

// Locate finds the folders and makes those that are missing, readable by their owner only. With a home all of them
// are that one folder.
func Locate(home string) (Places, error) {
	p, err := choose(home)
	if err != nil {
		return Places{}, err
	}
	for _, dir := range []string{p.Config, p.Data, p.Runtime} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return Places{}, fmt.Errorf("make the folder for Cordboard's files: %w", err)
		}
	}
	return p, nil
}

// Recordings is the folder under which every recording has its own.
func (p Places) Recordings() string { return filepath.Join(p.Data, "recordings") }

func choose(home string) (Places, error) {
	if home == "" {
		return systemPlaces()
	}
	abs, err := filepath.Abs(home)
	if err != nil {
		return Places{}, fmt.Errorf("find the folder %s: %w", home, err)
	}
	return Places{Home: abs, Config: abs, Data: abs, Runtime: abs}, nil
}

// SettingsFile is the one file of the settings.
func (p Places) SettingsFile() string { return filepath.Join(p.Config, "cordboard.toml") }

// SecretsFile holds the passwords where there is no keyring.
func (p Places) SecretsFile() string { return filepath.Join(p.Config, "secrets.json") }

// TokenFile holds the token of the local API on TCP.
func (p Places) TokenFile() string { return filepath.Join(p.Config, "api-token") }

// LogFile is where the desk writes what it does.
func (p Places) LogFile() string { return filepath.Join(p.Data, "desk.log") }

// CrashFile is where the Go runtime writes the reason when the desk dies.
func (p Places) CrashFile() string { return filepath.Join(p.Data, "crash.log") }

// LockFile is held by the one desk of these places, or by the command line while it changes the settings itself.
func (p Places) LockFile() string { return filepath.Join(p.Runtime, "desk.lock") }

// errNoFolder is answered where the environment names no folder for a user's files.
var errNoFolder = errors.New("neither the environment nor --home says where to keep Cordboard's files")
