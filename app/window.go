package app

import (
	"context"
	"errors"
	"os"
	"sync/atomic"
	"time"

	"cordboard/app/api"
	"cordboard/app/cli"
	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/storage"
)

// Window is what the main package needs to open the window.
type Window struct {
	Desk    *api.Remote
	Client  *api.Client
	History *storage.Reader
	Look    settings.Window
	// Practice says that there is no line in the settings, so that the practice exchange will be there.
	Practice bool
	// OnRaise says what to do when Cordboard is started a second time. Any goroutine may call what was given.
	OnRaise func(raise func())
	// OnKey says what to do with system-wide keys: ask for the number that a verb needs, and say why a key did nothing. Any
	// goroutine may call what was given.
	OnKey func(ask func(cti.Verb), said func(string))
}

// respawn is the shortest time between two attempts to start a desk that went away: its own supervisor is faster, and
// only when that is gone too the window helps.
const respawn = 2 * time.Second

// window opens the window, or raises the one that is there.
func (m Main) window(o cli.Options, p settings.Places) int {
	if m.Window == nil {
		return m.fail(cli.Failed, errors.New("this build has no window; cordboard --headless runs the desk"))
	}
	socket, err := p.Socket()
	if err != nil {
		return m.fail(cli.Failed, err)
	}
	client := api.NewClient(socket)
	if raised(client) {
		return cli.OK
	}
	o.ForWindow = true
	known := known(p)
	raise, keys := new(atomic.Pointer[func()]), new(windowKeys)
	remote := api.NewRemote(api.RemoteConfig{Client: client, Window: true, Missing: starter(o, p), Raise: func() {
		if f := raise.Load(); f != nil {
			(*f)()
		}
	}, Ask: keys.asks, Said: keys.says})
	err = m.Window(Window{
		Desk: remote, Client: client, History: storage.OpenReader(p.Data), Look: known.Window,
		Practice: len(known.Lines) == 0 && !o.NoPractice,
		OnRaise:  func(f func()) { raise.Store(&f) },
		OnKey:    keys.set,
	})
	remote.Close()
	leave(client)
	if err != nil {
		return m.fail(cli.Failed, err)
	}
	return cli.OK
}

// known reads the settings for the first look. Whatever is wrong with them is the desk's to tell.
func known(p settings.Places) settings.Settings {
	text, err := os.ReadFile(p.SettingsFile())
	if err != nil {
		return settings.Settings{}
	}
	s, _, _ := settings.Parse(text)
	return s
}

// raised brings a window that is open to the front, and reports whether there was one.
func raised(client *api.Client) bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	n, err := client.Raise(ctx)
	return err == nil && n > 0
}

// starter starts a desk when none answers, but not again and again. The first time it does so at once.
func starter(o cli.Options, p settings.Places) func() {
	var last time.Time
	return func() {
		if time.Since(last) < respawn {
			return
		}
		last = time.Now()
		_ = spawnDesk(o, p) // the window says that the desk does not answer
	}
}

// leave tells the desk that the user closed the window.
func leave(client *api.Client) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = client.Leave(ctx) // a desk that does not answer cannot be left
	client.Close()
}
