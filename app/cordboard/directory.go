//go:build cgo

package main

import (
	"context"
	"strings"

	"cordboard/app/api"
	"cordboard/storage"
	"cordboard/ui"
)

// directory lets the window look people up at the desk.
type directory struct{ client *api.Client }

// Find looks people up.
func (d directory) Find(text string) ([]ui.Person, error) {
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	found, err := d.client.People(ctx, text)
	if err != nil {
		return nil, err
	}
	var out []ui.Person
	for _, p := range found {
		out = append(out, personOf(p))
	}
	return out, nil
}

// personOf makes an entry of the directory what the window shows.
func personOf(p storage.Person) ui.Person {
	out := ui.Person{ID: p.ID, Name: p.Name, Note: noteOf(p), Group: p.Group(), Favourite: p.Favourite, Members: p.Members}
	for _, n := range p.Numbers {
		out.Numbers = append(out.Numbers, ui.PersonNumber{Number: n.Number, Kind: n.Kind})
	}
	return out
}

// noteOf tells people of the same name apart.
func noteOf(p storage.Person) string {
	var words []string
	for _, word := range []string{p.Company, p.Department, p.Job, p.Street, p.Note} {
		if word != "" {
			words = append(words, word)
		}
	}
	return strings.Join(words, ", ")
}

// Refresh has the directory read again, and what is known of its numbers.
func (d directory) Refresh() error {
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	return d.client.RefreshDirectory(ctx)
}

// SetFavourite keeps a person among the favourites, or does not any longer.
func (d directory) SetFavourite(id string, on bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	return d.client.SetFavourite(ctx, id, on)
}
