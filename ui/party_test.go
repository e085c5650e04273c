package ui_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"cordboard/cti"
	"cordboard/ui"
	"cordboard/ui/uitest"
	"cordboard/ui/uitest/script"
	"cordboard/ui/widget"
)

// atWork sits an operator before a desk with a directory.
func atWork(t *testing.T, d *script.Desk) *uitest.Operator {
	t.Helper()
	return uitest.Sit(t, d, ui.Config{Contacts: script.People, Directory: script.Book(slices.Clone(script.Team))})
}

// talking is a desk on which one customer is connected.
func talking(t *testing.T) (*uitest.Operator, cti.CallID) {
	t.Helper()
	d := quiet()
	id := d.Ring("desk", "+34915550101", "Maria Lopez")
	d.Happen(cti.Answer{Call: id})
	d.Connect(id)
	return atWork(t, d), id
}

// last returns the last command, which must be of one kind.
func last[T cti.Command](t *testing.T, o *uitest.Operator) T {
	t.Helper()
	c, ok := o.Last().(T)
	if !ok {
		t.Fatalf("the window sent %#v, want a %T", o.Last(), c)
	}
	return c
}

// R40, R41: F6 hands over to the typed number after a grace that is seen, and the same key takes it back.
func TestQuickTransferHasAGrace(t *testing.T) {
	o, id := talking(t)
	o.Type("2044").Press(fyne.KeyF6)
	if got := last[cti.QuickTransfer](t, o); got.Call != id || got.Number != "2044" {
		t.Errorf("F6 sent %+v", got)
	}
	o.Sees("Transfers in 2 s", "Transfers to 2044 in 2 s · F6 takes back", "Take back").SeesNot("Number or name\n2044")
	o.Desk.Pass(time.Second)
	o.Sees("Transfers in 1 s")
	o.Press(fyne.KeyF6)
	o.SeesNot("Transfers in").Sees("Talking")
}

// R42: a transfer that failed leaves the customer on hold, with the reason and the next key.
func TestFailedTransferShowsTheNextKey(t *testing.T) {
	o, id := talking(t)
	o.Type("2044").Press(fyne.KeyF6)
	o.Desk.Fire(id, cti.TimerGrace)
	o.Sees("Transferring")
	o.Desk.Happen(cti.Referring{Call: id, Code: 202, OfRefer: true}, cti.Referring{Call: id, Code: 486, Over: true})
	c, _ := o.Desk.Call(id)
	if c.Transfer.Note == "" {
		t.Fatalf("the desk gives no reason: %+v", c.Transfer)
	}
	o.Sees("On hold", c.Transfer.Note, "F2 connect")
}

// R44 to R46 and R48, by keys alone: consult, swap, confirm, abort.
func TestConsultByKeysAlone(t *testing.T) {
	o, customer := talking(t)
	o.Press(fyne.KeyF7).Sees("Consult whom?").Type("billing").Sees("Anna Berg").Press(fyne.KeyReturn)
	leg := last[cti.StartConsult](t, o)
	if leg.For != customer || leg.Number != "2044" || leg.Purpose != cti.ForTransfer {
		t.Fatalf("F7 started %+v", leg)
	}
	o.Sees("consult for row 1", "consult with row 2", "On hold")
	o.Desk.Connect(leg.Call)
	o.Desk.Pass(time.Second)
	o.Press(fyne.KeyF7)
	if got := last[cti.Swap](t, o); got.Call != leg.Call {
		t.Errorf("F7 again sent %+v", got)
	}
	o.Press(fyne.KeyF6)
	if got := last[cti.Confirm](t, o); got.Call != leg.Call {
		t.Errorf("F6 in the consult sent %+v", got)
	}

	o, customer = talking(t)
	o.Type("2044").Press(fyne.KeyF7)
	leg = last[cti.StartConsult](t, o)
	o.Desk.Connect(leg.Call)
	o.Chord(ctrl, fyne.KeyF7)
	if got := last[cti.Abort](t, o); got.Call != leg.Call {
		t.Errorf("Ctrl+F7 sent %+v", got)
	}
	if c, _ := o.Desk.Call(customer); c.Held {
		t.Error("after the abort the customer still waits")
	}
}

