//go:build cgo

package sound

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"github.com/gordonklaus/portaudio"
)

const (
	// silentFor is how long a device may go without a callback before it counts as lost.
	silentFor = 300 * time.Millisecond
	watchTick = 100 * time.Millisecond
	// startFor is how long it may take to the first callback: Bluetooth is slow.
	startFor = 2 * time.Second
)

var errClosed = errors.New("the sound card is closed")

// Card is the sound card of the system. Its methods may be called from any goroutine; they wait for the one that
// owns PortAudio.
type Card struct {
	log     *slog.Logger
	calls   chan func()
	changed chan struct{}
	quit    chan struct{}
	done    chan struct{}

	// Of the owning goroutine only.
	dir     directory
	inv     inventory
	started bool
	streams map[*stream]bool
	err     error // of closing; written before done is closed
}

// New returns the system's sound card. Devices are looked for at once, PortAudio starts with the first Open.
func New(log *slog.Logger) *Card {
	c := &Card{
		log: log, calls: make(chan func()), changed: make(chan struct{}, 1),
		quit: make(chan struct{}), done: make(chan struct{}),
		dir: openDirectory(log), streams: map[*stream]bool{},
	}
	go c.run()
	return c
}

// run owns PortAudio: no other goroutine calls it. The thread is its own because of COM on Windows.
func (c *Card) run() {
	defer close(c.done)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	ticker := time.NewTicker(watchTick)
	defer ticker.Stop()
	ticker.Stop()
	for {
		if len(c.streams) == 0 {
			ticker.Stop()
		} else {
			ticker.Reset(watchTick)
		}
		select {
		case f := <-c.calls:
			f()
		case <-c.dir.changed():
			c.refresh()
		case now := <-ticker.C:
			c.watch(now)
		case <-c.quit:
			c.err = c.shut()
			return
		}
	}
}

// do runs f in the owning goroutine and waits for it.
func (c *Card) do(f func() error) error {
	result := make(chan error, 1)
	select {
	case c.calls <- func() { result <- f() }:
		return <-result
	case <-c.done:
		return errClosed
	}
}

// List names the devices: inputs, outputs, the default of each first.
func (c *Card) List() (inputs, outputs []string, err error) {
	err = c.do(func() error {
		err := c.look()
		inputs, outputs = names(c.inv.inputs), names(c.inv.outputs)
		return err
	})
	return inputs, outputs, err
}

// Changed signals that the list may have changed.
func (c *Card) Changed() <-chan struct{} { return c.changed }

// Close ends all streams and PortAudio. The card is of no use afterwards.
func (c *Card) Close() error {
	select {
	case c.quit <- struct{}{}:
	case <-c.done:
	}
	<-c.done
	return c.err
}

func (c *Card) shut() error {
	for s := range c.streams {
		c.end(s)
	}
	err := c.dir.close()
	if c.started {
		c.started = false
		err = errors.Join(err, portaudio.Terminate())
	}
	return err
}

// look brings the inventory up to date. A plain directory needs PortAudio for it, and is given up when a sound server
// has come up since.
func (c *Card) look() error {
	if c.plain() {
		if better := serverDirectory(); better != nil && len(c.streams) == 0 {
			c.logged("close the list of devices", c.dir.close())
			c.dir = better
			c.restart()
		} else if err := c.start(); err != nil {
			return err
		}
	}
	inv, err := c.dir.list()
	c.inv = inv
	return err
}

// refresh looks again after a change: streams whose device is gone are lost, even if the sound server quietly moved
// them to another one. A microphone might land on what the speaker plays.
func (c *Card) refresh() {
	if c.plain() {
		c.restart()
	}
	c.logged("list the sound devices", c.look())
	for s := range c.streams {
		if !c.inv.has(s.role, s.id) {
			c.lose(s)
		}
	}
	select {
	case c.changed <- struct{}{}:
	default:
	}
}

func (c *Card) plain() bool {
	_, plain := c.dir.(*plainDirectory)
	return plain
}

// logged logs an error that nobody else can do anything about.
func (c *Card) logged(doing string, err error) {
	if err != nil {
		c.log.Warn("could not "+doing, "err", err)
	}
}

// watch looks for streams whose callbacks have stopped.
func (c *Card) watch(now time.Time) {
	for s := range c.streams {
		if s.silentSince(now) > silentFor {
			c.log.Warn("sound device stopped", "device", s.name)
			c.lose(s)
		}
	}
}

// lose ends a stream and tells its user.
func (c *Card) lose(s *stream) {
	c.end(s)
	close(s.lost)
}

func (c *Card) start() error {
	if c.started {
		return nil
	}
	if err := portaudio.Initialize(); err != nil {
		return fmt.Errorf("start PortAudio: %w", err)
	}
	c.started = true
	return prepare()
}

// restart makes PortAudio look for devices again. It can do so only by ending every stream; those are opened anew
// with their rings, and are lost when that fails.
func (c *Card) restart() {
	open := make([]*stream, 0, len(c.streams))
	for s := range c.streams {
		open = append(open, s)
		c.end(s)
	}
	if c.started {
		c.started = false
		c.logged("end PortAudio", portaudio.Terminate())
	}
	err := c.start()
	for _, s := range open {
		if err == nil {
			err = c.begin(s)
		}
		if err != nil {
			c.log.Warn("sound device not opened again", "device", s.name, "err", err)
			close(s.lost)
		}
	}
}
