package ui_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"cordboard/cti"
	"cordboard/ui"
	"cordboard/ui/uitest"
	"cordboard/ui/uitest/script"
)

const (
	ctrl = fyne.KeyModifierControl
	alt  = fyne.KeyModifierAlt
)

// quiet is a desk with two lines and no calls.
func quiet() *script.Desk { return script.NewDesk(script.DeskLine, script.SalesLine) }

func sit(t *testing.T, d *script.Desk) *uitest.Operator {
	t.Helper()
	return uitest.Sit(t, d, ui.Config{Contacts: script.People})
}

// sent fails the test unless the last command is the wanted one.
func sent(t *testing.T, o *uitest.Operator, want cti.Command) {
	t.Helper()
	if got := o.Last(); !reflect.DeepEqual(got, want) {
		t.Errorf("the window sent %#v, want %#v", got, want)
	}
}

// dialled returns the last command, which must be a Dial, without the ID that nobody can foresee.
func dialled(t *testing.T, o *uitest.Operator) cti.Dial {
	t.Helper()
	d, ok := o.Last().(cti.Dial)
	if !ok {
		t.Fatalf("the window sent %#v, want a Dial", o.Last())
	}
	d.Call = ""
	return d
}

// R5: the Call button and Enter do the same. R10 to R13: the preview tells what will be dialled.
func TestDialByKeyboard(t *testing.T) {
	o := sit(t, quiet())
	o.Type("+1 (201) 553-2447")
	o.Sees("+12015532447", "11 digits (US)", "Desk 2001", "Trunk A", "Reception 2001")
	o.Press(fyne.KeyReturn)
	if got := dialled(t, o); !reflect.DeepEqual(got, cti.Dial{Line: "desk", Route: "Trunk A", Number: "+1 (201) 553-2447"}) {
		t.Errorf("Enter dialled %#v", got)
	}
	o.Sees("Calling 0:00", "F5 cancel").SeesNot("+1 (201)")
}

func TestDialByMouse(t *testing.T) {
	o := sit(t, quiet())
	o.Click("Anna Berg").Sees("2044").Click("Call")
	if got := dialled(t, o).Number; got != "2044" {
		t.Errorf("the button dialled %q", got)
	}
}

func TestRefusedNumberIsNotDialled(t *testing.T) {
	o := sit(t, quiet())
	o.Type("12").Sees("A number has at least 3 digits.").Press(fyne.KeyReturn)
	if n := len(o.Desk.Sent()); n != 0 {
		t.Errorf("%d commands were sent for a number that is too short", n)
	}
	o.Sees("A number has at least 3 digits.")
}

// R4: a command that needs a number and has none asks for it.
func TestCallWithoutNumberAsks(t *testing.T) {
	o := sit(t, quiet())
	o.Press(fyne.KeyReturn).Sees("Which number?")
	o.Type("2060").Sees("4 digits (internal)").Press(fyne.KeyReturn)
	if got := dialled(t, o).Number; got != "2060" {
		t.Errorf("the dialog dialled %q", got)
	}
	o.SeesNot("Which number?")
	o.Click("Call").Sees("Which number?").Press(fyne.KeyEscape).SeesNot("Which number?")
	if n := len(o.Desk.Sent()); n != 1 {
		t.Errorf("%d commands after leaving the dialog, want the one from before", n)
	}
}

// R13: pasting keeps digits and + # * : only; an address stays whole.
func TestPasteIsCleaned(t *testing.T) {
	for pasted, want := range map[string]string{
		"call me: 0049 (30) 1234-56 x": ":00493012345" + "6",
		"+49 30 1234 / 56":             "+4930123456",
		"sip:anna@example.org":         "sip:anna@example.org",
		"Anna":                         "Anna",
		"20\u202e44":                   "2044",
	} {
		o := sit(t, quiet())
		o.Paste(pasted).Sees(want)
	}
}

