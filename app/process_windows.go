package app

import (
	"errors"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// endSignals ask a process to end in good order.
var endSignals = []os.Signal{os.Interrupt, syscall.SIGTERM}

// detach lets the process live without the console of the process that started it.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP | windows.DETACHED_PROCESS}
}

// askToEnd cannot be done by a signal on Windows: the local API does it.
func askToEnd(*os.Process) error { return errors.ErrUnsupported }

// outlive does nothing: there are no such signals on Windows.
func outlive() {}
