//go:build !linux

package app

import "os/exec"

// startDesk starts the desk.
func startDesk(cmd *exec.Cmd) error { return cmd.Start() }

// exactTimers does nothing: timers are exact here.
func exactTimers() {}
