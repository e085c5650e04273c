package engine

import (
	"fmt"
	"log/slog"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	kernel32         = windows.NewLazySystemDLL("kernel32.dll")
	createTimer      = kernel32.NewProc("CreateWaitableTimerExW")
	setTimer         = kernel32.NewProc("SetWaitableTimer")
	perfCounter      = kernel32.NewProc("QueryPerformanceCounter")
	perfFrequency    = kernel32.NewProc("QueryPerformanceFrequency")
	setPriority      = kernel32.NewProc("SetThreadPriority")
	winmm            = windows.NewLazySystemDLL("winmm.dll")
	timeBeginPeriod  = winmm.NewProc("timeBeginPeriod")
	timeEndPeriod    = winmm.NewProc("timeEndPeriod")
	timerAllAccess   = uintptr(0x1F0003)
	timerHighResFlag = uintptr(0x2) // CREATE_WAITABLE_TIMER_HIGH_RESOLUTION, Windows 10 1803 and later
)

// clock sleeps by a high-resolution waitable timer; before Windows 10 1803 by an ordinary one with the system's
// timer period at 1 ms.
type clock struct {
	timer  windows.Handle
	freq   int64
	period bool // timeBeginPeriod is in force
}

func newClock() (clock, error) {
	var c clock
	if ok, _, err := perfFrequency.Call(uintptr(unsafe.Pointer(&c.freq))); ok == 0 {
		return c, fmt.Errorf("the system has no performance counter: %w", err)
	}
	h, _, err := createTimer.Call(0, 0, timerHighResFlag, timerAllAccess)
	if h == 0 {
		h, _, err = createTimer.Call(0, 0, 0, timerAllAccess)
		if h == 0 {
			return c, fmt.Errorf("create a timer for the media tick: %w", err)
		}
		r, _, _ := timeBeginPeriod.Call(1)
		c.period = r == 0
	}
	c.timer = windows.Handle(h)
	return c, nil
}

// now is the time of the performance counter.
func (c clock) now() time.Duration {
	var n int64
	// Documented never to fail since Windows XP; the result is of no use.
	_, _, _ = perfCounter.Call(uintptr(unsafe.Pointer(&n)))
	return time.Duration(n/c.freq)*time.Second + time.Duration(n%c.freq)*time.Second/time.Duration(c.freq)
}

// sleepUntil returns at due or as soon after it as the system allows.
func (c clock) sleepUntil(due time.Duration) {
	wait := due - c.now()
	if wait <= 0 {
		return
	}
	rel := -int64(wait / 100) // negative: relative, in units of 100 ns
	if ok, _, _ := setTimer.Call(uintptr(c.timer), uintptr(unsafe.Pointer(&rel)), 0, 0, 0, 0); ok == 0 {
		time.Sleep(wait)
		return
	}
	if _, err := windows.WaitForSingleObject(c.timer, windows.INFINITE); err != nil {
		time.Sleep(due - c.now())
	}
}

func (c clock) close() {
	_ = windows.CloseHandle(c.timer) // nothing can be done about it, and nothing depends on it
	if c.period {
		_, _, _ = timeEndPeriod.Call(1) // gives back what timeBeginPeriod took; has no useful result
	}
}

// timeCritical is THREAD_PRIORITY_TIME_CRITICAL.
const timeCritical = 15

// hurry asks the system to run this thread before others. Nothing depends on whether it does, and nothing is to be
// ended.
func hurry(*slog.Logger) (end func()) {
	_, _, _ = setPriority.Call(uintptr(windows.CurrentThread()), timeCritical)
	return func() {}
}
