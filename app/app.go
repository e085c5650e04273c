package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"cordboard/app/api"
	"cordboard/app/cli"
	"cordboard/app/settings"
)

// Version is set by the linker.
var Version = "dev"

// Main is what the main package hands over.
type Main struct {
	Args   []string // without the program's name
	In     io.Reader
	Out    io.Writer
	Err    io.Writer
	Window func(Window) error // opens the window and returns when it is closed; nil in a build without one
}

// Run plays the role that the arguments ask for and returns the exit code. It must be called by main's goroutine, since
// windows insist on it.
func Run(m Main) int {
	o, err := cli.Parse(m.Args)
	if errors.Is(err, flag.ErrHelp) {
		cli.Usage(m.Out)
		return cli.OK
	}
	if err != nil {
		return m.fail(cli.Misused, err)
	}
	if o.Version {
		_, _ = fmt.Fprintln(m.Out, "Cordboard", Version) // a reader that is gone wants nothing
		return cli.OK
	}
	places, err := settings.Locate(o.Home)
	if err != nil {
		return m.fail(cli.Failed, err)
	}
	return m.play(o, places)
}

// play chooses the role.
func (m Main) play(o cli.Options, p settings.Places) int {
	switch {
	case o.Desk:
		return m.desk(o, p)
	case o.Headless:
		return m.supervise(o, p)
	case o.Verb == "":
		return m.window(o, p)
	}
	socket, err := p.Socket()
	if err != nil {
		return m.fail(cli.Failed, err)
	}
	client := api.NewClient(socket)
	defer client.Close()
	return cli.Run(o, cli.Env{
		Places: p, Client: client, In: m.In, Out: m.Out, Err: m.Err,
		Start:   func(ctx context.Context) error { return ensureDesk(ctx, client, o, p) },
		Offline: func(f func(settings.Places) error) (bool, error) { return offline(p, f) },
	})
}

// fail says one sentence.
func (m Main) fail(code int, err error) int {
	_, _ = fmt.Fprintf(m.Err, "cordboard: %v\n", err) // a reader that is gone wants nothing
	return code
}

// offline runs f while it holds the lock of the desk, so that none can start meanwhile.
func offline(p settings.Places, f func(settings.Places) error) (ran bool, err error) {
	lock, err := takeLock(p.LockFile())
	if errors.Is(err, errLocked) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer lock.release()
	return true, f(p)
}
