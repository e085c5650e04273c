package app

import (
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Timer slacks: how late a sleep of a thread may end, so that the kernel can gather wake-ups.
//
// Go's monitor thread is woken by each tick of the media engine and then looks around every 20 µs for a while, thousands
// of times a second in a call, which costs more than the call itself: it gets the relaxed slack. It runs no Go code of
// ours, so the only way is to start the whole desk like that and to let all other threads go back to what is usual:
// Go's scheduler sleeps for microseconds when it takes over work of another thread, and calls would wait for it.
const (
	monitorSlack = 4 * time.Millisecond
	usualSlack   = 50 * time.Microsecond
)

// startDesk starts the desk with a relaxed monitor: a process inherits the slack of the thread that starts it
// (prctl(2), PR_SET_TIMERSLACK).
func startDesk(cmd *exec.Cmd) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before, err := unix.PrctlRetInt(unix.PR_GET_TIMERSLACK, 0, 0, 0, 0)
	if err != nil {
		return cmd.Start() // costs processor time, nothing else
	}
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(monitorSlack.Nanoseconds()), 0, 0, 0) // the same
	defer func() { _ = unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(before), 0, 0, 0) }()
	return cmd.Start()
}

// exactTimers gives the usual slack to the threads that run Go code. It has to come before anything else: threads that
// are made later inherit from these, but for the few that the monitor makes itself.
func exactTimers() {
	exact()
	runtime.LockOSThread() // the first lock makes the thread that makes further ones: let it inherit from this one
	runtime.UnlockOSThread()
	for range 2 { // the first round may have needed threads made by those that were not reached yet
		exactThreads()
	}
}

// exact gives the usual slack to the thread that runs it.
func exact() {
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, uintptr(usualSlack.Nanoseconds()), 0, 0, 0) // without it calls are a little slower
}

// exactThreads reaches as many threads as there are, by a goroutine on each that waits for the others.
func exactThreads() {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return // a little slower, too
	}
	var reached, done sync.WaitGroup
	reached.Add(len(threads))
	for range threads {
		done.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			exact()
			reached.Done()
			reached.Wait()
		})
	}
	done.Wait()
}
