package script

import (
	"slices"
	"strings"

	"cordboard/ui"
)

// Book is a directory of the given people. It implements ui.Directory.
type Book []ui.Person

// Find implements ui.Directory.
func (b Book) Find(text string) ([]ui.Person, error) {
	var out []ui.Person
	words := strings.Fields(strings.ToLower(text))
	for _, p := range b {
		all := strings.ToLower(p.Name + " " + p.Note)
		for _, n := range p.Numbers {
			all += " " + n.Number
		}
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(all, w) }) {
			out = append(out, p)
		}
	}
	return out, nil
}

// Refresh implements ui.Directory.
func (Book) Refresh() error { return nil }

// SetFavourite implements ui.Directory.
func (b Book) SetFavourite(id string, on bool) error {
	for i := range b {
		if b[i].ID == id {
			b[i].Favourite = on
		}
	}
	return nil
}
