package settings

import (
	"os"
	"path/filepath"
)

// systemPlaces keeps the settings in the roaming profile and everything else on this machine.
func systemPlaces() (Places, error) {
	config, err := os.UserConfigDir() // %AppData%
	if err != nil {
		return Places{}, errNoFolder
	}
	local, err := os.UserCacheDir() // %LocalAppData%
	if err != nil {
		return Places{}, errNoFolder
	}
	data := filepath.Join(local, "Cordboard")
	return Places{Config: filepath.Join(config, "Cordboard"), Data: data, Runtime: data}, nil
}
