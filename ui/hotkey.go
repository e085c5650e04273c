package ui

import (
	"fyne.io/fyne/v2"

	"cordboard/cti"
	"cordboard/ui/view"
)

// askKeys are the keys of the commands that need a number.
var askKeys = map[cti.Verb]view.Key{
	cti.VerbTransfer: cti.KeyTransfer, cti.VerbConsult: cti.KeyConsult, cti.VerbConference: cti.KeyConference, cti.VerbPickup: cti.KeyPickup,
}

// Ask brings the window to the front and does what its key for a verb does: it takes the number that is typed, or asks for
// one. Any goroutine but that of the UI may call it.
func (w *Window) Ask(verb cti.Verb) {
	w.Raise()
	fyne.Do(func() { w.askFor(verb) })
}

// askFor is Ask on the UI goroutine.
func (w *Window) askFor(verb cti.Verb) {
	w.Draw()
	if key, ok := askKeys[verb]; ok && !w.pressKey(key) {
		w.focusNumber()
	}
}

// Say shows a sentence about something that was not asked for in this window. Any goroutine but that of the UI may call it.
func (w *Window) Say(sentence string) { fyne.Do(func() { w.say(sentence) }) }