// R53: Conference asks for the third, and joins him when it is pressed again.
func TestConferenceByPressingTwice(t *testing.T) {
	o, customer := talking(t)
	o.Type("2051").Press(fyne.KeyF8)
	leg := last[cti.StartConsult](t, o)
	if leg.For != customer || leg.Purpose != cti.ForConference || leg.Number != "2051" {
		t.Fatalf("F8 started %+v", leg)
	}
	o.Desk.Connect(leg.Call)
	o.Desk.Pass(time.Second)
	o.Sees("Join").Press(fyne.KeyF8)
	got := last[cti.Join](t, o)
	if !got.Conf.Valid() || !slices.Equal(got.Calls, []cti.CallID{customer, leg.Call}) {
		t.Errorf("F8 again sent %+v", got)
	}
	o.Sees("Conference 1 · 3 parties", "C1", "Who hears whom · C1")
}

// three is a desk with three calls, of which the last is in talk, and none in a conference.
func three(t *testing.T) *uitest.Operator {
	t.Helper()
	d := quiet()
	for _, number := range []string{"111", "222", "333"} {
		id := d.Ring("desk", number, "Caller "+number)
		d.Happen(cti.Answer{Call: id})
		d.Connect(id)
	}
	return atWork(t, d)
}

// R54: rows that are marked, by keys alone or with Ctrl and the mouse, are joined by one press.
func TestMarkedRowsAreJoined(t *testing.T) {
	all := []cti.CallID{"in-111", "in-222", "in-333"}
	o := three(t)
	o.Press(fyne.KeyUp).Press(fyne.KeyUp)
	o.Press(fyne.KeyInsert).Press(fyne.KeyInsert).Press(fyne.KeyInsert).Press(fyne.KeyF8)
	if got := last[cti.Join](t, o); !slices.Equal(got.Calls, all) {
		t.Errorf("by keys the window joined %q", got.Calls)
	}

	o = three(t)
	table := under[*widget.CallTable](o.Window.Main().Content())[0]
	click := func(id cti.CallID, with fyne.KeyModifier) {
		row := table.Row(id)
		row.(desktop.Mouseable).MouseDown(&desktop.MouseEvent{Modifier: with})
		row.(fyne.Tappable).Tapped(&fyne.PointEvent{})
		o.Look()
	}
	click("in-111", 0)
	click("in-333", fyne.KeyModifierShift)
	o.Press(fyne.KeyF8)
	if got := last[cti.Join](t, o); !slices.Equal(got.Calls, all) {
		t.Errorf("with Shift the window joined %q", got.Calls)
	}
}

// R54: pressed on a held row, Conference adds it to the talk.
func TestHeldRowIsAddedToTheTalk(t *testing.T) {
	o := three(t)
	o.Press(fyne.KeyUp).Press(fyne.KeyF8)
	if got := last[cti.Join](t, o); !slices.Equal(got.Calls, []cti.CallID{"in-333", "in-222"}) {
		t.Errorf("the window joined %q", got.Calls)
	}
	o.Desk.Pass(time.Second)
	o.Press(fyne.KeyUp).Press(fyne.KeyUp).Press(fyne.KeyF8)
	if c, _ := o.Desk.Call("in-111"); len(o.Desk.Snapshot().Conferences) != 1 || c.Conf == "" {
		t.Errorf("the third was not added: %+v", o.Desk.Snapshot().Conferences)
	}
}

func TestRowDraggedOntoAnotherJoins(t *testing.T) {
	o := three(t)
	table := under[*widget.CallTable](o.Window.Main().Content())[0]
	from, to := table.Row("in-111"), table.Row("in-333")
	drag := from.(fyne.Draggable)
	drag.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: to.Position().Subtract(from.Position()).AddXY(5, 5)}})
	drag.DragEnd()
	if got := last[cti.Join](t, o); !slices.Equal(got.Calls, []cti.CallID{"in-333", "in-111"}) {
		t.Errorf("the window joined %q", got.Calls)
	}
}

