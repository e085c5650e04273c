package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"cordboard/app/api"
	"cordboard/app/settings"
	"cordboard/cti"
)

// lines adds, lists or removes lines: through the desk when one runs, else in the settings themselves.
func lines(ctx context.Context, o Options, env Env) error {
	what, rest := o.Args[0], o.Args[1:]
	switch {
	case what == "add" && len(rest) == 0:
		return addLine(ctx, o, env)
	case what == "list" && len(rest) == 0:
		return listLines(ctx, o, env)
	case what == "remove" && len(rest) == 1:
		return removeLine(ctx, cti.LineID(rest[0]), env)
	}
	return &UsageError{"say line add with flags, line list, or line remove ID"}
}

func addLine(ctx context.Context, o Options, env Env) error {
	change := api.LineChange{LineConfig: o.Config}
	if o.PasswordFile != "" {
		password, err := readPassword(o.PasswordFile, env.In)
		if err != nil {
			return err
		}
		change.Password = &password
	}
	var id cti.LineID
	ran, err := env.Offline(func(p settings.Places) (err error) {
		id, err = addOffline(p, change)
		return err
	})
	if !ran && err == nil {
		id, err = env.Client.SaveLine(ctx, change)
	}
	if err == nil {
		say(env.Out, "%s\n", id)
	}
	return err
}

func addOffline(p settings.Places, change api.LineChange) (cti.LineID, error) {
	s, notice, err := settings.Load(p.SettingsFile())
	if err != nil {
		return "", err
	}
	if notice != "" {
		return "", errors.New(notice)
	}
	secrets, _ := settings.OpenSecrets(p) // the desk tells about a missing keyring
	return s.SaveLine(p, secrets, change.LineConfig, change.Password)
}

func removeLine(ctx context.Context, id cti.LineID, env Env) error {
	ran, err := env.Offline(func(p settings.Places) error {
		s, _, err := settings.Load(p.SettingsFile())
		if err != nil {
			return err
		}
		secrets, _ := settings.OpenSecrets(p) // the desk tells about a missing keyring
		found, err := s.DropLine(p, secrets, id)
		if err == nil && !found {
			return fmt.Errorf("there is no line %q", id)
		}
		return err
	})
	if ran || err != nil {
		return err
	}
	return env.Client.RemoveLine(ctx, id)
}

func listLines(ctx context.Context, o Options, env Env) error {
	var views []cti.LineView
	ran, err := env.Offline(func(p settings.Places) error {
		s, _, err := settings.Load(p.SettingsFile())
		for _, l := range s.Lines {
			views = append(views, cti.LineView{ID: l.ID, Name: l.Name, Config: l, Why: "no desk is running"})
		}
		return err
	})
	if !ran && err == nil {
		var s *cti.Snapshot
		if s, err = env.Client.State(ctx); err == nil {
			views = s.Lines
		}
	}
	if err != nil {
		return err
	}
	if o.JSON {
		return printJSON(env.Out, append([]cti.LineView{}, views...)) // an empty list is [], not null
	}
	lineTable(env.Out, views)
	return nil
}

// maxPassword is more bytes than any password has.
const maxPassword = 4096

// readPassword reads the first line of a file, or of standard input.
func readPassword(file string, in io.Reader) (string, error) {
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		defer func() { _ = f.Close() }() // only read
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, maxPassword))
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	first = strings.TrimSuffix(first, "\r")
	if first == "" {
		return "", errors.New("the file of the password is empty")
	}
	return first, nil
}
