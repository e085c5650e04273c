package ui_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	fynewidget "fyne.io/fyne/v2/widget"
	"github.com/google/go-cmp/cmp"

	"cordboard/cti"
	"cordboard/ui"
	"cordboard/ui/uitest"
	"cordboard/ui/uitest/script"
)

// trunk is a line that uses everything a line can have.
var trunk = cti.LineConfig{
	ID: "trunk", Name: "Trunk", User: "cordboard", AuthUser: "cordboard-auth", Domain: "example.org", Display: "Acme",
	Server: "sip1.example.org:5061", Backup: []string{"sip2.example.org", "192.0.2.7:5070"}, Outbound: "edge.example.org",
	Transport: cti.TLS, CAFile: "/etc/acme.pem", Bind: "192.0.2.1:5062", Expires: 300, Codecs: []string{"pcma", "opus"},
	SRTP: cti.SRTPRequired, DTMF: cti.DTMFInfo, Trusted: []string{"198.51.100.0/24", "gw.example.org"}, Auto: true,
	Routes: []cti.Route{
		{Name: "Mobile", Prefix: "9", Strip: 1, Proxy: "gw.example.org", Headers: map[string]string{"X-Cost": "3", "X-Route": "a: b"},
			Rewrite: []cti.Rewrite{{From: "0([1-9].*)", To: "+49$1"}, {From: "11.", To: "110"}}, Identities: []string{"Support"}},
		{Name: "Plain"},
	},
	Identity: []cti.Identity{{Name: "Support", Number: "+49301234"}, {Name: "Hidden", Anonymous: true}},
	Pickup:   "*8", Room: "7000", IsRoom: true, AutoBy: cti.AutoKnown, Refers: cti.ReferRefuse, Shown: cti.IdentityPAI, Believed: cti.IdentityRPID,
	Header: "X-Case", Watch: []string{"2044", "2055"}, Presence: true, VoiceMail: "999",
	Forward: cti.Forward{Always: "301", Busy: "302", NoAnswer: "303", After: 15},
}

// entry finds the visible entry that stands after a caption, the nth of its kind.
func entry(t *testing.T, w fyne.Window, label string, nth int) *fynewidget.Entry {
	t.Helper()
	captions, seen := 0, false
	var found *fynewidget.Entry
	uitest.Walk(w.Content(), func(o fyne.CanvasObject) {
		if e, ok := o.(*fynewidget.Entry); ok && seen && found == nil {
			found = e
		}
		if l, ok := o.(interface{ Text() string }); ok && l.Text() == label {
			captions++
			seen = captions == nth
		}
	})
	if found == nil {
		t.Fatalf("there is no entry %d after %q in:\n%s", nth, label, reads(w))
	}
	return found
}

// choose takes an option in whatever list offers it, the nth of such lists.
func choose(t *testing.T, w fyne.Window, option string, nth int) {
	t.Helper()
	for _, s := range under[*fynewidget.Select](w.Content()) {
		if !slices.Contains(s.Options, option) {
			continue
		}
		if nth--; nth == 0 {
			s.SetSelected(option)
			return
		}
	}
	t.Fatalf("nothing offers %q", option)
}

// openLines opens the settings of a desk with the given lines, all unfolded.
func openLines(t *testing.T, c *clerk, lines ...cti.LineConfig) (*uitest.Operator, fyne.Window) {
	t.Helper()
	o := uitest.Sit(t, script.NewDesk(lines...), ui.Config{Settings: c})
	o.Chord(ctrl, fyne.KeyComma)
	w := newest(t)
	press(t, w, "More")
	return o, w
}

func TestFormKeepsAllOfALine(t *testing.T) {
	c := &clerk{}
	_, w := openLines(t, c, trunk)
	press(t, w, "Save")
	if diff := cmp.Diff(trunk, c.line); diff != "" {
		t.Errorf("an untouched line was saved differently:\n%s", diff)
	}
}

func TestWholeLineIsTypedIn(t *testing.T) {
	c := &clerk{}
	_, w := openLines(t, c)
	for label, text := range map[string]string{
		"User": "cordboard", "Sign-in name": "cordboard-auth", "Domain": "example.org", "Shown name": "Acme",
		"Server": " sip1.example.org:5061", "Backup servers": "sip2.example.org , 192.0.2.7:5070,", "Outbound proxy": "edge.example.org",
		"CA file": "/etc/acme.pem", "Local address": "192.0.2.1:5062", "Registered for": "300", "Codecs": "pcma,opus",
		"Trusted hosts": "198.51.100.0/24, gw.example.org", "Name": "Trunk",
		"Pickup code": "*8", "Conference room": "7000", "Attached data in": "X-Case", "Watched numbers": "2044, 2055", "Voice mail": "999",
		"Forward always": "301", "When busy": "302", "When unanswered": "303", "Rings for": "15",
	} {
		entry(t, w, label, 1).SetText(text)
	}
	for _, option := range []string{"tls", "required", "beside it (SIP INFO)", "are answered at once, without a key",
		"are answered into one conference", "for numbers that the line watches", "are refused", "calls and presence", "P-Asserted-Identity"} {
		choose(t, w, option, 1)
	}
	choose(t, w, "Remote-Party-ID", 2)
	for _, button := range []string{"Add route", "Add route", "Add route", "Add identity", "Add identity"} {
		press(t, w, button)
	}
	press(t, w, "Remove route")
	for label, text := range map[string]string{"Prefix": "9", "Strip digits": "1", "Proxy": "gw.example.org", "Headers": "X-Route: a: b\n\nX-Cost:3",
		"Rewrite": "0([1-9].*) => +49$1\n\n11.=>110", "Identities allowed": "Support,"} {
		entry(t, w, label, 1).SetText(text)
	}
	entry(t, w, "Number", 1).SetText("+49301234")
	choose(t, w, "Anonymous", 2)
	for i, name := range []string{"Mobile", "Plain", "Support", "Hidden"} {
		entry(t, w, "Name", i+2).SetText(name)
	}
	press(t, w, "Save")
	want := trunk
	want.ID = ""
	if diff := cmp.Diff(want, c.line); diff != "" {
		t.Errorf("saved was another line:\n%s\n%s", diff, reads(w))
	}
}

