package cli

import (
	"context"
	"strings"

	"cordboard/devices/headset"
	"cordboard/packaging/udev"
)

// devices shows headsets and handsets with what they can do, or why one cannot be used; or chooses the primary one.
func devices(ctx context.Context, o Options, env Env) error {
	switch {
	case o.Rule:
		say(env.Out, "%s", udev.Rules)
		return nil
	case len(o.Args) == 2 && o.Args[0] == "primary":
		return env.Client.SetHeadset(ctx, o.Args[1])
	case len(o.Args) == 1 && o.Args[0] == "primary":
		return env.Client.SetHeadset(ctx, "")
	case len(o.Args) > 0:
		return &UsageError{"say devices, or devices primary ID"}
	}
	d, err := env.Client.Devices(ctx)
	if err != nil {
		return err
	}
	if o.JSON {
		return printJSON(env.Out, d)
	}
	table(env.Out, append([][]string{{"ID", "NAME", "KIND", "STATE", "BUTTONS", "LAMPS"}}, headsetRows(d.Headsets)...)...)
	for _, s := range d.Headsets {
		if s.Trouble != "" {
			say(env.Out, "\n%s\n", s.Trouble)
		}
	}
	say(env.Out, "\n")
	does := [][]string{{"BUTTON", "DOES NOW"}}
	for _, b := range d.Buttons {
		does = append(does, []string{string(b.Button), b.Does})
	}
	table(env.Out, does...)
	return nil
}

// headsetRows describes each set in a row.
func headsetRows(sets []headset.Set) [][]string {
	var rows [][]string
	for _, s := range sets {
		state := "not in use"
		switch {
		case s.Primary:
			state = "primary"
		case s.Open:
			state = "in use"
		}
		rows = append(rows, []string{s.ID, s.Name, s.Kind, state, strings.Join(s.Buttons, ", "), strings.Join(s.Lamps, ", ")})
	}
	return rows
}