// R6, R30, R31: commands act on the selected row; Connect takes a held call back.
func TestHoldAndConnectByKeys(t *testing.T) {
	o := sit(t, script.Busy())
	o.Press("F3")
	sent(t, o, cti.Hold{Call: script.Speaking, On: true})
	o.Sees("On hold 0:00")
	o.Chord(alt, fyne.KeyUp).Press("F2")
	sent(t, o, cti.Hold{Call: script.Waiting})
	o.Sees("Talking")
	o.Press(fyne.KeyDown)
	o.Desk.Pass(time.Second)
	o.Press("F2")
	sent(t, o, cti.Hold{Call: script.Speaking})
	if c, _ := o.Desk.Call(script.Waiting); !c.Held {
		t.Error("taking one call back left the other open (R33)")
	}
}

// R7: the right mouse button gives the same commands as buttons and keys.
func TestMenuOfARow(t *testing.T) {
	o := sit(t, script.Busy())
	o.RightClick("Maria Lopez").Sees("Row 1 · Maria Lopez", "Connect   F2", "Hang up   F5")
	o.Click("Connect   F2")
	sent(t, o, cti.Hold{Call: script.Waiting})
}

func TestDoubleClickConnects(t *testing.T) {
	o := sit(t, script.Busy())
	o.Click("Maria Lopez").Click("Maria Lopez")
	sent(t, o, cti.Hold{Call: script.Waiting})
}

func TestMuteAndHangUp(t *testing.T) {
	o := sit(t, script.Busy())
	o.Click("Mute")
	sent(t, o, cti.Mute{Call: script.Speaking, On: true})
	o.Sees("Muted", "Unmute").Press("F4")
	sent(t, o, cti.Mute{Call: script.Speaking})
	o.Press("F5")
	sent(t, o, cti.Hangup{Call: script.Speaking})
	o.Sees("Ending")
}

// A key that is held down repeats. It must not end one call after the other.
func TestHeldKeyEndsOneCallOnly(t *testing.T) {
	o := sit(t, script.Busy())
	for range 20 {
		o.Press("F5")
		o.Desk.Pass(30 * time.Millisecond)
		o.Desk.Happen(cti.Ended{Call: script.Speaking, Reason: "You hung up."})
	}
	if n := len(o.Desk.Sent()); n != 1 {
		t.Errorf("a held key gave %d commands, want 1", n)
	}
	o.Desk.Pass(time.Second)
	o.Press("F5")
	if n := len(o.Desk.Sent()); n != 2 {
		t.Errorf("a fresh press gave %d commands in all, want 2", n)
	}
}

// A command that cannot be given says why when it is pressed or pointed at.
func TestDimmedCommandSaysWhy(t *testing.T) {
	o := sit(t, script.Busy())
	o.Press("F2").Sees("You are connected with Anna Berg already.")
	o.Desk.Pass(time.Minute)
	o.SeesNot("You are connected with Anna Berg already.")
	o.Point("Connect").Sees("You are connected with Anna Berg already.")
	if n := len(o.Desk.Sent()); n != 0 {
		t.Errorf("%d commands were sent", n)
	}
}

// An incoming call announces itself and takes neither the keyboard nor the selection.
func TestIncomingCallLeavesTheOperatorAlone(t *testing.T) {
	d := quiet()
	o := sit(t, d)
	o.Type("2044").Press(fyne.KeyReturn)
	talking := o.Desk.Sent()[0].Target()
	d.Connect(talking)
	o.Look().Type("+1201")
	caller := d.Ring("sales", "+4930901244", "Maria\u202e Lopez\n")
	o.Look().Type("5532447").Sees("+12015532447", "Row 1 · Anna Berg", "Ringing 0:00", "F2 answer, holds row 1")
	card := uitest.Texts(o.Window.Ring().Content())
	if len(card) < 4 || card[0] != "Incoming call for Sales 2002" || card[1] != "Maria Lopez" || card[3] != "Answer and hold" {
		t.Errorf("the ringing card says %q", card)
	}
	o.ClickRing("Answer and hold")
	sent(t, o, cti.Answer{Call: caller})
	if c, _ := d.Call(talking); !c.Held {
		t.Error("answering left the other call open (R33)")
	}
}

func TestIncomingCallIsRejectedFromTheCard(t *testing.T) {
	o := sit(t, quiet())
	caller := o.Desk.Ring("desk", "+49", "")
	o.Look().ClickRing("Busy")
	sent(t, o, cti.Hangup{Call: caller, Busy: true})
	caller = o.Desk.Ring("desk", "+50", "")
	o.Look().ClickRing("Reject")
	sent(t, o, cti.Hangup{Call: caller})
}