func TestBadEntriesAreNamedAndKept(t *testing.T) {
	for _, bad := range []struct{ label, text, says string }{
		{"Name", " ", "A line needs a name."},
		{"User", "", "A line with a server needs a user."},
		{"Server", "pbx example", "“pbx example” is not a host or host:port."},
		{"Backup servers", "sip2.example.org, sip:x", "“sip:x” is not a host or host:port."},
		{"Registered for", "soon", "“soon” is not a number from 0 to 604800."},
		{"Codecs", "opus, speex", "“speex” is not one of opus, g722, pcma, pcmu."},
		{"Strip digits", "-1", "“-1” is not a number from 0 to 32."},
		{"Proxy", "a b", "“a b” is not a host or host:port."},
		{"Headers", "X-Route", "“X-Route” is not a header"},
		{"Pickup code", "8x", "“8x” is not made of digits, * and #."},
		{"Attached data in", "From", "“From” is neither User-to-User nor begins with X-."},
		{"Watched numbers", "2044, ?", "“?” cannot be dialled."},
		{"Voice mail", "?", "“?” cannot be dialled."},
		{"Rings for", "181", "“181” is not a number from 0 to 180."},
		{"Rewrite", "0( => 1", "“0( => 1” is not an expression"},
		{"Number", "", "An identity needs a number, or is anonymous."},
	} {
		c := &clerk{}
		_, w := openLines(t, c, trunk)
		if bad.label == "Server" {
			press(t, w, "More") // what is folded away stays so when the fault is not there
		}
		e := entry(t, w, bad.label, 1)
		e.SetText(bad.text)
		press(t, w, "Save")
		if got := reads(w); !strings.Contains(got, bad.says) || !strings.Contains(got, "Not saved") {
			t.Errorf("%s %q: the form says\n%s", bad.label, bad.text, got)
		}
		if c.line.ID != "" {
			t.Errorf("%s %q was saved", bad.label, bad.text)
		}
		if e.Text != bad.text || w.Canvas().Focused() != fyne.Focusable(e) {
			t.Errorf("%s %q: the entry reads %q, the keyboard is at %v", bad.label, bad.text, e.Text, w.Canvas().Focused())
		}
		test.Type(e, "x")
		if got := reads(w); strings.Contains(got, bad.says) {
			t.Errorf("%s: the complaint stays while it is being corrected", bad.label)
		}
	}
}

func TestFaultUnderMoreIsUnfolded(t *testing.T) {
	c := &clerk{}
	_, w := openLines(t, c, trunk)
	entry(t, w, "Codecs", 1).SetText("speex")
	press(t, w, "More")
	press(t, w, "Save")
	if got := reads(w); !strings.Contains(got, "“speex” is not one of") {
		t.Errorf("the fault is folded away:\n%s", got)
	}
}

func TestWheelMovesThePageOverAnEntry(t *testing.T) {
	_, w := openLines(t, &clerk{}, trunk)
	w.Resize(fyne.NewSize(720, 480))
	e := entry(t, w, "Name", 1)
	before := fyne.CurrentApp().Driver().AbsolutePositionForObject(e)
	test.Scroll(w.Canvas(), before.AddXY(20, 10), 0, -60)
	if after := fyne.CurrentApp().Driver().AbsolutePositionForObject(e); after.Y >= before.Y {
		t.Errorf("the wheel over an entry moved it from %v to %v", before, after)
	}
	for _, b := range under[*fynewidget.Button](w.Content()) {
		if b.Text == "More" {
			test.TapCanvas(w.Canvas(), fyne.CurrentApp().Driver().AbsolutePositionForObject(b).AddXY(20, 10))
		}
	}
	if got := reads(w); strings.Contains(got, "Sign-in name") {
		t.Errorf("a click does not reach the page:\n%s", got)
	}
}

func TestFormFollowsTheDesk(t *testing.T) {
	c := &clerk{}
	o, w := openLines(t, c, script.DeskLine, script.SalesLine)
	entry(t, w, "Name", 1).SetText("Front")
	o.Desk.Happen(cti.LineRegistered{Line: "desk", Reg: cti.Registration{State: cti.RegFailed}})
	o.Look()
	if got := reads(w); !strings.Contains(got, "Desk 2001 · failed") || !strings.Contains(got, "Front") {
		t.Errorf("news of the line are not shown, or what was typed is lost:\n%s", got)
	}
	c.err = errors.New("the desk does not answer")
	press(t, w, "Save")
	if got := entry(t, w, "Name", 1).Text; got != "Front" {
		t.Errorf("after a refusal the name reads %q", got)
	}
	c.err = nil
	choose(t, w, "New line", 1)
	entry(t, w, "Name", 1).SetText("Third")
	press(t, w, "Save")
	saved := c.line
	saved.ID = "third"
	o.Desk.Happen(cti.LineSet{Config: saved})
	o.Look()
	press(t, w, "Save")
	if c.line.ID != "third" {
		t.Errorf("after adding a line the form is at %q", c.line.ID)
	}
	o.Desk.Happen(cti.LineRemoved{Line: "third"})
	o.Look()
	if got := entry(t, w, "Name", 1).Text; got != "Desk 2001" {
		t.Errorf("after its line went away the form is at %q", got)
	}
}
