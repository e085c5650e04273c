//go:build !windows

package settings

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// maxSocket is the longest path that fits into a Unix socket's address on every system (104 bytes on some).
const maxSocket = 100

// Socket is the address of the local API: a file in the runtime folder, or in a private folder for temporary files
// when that path is too long for a socket. An error means that somebody else owns that private folder.
func (p Places) Socket() (string, error) {
	if s := filepath.Join(p.Runtime, "desk.sock"); len(s) <= maxSocket {
		return s, nil
	}
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("cordboard-%d", os.Getuid()))
	if err := os.Mkdir(dir, 0o700); err != nil && !os.IsExist(err) {
		return "", fmt.Errorf("make the folder for the socket: %w", err)
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", fmt.Errorf("look at the folder for the socket: %w", err)
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || info.Mode().Perm() != 0o700 || int(owner.Uid) != os.Getuid() {
		return "", fmt.Errorf("%s is not a folder of yours alone, so the socket cannot be kept there", dir)
	}
	sum := sha256.Sum256([]byte(p.Runtime))
	return filepath.Join(dir, hex.EncodeToString(sum[:8])+".sock"), nil
}

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