// R60 to R62: what can be done with one member stands in its row and has keys.
func TestMemberControls(t *testing.T) {
	o := atWork(t, script.Meeting())
	o.Click("Supplier GmbH")
	yes, louder := true, 3
	for _, c := range []struct {
		do   func()
		want cti.Command
	}{
		{func() { o.Chord(alt, fyne.KeyD) }, cti.Member{Call: script.Supplier, Deaf: &yes}},
		{func() { o.Chord(alt, fyne.KeyM) }, cti.Member{Call: script.Supplier, Silent: &yes}},
		{func() { o.Chord(alt, fyne.KeyPageUp) }, cti.Member{Call: script.Supplier, Volume: &louder}},
		{func() { o.ClickIn("Supplier GmbH", "Hold") }, cti.Hold{Call: script.Supplier, On: true}},
		{func() { o.ClickIn("Ken Adams", "Drop") }, cti.Hangup{Call: script.Kenneth}},
	} {
		c.do()
		if got := o.Last(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("the window sent %#v, want %#v", got, c.want)
		}
	}
	o.Chord(ctrl, fyne.KeyF8)
	if got := last[cti.Split](t, o); got.Call != script.Supplier {
		t.Errorf("Ctrl+F8 split %q", got.Call)
	}
}

// R63 to R68: the row of a conference stands for all of it; leaving and ending say beforehand what they do.
func TestWholeConferenceIsCommanded(t *testing.T) {
	o := atWork(t, script.Meeting())
	o.Click("C1").Press(fyne.KeyF5).Sees("Leave it with F10, or end it for all with Ctrl+F5.")
	o.Press(fyne.KeyF2)
	sent(t, o, cti.Attend{Conf: script.Talks, On: true})
	plan := o.Desk.Snapshot().Conferences[0].Plans
	if plan[cti.VerbLeave] == "" || plan[cti.VerbEndAll] == "" {
		t.Fatalf("the desk does not say what it would do: %v", plan)
	}
	o.Point("Leave").Sees(plan[cti.VerbLeave]).Point("End for all").Sees(plan[cti.VerbEndAll])
	o.Press(fyne.KeyF3)
	sent(t, o, cti.HoldAll{Conf: script.Talks, On: true})
	o.Press(fyne.KeyF2)
	sent(t, o, cti.HoldAll{Conf: script.Talks})
	o.Chord(ctrl, fyne.KeyF5)
	sent(t, o, cti.EndAll{Conf: script.Talks})
	o.Sees("Ends in 2 s", "Ends for all in 2 s · Ctrl+F5 takes back")
	o.Desk.Pass(time.Second)
	o.Chord(ctrl, fyne.KeyF5).SeesNot("Ends in")
}

// The matrix is read and switched by arrow keys and Space, and by the mouse.
func TestMatrixByKeysAndMouse(t *testing.T) {
	o := atWork(t, script.Meeting())
	o.Click("C1").Press(fyne.KeyF2).Press(fyne.KeyF11)
	w := newest(t)
	key := func(k fyne.KeyName) { w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: k}); o.Look() }
	for _, k := range []fyne.KeyName{fyne.KeyDown, fyne.KeyDown, fyne.KeyRight, fyne.KeyRight, fyne.KeyRight, fyne.KeySpace} {
		key(k)
	}
	sent(t, o, cti.Hear{Conf: script.Talks, Listener: cti.PartyID(script.Supplier), Source: cti.PartyID(script.Kenneth), On: true})
	if got := reads(w); !strings.Contains(got, "Supplier GmbH hears Ken Adams") || !strings.Contains(got, "Presets for Supplier GmbH") {
		t.Errorf("the matrix reads\n%s", got)
	}
	strip := under[*widget.Strip](w.Content())[0]
	strip.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	strip.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	sent(t, o, cti.Arrange{Conf: script.Talks, Preset: cti.PresetAside, Call: script.Supplier})
	key(fyne.KeyEscape)
	if newest(t) == w {
		t.Error("Escape does not close the matrix")
	}
}

