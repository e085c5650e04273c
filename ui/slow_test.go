package ui_test

import (
	"errors"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"cordboard/cti"
)

// numberOf is the number that a command goes to.
func numberOf(c cti.Command) string {
	switch c := c.(type) {
	case cti.Dial:
		return c.Number
	case cti.QuickTransfer:
		return c.Number
	case cti.StartConsult:
		return c.Number
	case cti.Pickup:
		return c.Number
	}
	return ""
}

// takers are the keys that take what is typed.
var takers = []fyne.KeyName{fyne.KeyReturn, fyne.KeyF6, fyne.KeyF7, fyne.KeyF8, fyne.KeyF9}

// What is typed before a slow desk has answered is another number: it does not stand behind the one that was given.
func TestTypingGoesOnWhileTheDeskIsSlow(t *testing.T) {
	for _, key := range takers {
		o, _ := talking(t)
		o.Desk.Slow(func() { o.Type("2055") })
		o.Type("2044").Press(key).Sees("2055").SeesNot("20442055")
		if got := numberOf(o.Last()); got != "2044" {
			t.Errorf("%s went to %q", key, got)
		}
		o.Desk.Pass(time.Second)
		o.Press(fyne.KeyReturn)
		if got := dialled(t, o).Number; got != "2055" {
			t.Errorf("after %s Enter dialled %q", key, got)
		}
	}
}

// What the desk refuses comes back, to be tried again.
func TestRefusedNumberComesBack(t *testing.T) {
	for _, key := range takers {
		o, _ := talking(t)
		o.Desk.Refuse(errors.New("the line is busy"))
		o.Type("2044").Press(key).Sees("2044: The line is busy")
		o.Desk.Refuse(nil)
		o.Desk.Pass(time.Second)
		o.Press(fyne.KeyReturn)
		if got := dialled(t, o).Number; got != "2044" {
			t.Errorf("after %s Enter dialled %q", key, got)
		}
	}
}

// A refusal that comes late does not touch what was typed since, and says which number it is about.
func TestLateRefusalLeavesWhatIsTyped(t *testing.T) {
	o := sit(t, quiet())
	o.Desk.Refuse(errors.New("the line is busy"))
	o.Desk.Slow(func() { o.Type("2055") })
	o.Type("2044").Press(fyne.KeyReturn).Sees("2055", "2044: The line is busy").SeesNot("20442055")
	o.Desk.Refuse(nil)
	o.Press(fyne.KeyReturn)
	if got := dialled(t, o).Number; got != "2055" {
		t.Errorf("Enter dialled %q", got)
	}
}

// A refusal that names the number by itself does not say it twice.
func TestRefusalNamesTheNumberOnce(t *testing.T) {
	o := sit(t, quiet())
	o.Desk.Refuse(errors.New("nothing rings at 2044."))
	o.Type("2044").Press(fyne.KeyF9).Sees("Nothing rings at 2044.").SeesNot("2044: Nothing")
}

// Enter that repeats finds an empty field, which is no wish to be asked for a number.
func TestEnterThatRepeatsAsksNothing(t *testing.T) {
	o := sit(t, quiet())
	o.Type("2044").Press(fyne.KeyReturn).Press(fyne.KeyReturn).SeesNot("Which number?")
	if n := len(o.Desk.Sent()); n != 1 {
		t.Errorf("%d commands were sent", n)
	}
	o.Desk.Pass(time.Second)
	o.Press(fyne.KeyReturn).Sees("Which number?")
}
