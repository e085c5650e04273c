package ui_test

import (
	"testing"

	"fyne.io/fyne/v2"

	"cordboard/cti"
)

// A key pressed in another program asks for its number, and forgets what stood in the window that nobody saw.
func TestSystemWideKeyAsks(t *testing.T) {
	o, _ := talking(t)
	o.Type("999")
	o.Window.Ask(cti.VerbTransfer)
	if sent := o.Desk.Sent(); len(sent) != 0 {
		t.Fatalf("the window sent %#v by itself", sent)
	}
	o.Type("2045").Press(fyne.KeyReturn)
	if got, ok := o.Last().(cti.QuickTransfer); !ok || got.Number != "2045" {
		t.Errorf("the window sent %#v", o.Last())
	}
	o.Window.Say("There is no call.")
	o.Sees("There is no call.")
}

// Without a call the window says why, and asks for nothing.
func TestSystemWideKeyWithoutCall(t *testing.T) {
	o := sit(t, quiet())
	o.Window.Ask(cti.VerbTransfer)
	o.Sees("Select a call first.")
}