// R74: F12 records, pauses and goes on, Ctrl+F12 stops; the row says so.
func TestRecordAtAPress(t *testing.T) {
	o, id := talking(t)
	o.Press(fyne.KeyF12)
	rec := last[cti.StartRecording](t, o)
	if !slices.Equal(rec.Calls, []cti.CallID{id}) || rec.Rec == "" {
		t.Errorf("F12 sent %+v", rec)
	}
	o.Sees("Rec", "Pause")
	o.Desk.Pass(time.Second)
	o.Press(fyne.KeyF12)
	sent(t, o, cti.PauseRecording{Rec: rec.Rec, On: true})
	o.Sees("Rec paused", "Go on")
	o.Chord(ctrl, fyne.KeyF12)
	sent(t, o, cti.StopRecording{Rec: rec.Rec})
	o.SeesNot("Rec paused")
}

// A far end's wish is followed by Enter and refused by Esc, and by nothing else.
func TestReferralIsDecidedByTheOperator(t *testing.T) {
	o, id := talking(t)
	o.Desk.Happen(cti.Referred{Call: id, Referral: cti.Referral{Target: "2044"}})
	o.Sees("Asks you to call 2044 · Enter follows, Esc refuses")
	if n := len(o.Desk.Sent()); n != 0 {
		t.Fatalf("%d commands were sent by themselves", n)
	}
	o.Press(fyne.KeyReturn)
	if got := last[cti.FollowReferral](t, o); got.Call != id || !got.Accept || !got.New.Valid() {
		t.Errorf("Enter sent %+v", got)
	}

	o, id = talking(t)
	o.Desk.Happen(cti.Referred{Call: id, Referral: cti.Referral{Target: "2044"}})
	o.Press(fyne.KeyEscape)
	sent(t, o, cti.FollowReferral{Call: id})
}

// A lamp press calls who is free, picks up who rings, hands over while the operator talks; who is taken has no instant
// command (R24), and a group says how many are free (R25).
func TestLampPressGoesByState(t *testing.T) {
	d := quiet()
	d.Watch()
	o := atWork(t, d)
	o.Sees("Watched numbers", "free", "ringing 0:00", "busy 3:00", "away 0:00", "unknown")
	o.Click("Group Finance")
	if got := dialled(t, o).Number; got != "2100" {
		t.Errorf("pressing a free number dialled %q", got)
	}
	o.Click("Tan Wei")
	if got := last[cti.Pickup](t, o); got.Number != "2060" {
		t.Errorf("pressing a ringing number sent %+v", got)
	}
	sent := len(o.Desk.Sent())
	o.Click("2071")
	if len(o.Desk.Sent()) != sent {
		t.Errorf("pressing a number that is away sent %#v", o.Last())
	}

	o, id := talking(t)
	o.Desk.Watch()
	o.Look().Click("Group Finance")
	if got := last[cti.QuickTransfer](t, o); got.Call != id || got.Number != "2100" {
		t.Errorf("while talking, pressing a free number sent %+v", got)
	}
}

// R20, R21, R24: the directory is searched as one types; each number has a line of its own, and its keys act on the row
// that is selected in the main window.
func TestDirectoryByKeysAlone(t *testing.T) {
	o, id := talking(t)
	o.Desk.Watch()
	o.Chord(ctrl, fyne.KeyF)
	w := newest(t)
	for _, r := range "an" {
		w.Canvas().Focused().TypedRune(r)
	}
	got := reads(w)
	for _, text := range []string{"Anna Berg", "2044  business", "+491701234567  mobile", "busy 3:00", "0 of 3 free", "4 found"} {
		if !strings.Contains(got, text) {
			t.Errorf("the directory does not say %q:\n%s", text, got)
		}
	}
	if strings.Contains(got, "Transfer F6") {
		t.Errorf("Anna is busy, and yet a transfer to her is offered at once:\n%s", got)
	}
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyF6})
	if n := len(o.Desk.Sent()); n != 0 {
		t.Errorf("F6 on a busy number sent %#v", o.Last())
	}
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyF6})
	if got := last[cti.QuickTransfer](t, o); got.Call != id || got.Number != "+491701234567" {
		t.Errorf("F6 in the directory sent %+v", got)
	}
}

