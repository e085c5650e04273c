//go:build cgo

// Command barewindow is the least that can be called a window: what Cordboard's is measured against.
package main

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/widget"

	_ "cordboard/app/locale" // before Fyne looks for a language
)

func main() {
	w := app.NewWithID("org.cordboard.BareWindow").NewWindow("Bare window")
	w.SetContent(widget.NewLabel("A label in a window"))
	w.Resize(fyne.NewSize(1320, 860)) // the size of Cordboard's
	w.ShowAndRun()
}