// Typed text ends up in Number wherever the focus is.
func TestTypingBesideTheFieldGoesIntoIt(t *testing.T) {
	o := sit(t, script.Busy())
	o.Window.Main().Canvas().Unfocus()
	o.Type("2060").Sees("2060", "4 digits (internal)")
}

// The panel keeps route and identity for each line (R8, R14, R15, R17).
func TestRouteAndIdentityStayWithTheirLine(t *testing.T) {
	o := sit(t, quiet())
	o.Click("Trunk A").Click("Mobile")
	o.Click("Reception 2001").Click("Anonymous")
	o.Chord(ctrl, "2").Type("2060").Press(fyne.KeyReturn)
	if got := dialled(t, o); !reflect.DeepEqual(got, cti.Dial{Line: "sales", Number: "2060"}) {
		t.Errorf("on the second line %#v was dialled", got)
	}
	o.Chord(ctrl, "1").Type("2061").Sees("92061", "Mobile", "Anonymous").Press(fyne.KeyReturn)
	want := cti.Dial{Line: "desk", Route: "Mobile", Number: "2061", Identity: cti.Identity{Anonymous: true}}
	if got := dialled(t, o); !reflect.DeepEqual(got, want) {
		t.Errorf("back on the first line %#v was dialled, want %#v", got, want)
	}
}

func TestRefusalOfTheDeskIsShownAsItIs(t *testing.T) {
	o := sit(t, quiet())
	o.Desk.Refuse(errors.New("there are 64 calls already"))
	o.Type("2060").Press(fyne.KeyReturn).Sees("There are 64 calls already")
	o.Desk.Pass(10 * time.Second)
	o.Sees("2060", "4 digits (internal)").SeesNot("There are 64 calls already")
}

func TestLostDeskIsNamed(t *testing.T) {
	o := sit(t, script.Busy())
	o.Desk.Lose("The connection to the desk is lost; calls go on, reconnecting.")
	o.Sees("The connection to the desk is lost; calls go on, reconnecting.")
	o.Press("F5").Sees("The desk does not answer at the moment.")
	if n := len(o.Desk.Sent()); n != 0 {
		t.Errorf("%d commands were sent to a desk that is away", n)
	}
	o.Desk.Lose("")
	o.SeesNot("The connection to the desk is lost")
}

func TestMissingHeadsetIsNamed(t *testing.T) {
	o := sit(t, quiet())
	o.Desk.Happen(cti.SoundChanged{Sound: cti.Sound{Mic: cti.Device{Name: "Jabra Link 380", State: cti.DeviceMissing}}})
	o.Sees("Microphone: Jabra Link 380 is not plugged in")
}

// R37: digits are sent by the keypad, with mouse or keyboard.
func TestKeypadSendsDigits(t *testing.T) {
	o := sit(t, script.Busy())
	o.Chord(ctrl, fyne.KeyD).Type("5#")
	sent(t, o, cti.SendDTMF{Call: script.Speaking, Digits: "#"})
	if n := len(o.Desk.Sent()); n != 2 {
		t.Errorf("two digits gave %d commands", n)
	}
	o.Chord(ctrl, fyne.KeyL).Type("2060").Sees("2060")
	if n := len(o.Desk.Sent()); n != 2 {
		t.Errorf("digits typed into Number were sent in the call")
	}
}

func TestEscapeClears(t *testing.T) {
	o := sit(t, quiet())
	o.Type("2060").Press(fyne.KeyEscape).SeesNot("2060 ", "4 digits").Sees("Type a number")
}

func TestEndedCallSaysWhyUntilItLeaves(t *testing.T) {
	o := sit(t, quiet())
	o.Type("2060").Press(fyne.KeyReturn)
	id := o.Desk.Sent()[0].Target()
	o.Desk.Happen(cti.Ended{Call: id, By: cti.SidePeer, Code: 486, Reason: "The far end is busy."})
	o.Sees("Busy", "The far end is busy.")
}
