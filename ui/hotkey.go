package ui

import (
	"slices"

	"fyne.io/fyne/v2"

	"cordboard/cti"
	"cordboard/ui/view"
)

// askKeys are the keys of the commands that need a number.
var askKeys = map[cti.Verb]view.Key{
	cti.VerbTransfer: cti.KeyTransfer, cti.VerbConsult: cti.KeyConsult, cti.VerbConference: cti.KeyConference, cti.VerbPickup: cti.KeyPickup,
}

// Ask brings the window to the front and asks for the number that a verb needs. What stands in the Number field is cleared:
// who pressed the key did not see it, and types at once. Any goroutine but that of the UI may call it.
func (w *Window) Ask(verb cti.Verb) {
	w.Raise()
	fyne.Do(func() { w.askFor(verb) })
}

// askFor is Ask on the UI goroutine.
func (w *Window) askFor(verb cti.Verb) {
	w.Draw()
	i := slices.IndexFunc(w.model.Menu, func(c view.Command) bool { return c.Key == askKeys[verb] })
	switch {
	case i < 0:
		w.focusNumber()
	case w.model.Menu[i].Enabled() && w.model.Menu[i].Ask != view.AskNothing:
		w.setNumber("")
		w.ask(w.model.Menu[i])
	default:
		w.give(w.model.Menu[i])
	}
}

// Say shows a sentence about something that was not asked for in this window. Any goroutine but that of the UI may call it.
func (w *Window) Say(sentence string) { fyne.Do(func() { w.say(sentence) }) }
