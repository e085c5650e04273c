//go:build !windows

package app

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// endSignals ask a process to end in good order.
var endSignals = []os.Signal{syscall.SIGTERM, os.Interrupt}

// detach gives the process a session of its own: it does not end with the terminal or the process that started it.
func detach(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} }

// askToEnd asks a process to end in good order.
func askToEnd(p *os.Process) error { return p.Signal(syscall.SIGTERM) }

// outlive lets the process go on when the terminal or the reader of its output goes away.
func outlive() { signal.Ignore(syscall.SIGHUP, syscall.SIGPIPE) }
