package ui

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/ui/lang"
	"cordboard/ui/theme"
	"cordboard/ui/view"
	"cordboard/ui/widget"
)

// field is one entry of a form about a T, with room for the sentence about what is wrong with it.
type field[T any] struct {
	label lang.Text
	input fyne.CanvasObject
	wide  bool // in a row of fields: has a line of its own
	fault *widget.Spans
	load  func(from *T)
	store func(to *T) error // the error is a sentence for the operator
}

// newField makes a field without fault; load and store are the caller's to add.
func newField[T any](label lang.Text, input fyne.CanvasObject) *field[T] {
	f := &field[T]{label: label, input: input, fault: widget.NewSpans(theme.Small)}
	f.fault.Hide()
	return f
}

// blame shows what is wrong with the field; nil takes it away.
func (f *field[T]) blame(err error) {
	show(f.fault, err != nil)
	if err != nil {
		f.fault.Set([]view.Span{{Text: view.Clean(err.Error()), Role: view.Stop}})
	}
}

// entryField is a field to type into: write gives the text of a T, and read takes it over.
func entryField[T any](label, hint lang.Text, write func(*T) string, read func(*T, string) error) *field[T] {
	e := newEntry()
	e.PlaceHolder = hint.String()
	return fieldAround(label, e, write, read)
}

// newEntry makes an entry of one line.
func newEntry() *fynewidget.Entry {
	e := fynewidget.NewEntry()
	e.Scroll = fyne.ScrollHorizontalOnly // at odd scales a bar for half a pixel would show
	return e
}

// fieldAround ties an entry to a T. Typing takes a complaint away, for it is about what stood there before.
func fieldAround[T any](label lang.Text, e *fynewidget.Entry, write func(*T) string, read func(*T, string) error) *field[T] {
	f := newField[T](label, e)
	e.OnChanged = func(string) { f.blame(nil) }
	f.load = func(from *T) { e.SetText(write(from)) }
	f.store = func(to *T) error { return read(to, trimmed(e)) }
	return f
}

// textField is an entry for a text that check, unless nil, may refuse.
func textField[T any](label, hint lang.Text, at func(*T) *string, check func(string) error) *field[T] {
	return entryField(label, hint, func(from *T) string { return *at(from) }, func(to *T, text string) error {
		*at(to) = text
		if check == nil {
			return nil
		}
		return check(text)
	})
}

// numberField is an entry for a number from 0 to the given limit; 0 is shown as nothing.
func numberField[T any](label, hint lang.Text, at func(*T) *int, limit int) *field[T] {
	write := func(from *T) string {
		if *at(from) == 0 {
			return ""
		}
		return strconv.Itoa(*at(from))
	}
	return entryField(label, hint, write, func(to *T, text string) error {
		n, err := strconv.Atoi(text)
		if text != "" && (err != nil || n < 0 || n > limit) {
			return errors.New(lang.FaultNumber.With(text, limit))
		}
		*at(to) = n
		return nil
	})
}

// listField is an entry for texts with commas between them, each of which check, unless nil, may refuse.
func listField[T any](label, hint lang.Text, at func(*T) *[]string, check func(string) error) *field[T] {
	write := func(from *T) string { return strings.Join(*at(from), ", ") }
	return entryField(label, hint, write, func(to *T, text string) error {
		var list []string
		for part := range strings.SplitSeq(text, ",") {
			part = strings.TrimSpace(part)
			if part == "" {
				continue
			}
			if check != nil {
				if err := check(part); err != nil {
					return err
				}
			}
			list = append(list, part)
		}
		*at(to) = list
		return nil
	})
}

// choiceField offers values by their names; a value that is not among them counts as the first.
func choiceField[T any, V comparable](label lang.Text, values []V, names []string, at func(*T) *V) *field[T] {
	s := fynewidget.NewSelect(names, nil)
	f := newField[T](label, s)
	f.load = func(from *T) { s.SetSelectedIndex(max(slices.Index(values, *at(from)), 0)) }
	f.store = func(to *T) error {
		*at(to) = values[max(s.SelectedIndex(), 0)]
		return nil
	}
	return f
}

// trimmed is what an entry says without the blanks that come with pasting.
func trimmed(e *fynewidget.Entry) string { return strings.TrimSpace(e.Text) }
