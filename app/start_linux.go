package app

import (
	"os/exec"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// deskSlack is how late a sleep of the desk's threads may end, so that the kernel can gather wake-ups.
//
// It is for one thread: Go's monitor is woken by each tick of the media engine and then looks around every 20 µs for a
// while, thousands of times a second in a call, which cost more than the call itself. The tick's own thread asks for
// exact wake-ups again, and sockets are not timers.
const deskSlack = 4 * time.Millisecond

// startDesk starts the desk with relaxed timers: a process inherits the slack of the thread that starts it
// (prctl(2), PR_SET_TIMERSLACK).
func startDesk(cmd *exec.Cmd) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before, err := unix.PrctlRetInt(unix.PR_GET_TIMERSLACK, 0, 0, 0, 0)
	if err != nil {
		return cmd.Start() // costs processor time, nothing else
	}
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(deskSlack.Nanoseconds()), 0, 0, 0) // the same
	defer func() { _ = unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(before), 0, 0, 0) }()
	return cmd.Start()
}
