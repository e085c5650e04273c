//go:build !windows

package settings

import (
	"os"
	"path/filepath"
)

// systemPlaces follows the XDG base directory specification.
func systemPlaces() (Places, error) {
	user, err := os.UserHomeDir()
	if err != nil {
		return Places{}, errNoFolder
	}
	p := Places{
		Config: filepath.Join(env("XDG_CONFIG_HOME", filepath.Join(user, ".config")), "cordboard"),
		Data:   filepath.Join(env("XDG_DATA_HOME", filepath.Join(user, ".local", "share")), "cordboard"),
	}
	p.Runtime = p.Data
	if run := env("XDG_RUNTIME_DIR", ""); run != "" {
		p.Runtime = filepath.Join(run, "cordboard")
	}
	return p, nil
}

// env reads a folder from the environment; the specification wants relative paths ignored.
func env(name, otherwise string) string {
	if v := os.Getenv(name); filepath.IsAbs(v) {
		return v
	}
	return otherwise
}
