//go:build cgo

package main

import (
	"context"
	"maps"
	"time"

	"fyne.io/fyne/v2"
	fyneapp "fyne.io/fyne/v2/app"

	"cordboard/app"
	"cordboard/app/api"
	"cordboard/app/exchange"
	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/storage"
	"cordboard/ui"
	"cordboard/ui/theme"
)

// answerWithin is how long the settings window waits for the desk.
const answerWithin = 10 * time.Second

// openWindow shows the window until it is closed. Only this package imports fyne/v2/app, which needs cgo and OpenGL.
func openWindow(w app.Window) error {
	// Without an ID, Fyne keeps no file of preferences beside the settings, where all homes would share it and a killed
	// window would leave it broken.
	fyneapp.SetMetadata(fyne.AppMetadata{Name: "Cordboard"})
	win := ui.New(fyneapp.NewWithID(""), ui.Config{
		Desk:       w.Desk,
		History:    history{w.History},
		Recordings: recordings{w.Client},
		Settings:   &changes{w.Client, w.Look},
		Contacts:   contacts(w.Practice),
		Directory:  directory{w.Client},
		Identities: w.Look.Identities,
		Look:       theme.Look{Variant: theme.Variant(w.Look.Theme), Scale: w.Look.Scale},
	})
	w.OnRaise(win.Raise)
	w.OnKey(win.Ask, win.Say)
	win.Run()
	return nil
}

// contacts are the numbers of the practice exchange, while there is nobody else to call.
func contacts(practice bool) []ui.Contact {
	if !practice {
		return nil
	}
	var out []ui.Contact
	for _, n := range exchange.Directory() {
		out = append(out, ui.Contact{Name: n.Name, Number: n.Number, Note: n.Note})
	}
	return out
}

// history lets the window search the database by itself: it works with no desk running.
type history struct{ reader *storage.Reader }

// Search finds a page of calls.
func (h history) Search(text string, filter ui.HistoryFilter, page int) (ui.HistoryPage, error) {
	q := storage.Query{Text: text, Limit: ui.HistoryPageSize, Offset: page * ui.HistoryPageSize}
	switch filter {
	case ui.HistoryAll:
	case ui.HistoryMissed:
		q.Result = cti.ResultMissed
	case ui.HistoryIncoming:
		q.Direction = cti.Incoming
	case ui.HistoryOutgoing:
		q.Direction = cti.Outgoing
	}
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	found, err := h.reader.Search(ctx, q)
	if err != nil {
		return ui.HistoryPage{}, err
	}
	out := ui.HistoryPage{Total: found.Total}
	for _, r := range found.Rows {
		out.Rows = append(out.Rows, ui.HistoryRow{Call: callOf(r), LineName: r.LineName, Recorded: r.Recorded})
	}
	return out, nil
}

// callOf makes the call of a row again, as far as the history keeps it.
func callOf(r storage.Row) cti.Call {
	c := cti.Call{
		ID: r.ID, Line: r.Line, Route: r.Route, Direction: r.Direction, Number: r.Number, Name: r.Name,
		Called: r.Called, Via: r.Via, ShowAs: r.ShowAs, Phase: cti.PhaseEnded, Created: r.Created, Answered: r.Answered,
		Finished: r.Finished, Since: r.Finished, End: cti.End{Code: r.Code, Reason: r.Reason, Result: r.Result},
	}
	c.Session.Codec.Name = r.Codec
	return c
}

// changes carries out what the settings window asks for.
type changes struct {
	client *api.Client
	kept   settings.Window // as it is stored now; the window asks for one change after the other
}

func (c *changes) ask(f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	return f(ctx)
}

// SaveLine adds or replaces a line.
func (c *changes) SaveLine(cfg cti.LineConfig, password *string) error {
	return c.ask(func(ctx context.Context) error {
		_, err := c.client.SaveLine(ctx, api.LineChange{LineConfig: cfg, Password: password})
		return err
	})
}

// RemoveLine takes a line away.
func (c *changes) RemoveLine(id cti.LineID) error {
	return c.ask(func(ctx context.Context) error { return c.client.RemoveLine(ctx, id) })
}

// SetSound chooses devices.
func (c *changes) SetSound(mic, speaker, ringer string) error {
	return c.ask(func(ctx context.Context) error {
		return c.client.SetSound(ctx, api.SoundChoice{Mic: &mic, Speaker: &speaker, Ringer: &ringer})
	})
}

// SaveLook keeps theme and size.
func (c *changes) SaveLook(l theme.Look) error {
	next := c.kept
	next.Theme, next.Scale = string(l.Variant), l.Scale
	return c.keep(next)
}

// SaveIdentity keeps the caller ID that was chosen last on a line.
func (c *changes) SaveIdentity(line cti.LineID, identity string) error {
	next := c.kept
	next.Identities = maps.Clone(next.Identities)
	if next.Identities == nil {
		next.Identities = map[cti.LineID]string{}
	}
	next.Identities[line] = identity
	return c.keep(next)
}

// keep stores what the window keeps as a whole.
func (c *changes) keep(next settings.Window) error {
	err := c.ask(func(ctx context.Context) error { return c.client.SetWindow(ctx, next) })
	if err == nil {
		c.kept = next
	}
	return err
}
