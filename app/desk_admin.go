package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"

	"cordboard/app/api"
	"cordboard/app/exchange"
	"cordboard/app/settings"
	"cordboard/cti"
)

// apiAdmin changes the settings of the running desk for the API.
type apiAdmin struct{ d *desk }

// SaveLine adds or replaces a line. The first real line ends the practice.
func (a apiAdmin) SaveLine(cfg cti.LineConfig, password *string) (cti.LineID, error) {
	d := a.d
	defer d.watchPeople(context.Background()) // when mu is free again
	d.mu.Lock()
	defer d.mu.Unlock()
	id, err := d.settings.SaveLine(d.places, d.secrets, cfg, password)
	if err != nil {
		return "", err
	}
	for _, l := range d.settings.Lines {
		if l.ID == id {
			d.board.Post(cti.LineSet{Config: l})
		}
	}
	d.switchPractice()
	return id, nil
}

// RemoveLine takes a line away. The last real line brings the practice back.
func (a apiAdmin) RemoveLine(id cti.LineID) error {
	d := a.d
	defer d.watchPeople(context.Background()) // when mu is free again
	d.mu.Lock()
	defer d.mu.Unlock()
	found, err := d.settings.DropLine(d.places, d.secrets, id)
	if err != nil {
		return err
	}
	if !found {
		return fmt.Errorf("%w as %q in the settings", api.ErrNoLine, id)
	}
	d.board.Post(cti.LineRemoved{Line: id})
	d.switchPractice()
	return nil
}

// SetSound chooses sound devices, now and for the next start.
func (a apiAdmin) SetSound(c api.SoundChoice) error {
	d := a.d
	d.mu.Lock()
	defer d.mu.Unlock()
	err := d.change(func(s *settings.Settings) { s.Sound = overlay(s.Sound, c.Mic, c.Speaker, c.Ringer) })
	if err != nil {
		return err
	}
	for _, o := range []struct{ given, chosen **string }{{&d.opts.Mic, &c.Mic}, {&d.opts.Speaker, &c.Speaker}, {&d.opts.Ringer, &c.Ringer}} {
		if *o.chosen != nil {
			*o.given = nil // what was asked for last counts, not what the desk was started with
		}
	}
	now := d.soundNow()
	d.engine.SetDevices(now.Mic, now.Speaker, now.Ringer)
	return nil
}

// SetWindow keeps how windows look.
func (a apiAdmin) SetWindow(look settings.Window) error {
	d := a.d
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.change(func(s *settings.Settings) { s.Window = look })
}

// change changes the settings on the disk, and only if that goes well those in use. d.mu must be held.
func (d *desk) change(by func(*settings.Settings)) error {
	next := d.settings
	by(&next)
	if err := settings.Save(d.places.SettingsFile(), next); err != nil {
		return err
	}
	d.settings = next
	return nil
}

// Quit ends the desk. When nobody asked for that but the last window is gone, it ends only if it was started for windows
// and is not set to stay, and not before the last customer is off the line.
func (a apiAdmin) Quit(idle bool) {
	d := a.d
	d.mu.Lock()
	stay := !d.opts.ForWindow || d.settings.Desk.Stay
	d.mu.Unlock()
	switch {
	case !idle:
		d.end()
	case !stay:
		d.left.Store(true)
		d.endWhenLeft(d.board.Snapshot())
	}
}

// end asks the desk to end; any goroutine may do so, and more than once.
func (d *desk) end() { d.once.Do(func() { close(d.quit) }) }

// endWhenLeft ends a desk that has lost its last window, once no call is up and unless a window has come back.
func (d *desk) endWhenLeft(s *cti.Snapshot) {
	if d.left.Load() && !busy(s) && d.server.Load().Windows() == 0 {
		d.end()
	}
}

// sound is the choice of devices: what the command line says counts for this run, else the settings.
func (d *desk) sound() settings.Sound {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.soundNow()
}

// soundNow is sound for callers that hold mu.
func (d *desk) soundNow() settings.Sound {
	return overlay(d.settings.Sound, d.opts.Mic, d.opts.Speaker, d.opts.Ringer)
}

func overlay(s settings.Sound, mic, speaker, ringer *string) settings.Sound {
	for _, o := range []struct{ to, from *string }{{&s.Mic, mic}, {&s.Speaker, speaker}, {&s.Ringer, ringer}} {
		if o.from != nil {
			*o.to = *o.from
		}
	}
	return s
}

// lines are the lines that the desk shall have: those of the settings, or the practice lines.
func (d *desk) lines() []cti.LineConfig {
	if d.practicing.Load() {
		return d.exchange.Load().Lines()
	}
	return d.settings.Lines
}

// secret finds the password of a line. The SIP stack calls it from goroutines that may wait for a keyring.
func (d *desk) secret(id cti.LineID) (string, error) {
	if x := d.exchange.Load(); x != nil {
		if pw, ok := x.Secret(id); ok {
			return pw, nil
		}
	}
	return d.secrets.Get(id)
}

// choosePractice decides between the lines of the settings and those of the practice exchange. The exchange is started
// when it is needed first and then stays, without cost, since its lines want to unregister when they go.
func (d *desk) choosePractice() {
	wanted := len(d.settings.Lines) == 0 && !d.opts.NoPractice
	if wanted && d.exchange.Load() == nil {
		x, err := exchange.Start(context.Background(), exchange.Config{Log: d.log})
		if err != nil {
			d.note("There is no line, and no practice exchange either: " + err.Error() + ".")
			return
		}
		d.exchange.Store(x)
	}
	d.practicing.Store(wanted)
}

// closeExchange ends the practice exchange, if there is one.
func (d *desk) closeExchange() {
	if x := d.exchange.Load(); x != nil {
		x.Close()
	}
}

// switchPractice brings practice lines in step with the settings; the caller holds mu.
func (d *desk) switchPractice() {
	before := d.practicing.Load()
	d.choosePractice()
	now := d.practicing.Load()
	if before == now {
		return
	}
	d.describe()
	for _, l := range d.exchange.Load().Lines() {
		if now {
			d.board.Post(cti.LineSet{Config: l})
		} else {
			d.board.Post(cti.LineRemoved{Line: l.ID})
		}
	}
}

// apiToken reads the token of the API on TCP, and makes one the first time.
func apiToken(file string) (string, error) {
	text, err := os.ReadFile(file)
	if token := strings.TrimSpace(string(text)); err == nil && token != "" {
		return token, nil
	}
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("read the API's token: %w", err)
	}
	token := rand.Text()
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep the API's token: %w", err)
	}
	return token, nil
}
