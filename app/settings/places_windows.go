package settings

import (
	"crypto/sha256"
	"encoding/hex"
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

// Socket is the address of the local API: a named pipe that belongs to the runtime folder. The error is always nil.
func (p Places) Socket() (string, error) {
	sum := sha256.Sum256([]byte(p.Runtime))
	return `\\.\pipe\cordboard-` + hex.EncodeToString(sum[:8]), nil
}
