package engine

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// clock sleeps to absolute moments of the monotonic clock, so that lateness never adds up.
type clock struct{}

func newClock() (clock, error) { return clock{}, nil }

// now is the monotonic time since boot.
func (clock) now() time.Duration {
	var ts unix.Timespec
	// CLOCK_MONOTONIC exists on every kernel and ts is valid: there is no way to fail.
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts)
	return time.Duration(ts.Nano())
}

// sleepUntil returns at due or as soon after it as the system allows.
func (clock) sleepUntil(due time.Duration) {
	ts := unix.NsecToTimespec(int64(due))
	for errors.Is(unix.ClockNanosleep(unix.CLOCK_MONOTONIC, unix.TIMER_ABSTIME, &ts, nil), unix.EINTR) {
	}
}

func (clock) close() {}

// tickPriority is a low real-time priority, the same as sound servers give to their clients.
const tickPriority = 5

// hurry asks the system to run this thread before others and returns what ends the asking. Where that is not granted
// the nice value is tried and, in the background, RealtimeKit; without any of them the tick is as punctual as the
// machine is quiet: nothing depends on it.
func hurry(log *slog.Logger) (end func()) {
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0) // the desk's other threads have relaxed timers
	attr := unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_RR, Flags: unix.SCHED_FLAG_RESET_ON_FORK, Priority: tickPriority}
	if unix.SchedSetAttr(0, &attr, 0) == nil {
		return func() {}
	}
	thread := unix.Gettid()
	_ = unix.Setpriority(unix.PRIO_PROCESS, thread, -11)
	ctx, cancel := context.WithCancel(context.Background())
	var asking sync.WaitGroup
	asking.Go(func() {
		if err := promote(ctx, thread, tickPriority); err != nil {
			log.Debug("the media tick has no real-time priority", "err", err)
		}
	})
	return func() {
		cancel()
		asking.Wait()
	}
}
