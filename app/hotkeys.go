package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"

	"cordboard/app/api"
	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/cti/dial"
	"cordboard/devices/clipboard"
	"cordboard/devices/hotkey"
)

// Bounds of system-wide keys.
const (
	keyBacklog = 16              // presses that wait; whoever presses faster does not know what happens
	keyWithin  = 5 * time.Second // for the desk to agree, or another program to give its text
)

// hotkeys carries out what system-wide keys ask for. The desk has them and not the window, so that they work while it is
// closed.
type hotkeys struct {
	d     *desk
	keys  *hotkey.Keys
	moved chan struct{} // one slot: something waits in queue
	quit  context.Context

	mu      sync.Mutex // guards what follows
	queue   []keyMove
	waiting int // presses in queue
	said    string

	open cti.Command // closes the microphone again when push-to-talk is let go; the worker's only
}

// keyMove is a key that went down or up.
type keyMove struct {
	action string
	down   bool
}

// openHotkeys starts to take keys. A system that is slow to answer does not hold the desk up.
func (d *desk) openHotkeys() error {
	ctx, cancel := context.WithCancel(context.Background())
	h := &hotkeys{d: d, moved: make(chan struct{}, 1), quit: ctx}
	h.keys = hotkey.New(hotkey.Config{
		Log: d.log, Press: func(b hotkey.Binding) { h.move(b, true) }, Release: func(b hotkey.Binding) { h.move(b, false) },
	})
	d.hotkeys.Store(h)
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.work()
	}()
	d.onClose(func() {
		cancel()
		select {
		case <-done:
			h.keys.Close()
		case <-time.After(closeWithin): // a display that does not answer must not hold up the end; the keys go with the process
			d.log.Warn("system-wide keys were not given back in good order")
		}
	})
	return nil
}

// move queues what a key did. It is called by the goroutine that reads the keyboard. Whatever went down and was taken also
// comes up: a microphone must not stay open.
func (h *hotkeys) move(b hotkey.Binding, down bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if down && h.waiting >= keyBacklog {
		h.d.log.Warn("a key was pressed while many wait", "action", b.Action)
		return
	}
	if down {
		h.waiting++
	}
	h.queue = append(h.queue, keyMove{b.Action, down})
	select {
	case h.moved <- struct{}{}:
	default: // the worker knows
	}
}

// work carries one key out after the other.
func (h *hotkeys) work() {
	h.d.mu.Lock()
	wanted := h.d.settings.Hotkeys
	h.d.mu.Unlock()
	h.bind(wanted)
	for {
		select {
		case <-h.moved:
		case <-h.quit.Done():
			return
		}
		for m, ok := h.take(); ok; m, ok = h.take() {
			if err := h.carryOut(m); m.down || err != nil {
				h.say(err)
			}
		}
	}
}

// take gets the next key out of the queue.
func (h *hotkeys) take() (m keyMove, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.queue) == 0 {
		return m, false
	}
	m, h.queue = h.queue[0], h.queue[1:]
	if m.down {
		h.waiting--
	}
	return m, true
}

// bind takes the keys and writes down what does not work.
func (h *hotkeys) bind(wanted settings.Hotkeys) {
	s := h.keys.Bind(wanted.Bindings())
	h.d.log.Info("system-wide keys", "system", s.System, "keys", len(s.Keys), "why", s.Why)
	for _, k := range s.Keys {
		if s.System != "" && k.State != hotkey.Taken {
			h.d.log.Warn("key not taken", "action", k.Action, "key", k.Chord.String(), "state", k.State, "why", k.Why)
		}
	}
}

// carryOut does what a key asks for. The error is one sentence.
func (h *hotkeys) carryOut(m keyMove) error {
	switch {
	case m.action == "push-to-talk":
		return h.talk(m.down)
	case !m.down:
		return nil
	case m.action == "show":
		return h.show("")
	case m.action == "dial-selection":
		return h.dial(clipboard.Selection)
	case m.action == "dial-clipboard":
		return h.dial(clipboard.Clipboard)
	}
	w, err := wishOf(h.d.board.Snapshot(), m.action)
	switch {
	case err != nil:
		return err
	case w.ask != "":
		return h.show(w.ask)
	}
	return h.ask(w.command)
}