// R14 to R16: where the rules want it, the operator is asked each time what the other side sees; the last choice stands there.
func TestIdentityIsAskedForWhenTheProfileSaysSo(t *testing.T) {
	o, id := talking(t)
	o.Desk.Happen(cti.ProfileSet{Profile: cti.Profile{Name: "workspace", AskIdentity: true, Grace: 2000}})
	o.Window.ChooseIdentity(1)
	o.Type("2044").Press(fyne.KeyF6).Sees("Transfer to whom?", "Acme Support +49301234").Press(fyne.KeyReturn)
	if got := last[cti.QuickTransfer](t, o); got.Call != id || got.Number != "2044" || got.Identity.Name != "Acme Support" {
		t.Errorf("the window sent %+v", got)
	}
}

// What becomes of a line's calls is set at its key.
func TestLineKeyHasDoNotDisturbAndForwarding(t *testing.T) {
	o := atWork(t, quiet())
	o.RightClick("Sales 2002").Click("Do not disturb")
	sent(t, o, cti.DoNotDisturb{Line: "sales", On: true})
	o.Sees("· do not disturb")
	o.RightClick("Desk 2001").Click("Forwarding…").Sees("Where do calls of Desk 2001 go?").Type("2044").Press(fyne.KeyReturn)
	sent(t, o, cti.Forwarding{Line: "desk", Forward: cti.Forward{Always: "2044"}})
	o.Sees("· forwarded")
}

// A mailbox with something new is called by one press.
func TestVoiceMailIsCalledByOnePress(t *testing.T) {
	d := quiet()
	d.Watch()
	o := atWork(t, d)
	o.Point("Mail · 2 new").Sees("Call the voice mail of Desk 2001: 2 new, 5 old.").Click("Mail · 2 new")
	if got := dialled(t, o); got.Number != "*97" || got.Line != "desk" {
		t.Errorf("the window dialled %+v", got)
	}
}

// R9: F9 needs no call and asks for the number that rings.
func TestPickupByKey(t *testing.T) {
	o := atWork(t, quiet())
	o.Press(fyne.KeyF9).Sees("Which number rings?").Type("2060").Press(fyne.KeyReturn)
	if got := last[cti.Pickup](t, o); got.Number != "2060" || !got.Call.Valid() {
		t.Errorf("F9 sent %+v", got)
	}
}

// R29: attached data is seen with the call.
func TestAttachedDataIsShown(t *testing.T) {
	o := atWork(t, script.Meeting())
	o.Click("Maria Lopez").Sees("Attached · order", "55-1207")
}

// R15: the caller ID that was chosen last on a line is preselected, after the next start, too.
func TestLastIdentityIsKept(t *testing.T) {
	c := &clerk{}
	o := uitest.Sit(t, quiet(), ui.Config{Settings: c})
	o.Window.ChooseIdentity(1)
	if c.shown["desk"] != "Acme Support +49301234" {
		t.Fatalf("kept was %q", c.shown)
	}
	o = uitest.Sit(t, quiet(), ui.Config{Identities: c.shown})
	o.Type("2060").Sees("they see", "Acme Support +49301234").Press(fyne.KeyReturn)
	if got := dialled(t, o).Identity.Name; got != "Acme Support" {
		t.Errorf("the next start dialled as %q", got)
	}
}

// R73: when the customer leaves, the row of the colleague says so, and nobody is put on hold or consulted any more.
func TestCustomerLeavesTheConference(t *testing.T) {
	o, customer := talking(t)
	colleague := o.Desk.Ring("desk", "2044", "Anna Berg")
	o.Desk.Happen(cti.Answer{Call: colleague})
	o.Desk.Connect(colleague)
	o.Desk.Happen(cti.Join{Conf: "k", Calls: []cti.CallID{customer, colleague}}, cti.Ended{Call: customer, By: cti.SidePeer})
	o.Look().Sees("the customer has left", "F5 hang up")
	o.Press(fyne.KeyF3).Sees("The customer has left: the others go on without hold")
	o.Desk.Pass(time.Second)
	o.Press(fyne.KeyF7).Sees("The customer has left: the others go on without hold")
	if sent := o.Desk.Sent(); len(sent) != 0 {
		t.Errorf("the window sent %#v", sent)
	}
}
