//go:build !linux && !windows

package engine

import (
	"log/slog"
	"time"
)

// clock sleeps by the runtime's timers: enough to build and try the program on other systems.
type clock struct{ base time.Time }

func newClock() (clock, error) { return clock{base: time.Now()}, nil }

func (c clock) now() time.Duration { return time.Since(c.base) }

func (c clock) sleepUntil(due time.Duration) { time.Sleep(due - c.now()) }

func (clock) close() {}

func hurry(*slog.Logger) (end func()) { return func() {} }
