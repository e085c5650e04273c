package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"

	"cordboard/app/api"
	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/storage"
)

// Exit codes.
const (
	OK      = 0
	Failed  = 1 // refused, or went wrong
	Misused = 2 // the command line was not understood
	NoDesk  = 3 // no desk is running
)

// Env is what a verb works with.
type Env struct {
	Places settings.Places
	Client *api.Client
	In     io.Reader
	Out    io.Writer
	Err    io.Writer
	// Start starts a desk in the background and returns when it answers.
	Start func(context.Context) error
	// Offline runs f while no desk can start, with the settings as they are; false when a desk runs.
	Offline func(f func(settings.Places) error) (ran bool, err error)
}

// errNoDesk says what to do about it.
var errNoDesk = errors.New("no desk is running; start one with `cordboard start`, or add --start")

// Run carries out the verb and returns the exit code.
func Run(o Options, env Env) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, o, env)
	var usage *UsageError
	switch {
	case err == nil || ctx.Err() != nil:
		return OK
	case errors.Is(err, api.ErrNoDesk):
		say(env.Err, "cordboard: %v\n", errNoDesk)
		return NoDesk
	case errors.As(err, &usage):
		say(env.Err, "cordboard: %v\n", err)
		return Misused
	}
	say(env.Err, "cordboard: %v\n", err)
	return Failed
}

// say writes to the terminal; when that fails there is nobody to tell.
func say(w io.Writer, format string, args ...any) { _, _ = fmt.Fprintf(w, format, args...) }

// run carries out the verb, after starting a desk where that was asked for.
func run(ctx context.Context, o Options, env Env) error {
	if o.Start || o.Verb == "start" {
		if err := env.Start(ctx); err != nil {
			return err
		}
	}
	h, ok := handlers[o.Verb]
	if !ok {
		return command(ctx, o, env)
	}
	if err := h.arity(o); err != nil {
		return err
	}
	return h.do(ctx, o, env)
}

// handler carries out a verb that takes so many arguments at least and at most.
type handler struct {
	least, most int
	do          func(context.Context, Options, Env) error
}

// handlers are the verbs that are no commands on calls.
var handlers = map[string]handler{
	"start":      {do: func(context.Context, Options, Env) error { return nil }}, // run has done it
	"help":       {do: func(_ context.Context, _ Options, env Env) error { Usage(env.Out); return nil }},
	"quit":       {do: func(ctx context.Context, _ Options, env Env) error { return env.Client.Quit(ctx) }},
	"line":       {1, 2, lines},
	"state":      {0, 0, state},
	"events":     {0, 0, events},
	"history":    {0, 100, history},
	"profile":    {1, 2, profile},
	"sound":      {0, 0, sound},
	"hotkeys":    {0, 0, hotkeys},
	"devices":    {0, 2, devices},
	"directory":  {1, 100, directory},
	"recordings": {0, 1, recordings},
	"play":       {0, 2, play},
}

func (h handler) arity(o Options) error {
	switch {
	case len(o.Args) < h.least:
		return &UsageError{fmt.Sprintf("%s needs something behind it; see cordboard help", o.Verb)}
	case len(o.Args) > h.most:
		return &UsageError{fmt.Sprintf("%s does not take %q", o.Verb, o.Args[h.most])}
	}
	return nil
}

// lineNamed finds a line by its ID, or by the name on its key.
func lineNamed(ctx context.Context, c *api.Client, given string) (cti.LineID, error) {
	if given == "" {
		return "", nil
	}
	s, err := c.State(ctx)
	if err != nil {
		return "", err
	}
	for _, l := range s.Lines {
		if string(l.ID) == given || strings.EqualFold(l.Name, given) {
			return l.ID, nil
		}
	}
	return "", fmt.Errorf("there is no line %q", given)
}

func events(ctx context.Context, o Options, env Env) error {
	return env.Client.Events(ctx, api.EventOptions{Live: o.Live}, func(_ api.Event, line []byte) error {
		_, err := fmt.Fprintf(env.Out, "%s\n", line)
		return err
	})
}

// history reads the database itself: it works when no desk runs.
func history(ctx context.Context, o Options, env Env) error {
	page, err := storage.OpenReader(env.Places.Data).Search(ctx, storage.Query{Text: strings.Join(o.Args, " ")})
	if err != nil {
		return err
	}
	if o.JSON {
		if page.Rows == nil {
			page.Rows = []storage.Row{} // an empty list is [], not null
		}
		return printJSON(env.Out, page)
	}
	historyTable(env.Out, page)
	return nil
}

func sound(ctx context.Context, o Options, env Env) error {
	if o.Mic != nil || o.Speaker != nil || o.Ringer != nil {
		return env.Client.SetSound(ctx, api.SoundChoice{Mic: o.Mic, Speaker: o.Speaker, Ringer: o.Ringer})
	}
	s, err := env.Client.State(ctx)
	if err != nil {
		return err
	}
	if o.JSON {
		return printJSON(env.Out, s.Sound)
	}
	soundTable(env.Out, s.Sound)
	return nil
}

// profile lists the policy profiles, or puts one in force.
func profile(ctx context.Context, o Options, env Env) error {
	switch {
	case o.Args[0] == "set" && len(o.Args) == 2:
		return env.Client.SetProfile(ctx, o.Args[1])
	case o.Args[0] != "list" || len(o.Args) != 1:
		return &UsageError{"say profile list, or profile set NAME"}
	}
	all, err := env.Client.Profiles(ctx)
	if err != nil {
		return err
	}
	s, err := env.Client.State(ctx)
	if err != nil {
		return err
	}
	if o.JSON {
		return printJSON(env.Out, all)
	}
	for _, p := range all {
		mark := " "
		if p.Name == s.Profile.Name {
			mark = "*"
		}
		say(env.Out, "%s %s\n", mark, p.Name)
	}
	return nil
}

func state(ctx context.Context, o Options, env Env) error {
	s, err := env.Client.State(ctx)
	if err != nil {
		return err
	}
	if o.JSON {
		return printJSON(env.Out, s)
	}
	stateTable(env.Out, s)
	return nil
}

func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
