package cli

import (
	"context"

	"cordboard/devices/hotkey"
)

// hotkeys shows the system-wide keys.
func hotkeys(ctx context.Context, o Options, env Env) error {
	h, err := env.Client.Hotkeys(ctx)
	if err != nil {
		return err
	}
	if o.JSON {
		return printJSON(env.Out, h)
	}
	if h.Why != "" {
		say(env.Out, "%s\n\n", h.Why)
	}
	rows := [][]string{{"ACTION", "KEY", "STATE", ""}}
	for _, k := range h.Keys {
		key, why := k.Chord.String(), k.Why
		if k.Trigger != "" {
			key = k.Trigger // what the desktop's user chose counts
		}
		if k.State == hotkey.Unavailable && why == h.Why {
			why = "" // it is said once for all
		}
		rows = append(rows, []string{k.Action, key, string(k.State), why})
	}
	table(env.Out, rows...)
	return nil
}