// ask gives a command to the desk.
func (h *hotkeys) ask(c cti.Command) error {
	ctx, cancel := context.WithTimeout(h.quit, keyWithin)
	defer cancel()
	return h.d.board.Ask(ctx, c)
}

// talk opens the microphone while its key is held, and closes it for the same call afterwards.
func (h *hotkeys) talk(down bool) error {
	if !down {
		shut := h.open
		h.open = nil
		if shut == nil {
			return nil
		}
		return h.ask(shut)
	}
	c, err := microphone(h.d.board.Snapshot())
	if err != nil {
		return err
	}
	opens := false
	switch c := c.(type) {
	case cti.Mute:
		opens, h.open = !c.On, cti.Mute{Call: c.Call, On: true}
	case cti.MuteAll:
		opens, h.open = !c.On, cti.MuteAll{Conf: c.Conf, On: true}
	}
	if !opens {
		return nil // it is open already; it closes when the key is let go
	}
	return h.ask(c)
}

// dial calls what is marked or was copied, by the first line that is ready.
func (h *hotkeys) dial(from clipboard.Source) error {
	if h.d.board.Snapshot().Profile.AskIdentity {
		return errors.New("your profile wants the caller ID to be chosen for each call: dial in the window")
	}
	ctx, cancel := context.WithTimeout(h.quit, keyWithin)
	defer cancel()
	text, err := clipboard.Read(ctx, os.Getenv, from)
	if err != nil {
		return err
	}
	n, err := dial.Clean(text)
	if err != nil {
		return fmt.Errorf("what is marked or copied cannot be dialled: %w", err)
	}
	return h.ask(cti.Dial{Call: cti.NewCallID(), Number: n.Text})
}

// show brings a window to the front, which asks for the number that a verb needs. Where there is none it is opened.
func (h *hotkeys) show(ask cti.Verb) error {
	if h.d.server.Load().Raise(ask) > 0 {
		return nil
	}
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find the program: %w", err)
	}
	o := h.d.opts
	o.ForWindow = false // says how a desk was started
	cmd := exec.Command(exe, deskFlags(o)...)
	detach(cmd)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("open the window: %w", err)
	}
	go func() { _ = cmd.Wait() }() // however it ends, it is not left as a zombie
	return nil
}

// say keeps why a key did nothing, and tells the windows.
func (h *hotkeys) say(err error) {
	text := ""
	if err != nil && h.quit.Err() == nil {
		text = dial.Sentence(err)
		h.d.server.Load().Say(text)
		h.d.log.Info("a key did nothing", "why", text)
	}
	h.mu.Lock()
	h.said = text
	h.mu.Unlock()
}

// Hotkeys tells how the system-wide keys are doing.
func (a apiAdmin) Hotkeys() api.Hotkeys {
	a.d.mu.Lock()
	wanted := a.d.settings.Hotkeys
	a.d.mu.Unlock()
	h := a.d.hotkeys.Load()
	if h == nil { // the desk starts
		return api.Hotkeys{Status: hotkey.Status{Keys: []hotkey.Result{}}, Settings: wanted}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return api.Hotkeys{Status: h.keys.Status(), Settings: wanted, Said: h.said}
}

// SetHotkeys takes other keys, now and for the next start.
func (a apiAdmin) SetHotkeys(wanted settings.Hotkeys) (api.Hotkeys, error) {
	if err := wanted.Check(); err != nil {
		return api.Hotkeys{}, err
	}
	d := a.d
	d.mu.Lock()
	err := d.change(func(s *settings.Settings) { s.Hotkeys = wanted })
	d.mu.Unlock()
	if err != nil {
		return api.Hotkeys{}, err
	}
	if h := d.hotkeys.Load(); h != nil {
		h.bind(wanted)
	}
	return a.Hotkeys(), nil
}
