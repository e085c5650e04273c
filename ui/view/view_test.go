package view

import (
	"errors"
	"strings"
	"testing"
	"time"

	"cordboard/cti"
)

var start = time.Date(2026, 3, 2, 14, 0, 0, 0, time.UTC)

var deskLine = cti.LineConfig{ID: "desk", Name: "Desk 2001", User: "2001", Display: "Reception", Server: "pbx.example.org",
	Routes:   []cti.Route{{Name: "Trunk A"}, {Name: "Mobile", Prefix: "9"}},
	Identity: []cti.Identity{{Name: "Acme Support", Number: "+49301234"}, {Anonymous: true}}}

// scene plays inputs by the rules of the domain; a Pass among them moves the clock.
func scene(t *testing.T, inputs ...any) (*cti.Snapshot, time.Time) {
	t.Helper()
	now := start
	var s cti.State
	all := append([]any{cti.LineSet{Config: deskLine},
		cti.LineRegistered{Line: "desk", Reg: cti.Registration{State: cti.RegOK}}}, inputs...)
	for _, in := range all {
		if d, ok := in.(time.Duration); ok {
			now = now.Add(d)
			continue
		}
		next, _, err := cti.Step(s, in.(cti.Input), now)
		if ignored := (*cti.Ignored)(nil); err != nil && !errors.As(err, &ignored) {
			t.Fatalf("%T: %v", in, err)
		}
		if err == nil {
			s = next
		}
	}
	return cti.View(s, cti.DeskInfo{}, 1, now), now
}

var (
	opus    = cti.MediaSession{Version: 1, Codec: cti.Codec{Name: "opus", PT: 96, Rate: 48000}, Send: true, Recv: true, EventSend: 101}
	offered = cti.Offered{Call: "a", Line: "desk", Number: "+34915550101", Name: "Maria Lopez"}
	talk    = []any{offered, cti.Answer{Call: "a"}, cti.Connected{Call: "a", Session: opus}}
)

func with(base []any, more ...any) []any { return append(append([]any{}, base...), more...) }

func TestRowsNameTheStateOfEveryCall(t *testing.T) {
	for name, c := range map[string]struct {
		inputs []any
		chip   string
		role   Role
		time   string
		next   string
	}{
		"incoming rings":     {[]any{offered, 6 * time.Second}, "Ringing 0:06", Ring, "—", "F2 answer"},
		"answered here":      {[]any{offered, cti.Answer{Call: "a"}, time.Second}, "Connecting 0:01", Ring, "—", "F5 hang up"},
		"in talk":            {with(talk, 48*time.Second), "Talking", Talk, "0:48", "F3 hold"},
		"held":               {with(talk, 328*time.Second, cti.Hold{Call: "a", On: true}, 72*time.Second), "On hold 1:12", Wait, "6:40", "F2 connect"},
		"held by them":       {with(talk, cti.SessionChanged{Call: "a", Session: opus, HeldByPeer: true}), "Held by them 0:00", Wait, "0:00", "F3 hold"},
		"outgoing":           {[]any{cti.Dial{Call: "a", Number: "2044"}, 3 * time.Second}, "Calling 0:03", Ring, "—", "F5 cancel"},
		"outgoing rings":     {[]any{cti.Dial{Call: "a", Number: "2044"}, cti.Progressed{Call: "a", Code: 180}}, "Ringing 0:00", Ring, "—", "F5 cancel"},
		"being ended":        {with(talk, cti.Hangup{Call: "a"}), "Ending", Quiet, "0:00", ""},
		"ended":              {with(talk, 5*time.Second, cti.Ended{Call: "a", By: cti.SidePeer, Reason: "They hung up."}, time.Second), "Ended", Quiet, "0:05", ""},
		"missed":             {[]any{offered, cti.Ended{Call: "a", By: cti.SidePeer, Reason: "The caller gave up."}}, "Missed", Stop, "—", ""},
		"taken elsewhere":    {[]any{offered, cti.Ended{Call: "a", Elsewhere: true, Reason: "Anna took it."}}, "Taken elsewhere", Quiet, "—", ""},
		"busy":               {[]any{cti.Dial{Call: "a", Number: "2044"}, cti.Ended{Call: "a", By: cti.SidePeer, Code: 486, Reason: "Busy here."}}, "Busy", Stop, "—", ""},
		"declined":           {[]any{cti.Dial{Call: "a", Number: "2044"}, cti.Ended{Call: "a", By: cti.SidePeer, Code: 603, Reason: "Declined."}}, "Declined", Stop, "—", ""},
		"after a restart":    {with(talk, cti.Restarted{}, time.Second), "Reconnecting 0:01", Wait, "0:01", "F5 hang up"},
		"nobody takes it":    {[]any{cti.Dial{Call: "a", Number: "2044"}, cti.Ended{Call: "a", By: cti.SidePeer, Code: 480, Reason: "Nobody there."}}, "No answer", Wait, "—", ""},
		"trouble on the way": {[]any{cti.Dial{Call: "a", Number: "2044"}, cti.Ended{Call: "a", By: cti.SidePeer, Code: 500, Reason: "Server error."}}, "Failed", Stop, "—", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, now := scene(t, c.inputs...)
			r := Build(s, Wish{}, now).Rows[0]
			if r.State.Text() != c.chip || r.State.Role != c.role {
				t.Errorf("the state reads %q with role %d, want %q with %d", r.State.Text(), r.State.Role, c.chip, c.role)
			}
			if r.Time != c.time || r.Next != c.next {
				t.Errorf("time %q and next key %q, want %q and %q", r.Time, r.Next, c.time, c.next)
			}
		})
	}
}

func TestRowsSayWhoAndWhichWay(t *testing.T) {
	contacts := []Contact{{Name: "Anna Berg", Number: "2044"}}
	for name, c := range map[string]struct {
		inputs     []any
		party, sub string
	}{
		"name and line": {[]any{offered}, "Maria Lopez", "+34915550101 · for Desk 2001"},
		"called number and diversion": {[]any{cti.Offered{Call: "a", Line: "desk", Number: "+49309", Called: "Sales", Via: "queue Orders"}},
			"+49309", "for Sales · via queue Orders"},
		"nothing known":         {[]any{cti.Offered{Call: "a", Line: "desk"}}, "Unknown caller", "for Desk 2001"},
		"known by its number":   {[]any{cti.Dial{Call: "a", Number: "2044"}}, "Anna Berg", "2044 · via Trunk A"},
		"with another identity": {[]any{cti.Dial{Call: "a", Number: "2060", Identity: cti.Identity{Anonymous: true}}}, "2060", "via Trunk A · shown as Anonymous"},
		"hostile name": {[]any{cti.Offered{Call: "a", Line: "desk", Number: "1\r\n2", Name: "Bank\u202e\nSupport"}},
			"Bank Support", "1 2 · for Desk 2001"},
		"hold that the far end refused": {with(talk, cti.Hold{Call: "a", On: true}, cti.HoldSettled{Call: "a", On: true, Note: "They refused to be held."}),
			"Maria Lopez", "+34915550101 · They refused to be held."},
		"reason of the end": {[]any{offered, cti.Ended{Call: "a", By: cti.SidePeer, Reason: "The caller gave up."}},
			"Maria Lopez", "+34915550101 · The caller gave up."},
	} {
		t.Run(name, func(t *testing.T) {
			s, now := scene(t, c.inputs...)
			r := Build(s, Wish{Contacts: contacts}, now).Rows[0]
			if r.Party != c.party || r.Sub != c.sub {
				t.Errorf("the row says %q, %q, want %q, %q", r.Party, r.Sub, c.party, c.sub)
			}
		})
	}
}

func TestNextKeyNamesTheRowThatWillBeHeld(t *testing.T) {
	s, now := scene(t, with(talk, cti.Offered{Call: "b", Line: "desk", Number: "2"})...)
	if got := Build(s, Wish{}, now).Rows[1].Next; got != "F2 answer, holds row 1" {
		t.Errorf("the next key of the ringing row is %q", got)
	}
}

// labels tells which commands are possible: "Answer" or "(Hold: reason)".
func labels(cmds []Command) string {
	var out []string
	for _, c := range cmds {
		if c.Enabled() {
			out = append(out, c.Label)
		} else {
			out = append(out, "("+c.Label+": "+c.Reason+")")
		}
	}
	return strings.Join(out, " ")
}

func TestCommandsOfTheSelectedCall(t *testing.T) {
	for name, c := range map[string]struct {
		inputs []any
		lost   string
		want   string
	}{
		"none selected": {nil, "", "(Connect: Select a call first.) (Hold: Select a call first.) (Mute: Select a call first.) (Hang up: Select a call first.)"},
		"ringing": {[]any{offered}, "",
			"Answer (Hold: Only a connected call can be put on hold.) (Mute: The call is not answered yet.) Reject"},
		"in talk": {talk, "", "(Connect: You are connected with Maria Lopez already.) Hold Mute Hang up"},
		"on hold": {with(talk, cti.Hold{Call: "a", On: true}), "", "Connect (Hold: The call is on hold already.) Mute Hang up"},
		"muted":   {with(talk, cti.Mute{Call: "a", On: true}), "", "(Connect: You are connected with Maria Lopez already.) Hold Unmute Hang up"},
		"over": {[]any{offered, cti.Ended{Call: "a", Reason: "Gone."}}, "",
			"(Connect: The call is over.) (Hold: The call is over.) (Mute: The call is over.) (Hang up: The call is over.)"},
		"desk lost": {talk, "Reconnecting.", "(Connect: The desk does not answer at the moment.) (Hold: The desk does not answer at the moment.) " +
			"(Mute: The desk does not answer at the moment.) (Hang up: The desk does not answer at the moment.)"},
	} {
		t.Run(name, func(t *testing.T) {
			s, now := scene(t, c.inputs...)
			w := Wish{Selection: Selection{}.Follow(s.Calls, s.Conferences), Lost: c.lost}
			if got := labels(Build(s, w, now).Commands[:4]); got != c.want {
				t.Errorf("the command bar is\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func text(spans []Span) string {
	var out []string
	for _, s := range spans {
		out = append(out, s.Text)
	}
	return strings.Join(out, " ")
}

func TestPreviewTellsWhatWillHappen(t *testing.T) {
	contacts := []Contact{{Name: "Anna Berg", Number: "2044", Note: "Billing"}, {Name: "Anton", Number: "2051"}}
	for name, c := range map[string]struct {
		wish Wish
		want string
		ok   bool
	}{
		"nothing typed":   {Wish{}, "Type a number and press Enter, or pick someone on the right", false},
		"US number":       {Wish{Number: "+1 (201) 553-2447"}, "✓ +12015532447 · 11 digits (US) · by Desk 2001 → Trunk A · they see Reception 2001", true},
		"other route":     {Wish{Number: "2060", Route: "Mobile"}, "✓ 92060 · 4 digits (internal) · by Desk 2001 → Mobile · they see Reception 2001", true},
		"other identity":  {Wish{Number: "2060", Identity: 1}, "✓ 2060 · 4 digits (internal) · by Desk 2001 → Trunk A · they see Acme Support +49301234", true},
		"anonymous":       {Wish{Number: "2060", Identity: 2}, "✓ 2060 · 4 digits (internal) · by Desk 2001 → Trunk A · they see Anonymous", true},
		"SIP address":     {Wish{Number: "sip:anna@example.org"}, "✓ sip:anna@example.org · SIP address · by Desk 2001 → Trunk A · they see Reception 2001", true},
		"too short":       {Wish{Number: "12"}, "× A number has at least 3 digits.", false},
		"known number":    {Wish{Number: "2044"}, "✓ Anna Berg 2044 · 4 digits (internal) · by Desk 2001 → Trunk A · they see Reception 2001", true},
		"name of one":     {Wish{Number: "billing"}, "✓ Anna Berg 2044 · 4 digits (internal) · by Desk 2001 → Trunk A · they see Reception 2001", true},
		"name of several": {Wish{Number: "an"}, "× There is no digit in this.", false},
		"desk lost":       {Wish{Number: "2060", Lost: "Gone."}, "× The desk does not answer at the moment.", false},
	} {
		t.Run(name, func(t *testing.T) {
			s, now := scene(t)
			c.wish.Contacts = contacts
			p := Build(s, c.wish, now).Panel.Preview
			if got := text(p.Spans); got != c.want || p.OK != c.ok {
				t.Errorf("the preview is\n%q, %v, want\n%q, %v", got, p.OK, c.want, c.ok)
			}
		})
	}
}

func TestPreviewOfALineThatIsNotReady(t *testing.T) {
	s, now := scene(t, cti.LineRegistered{Line: "desk", Reg: cti.Registration{State: cti.RegFailed, Reason: "wrong password"}})
	got := text(Build(s, Wish{Number: "2060"}, now).Panel.Preview.Spans)
	if !strings.Contains(got, "wrong password") {
		t.Errorf("the preview does not say why: %q", got)
	}
	if empty := text(Build(&cti.Snapshot{}, Wish{Number: "2060"}, now).Panel.Preview.Spans); empty != "× No line is set up." {
		t.Errorf("without any line the preview is %q", empty)
	}
}

func TestLineKeysShowTheMostUrgent(t *testing.T) {
	reg := func(r cti.Registration) []any { return []any{cti.LineRegistered{Line: "desk", Reg: r}} }
	for name, c := range map[string]struct {
		inputs []any
		state  string
		role   Role
		hollow bool
	}{
		"free":        {nil, "ready", Talk, false},
		"on backup":   {reg(cti.Registration{State: cti.RegOK, Backup: true}), "on backup", Wait, false},
		"registering": {reg(cti.Registration{State: cti.RegTrying}), "registering", Wait, true},
		"failed":      {reg(cti.Registration{State: cti.RegFailed, Reason: "no route"}), "not registered", Stop, true},
		"off":         {reg(cti.Registration{State: cti.RegOff}), "off", Quiet, true},
		"ringing":     {[]any{offered}, "ringing", Ring, false},
		"in talk":     {talk, "in a call", Talk, false},
		"holding":     {with(talk, cti.Hold{Call: "a", On: true}), "on hold", Wait, false},
	} {
		t.Run(name, func(t *testing.T) {
			s, now := scene(t, c.inputs...)
			k := Build(s, Wish{}, now).Lines[0]
			if k.State != c.state || k.Role != c.role || k.Hollow != c.hollow || !k.Selected {
				t.Errorf("the key is %+v, want %q, role %d, hollow %v, selected", k, c.state, c.role, c.hollow)
			}
		})
	}
}

func TestIncomingCardSaysWhatAnsweringDoes(t *testing.T) {
	s, now := scene(t, with(talk, cti.Offered{Call: "b", Line: "desk", Number: "+4930", Called: "Sales", Via: "queue Orders"})...)
	list := Build(s, Wish{}, now).Incoming
	if len(list) != 1 {
		t.Fatalf("%d calls are announced, want the one that rings", len(list))
	}
	c := list[0]
	if c.Who != "+4930" || c.Number != "" || c.Line != "Incoming call for Sales" || c.Via != "via queue Orders" {
		t.Errorf("the card says %+v", c)
	}
	if c.Answer.Label != "Answer and hold" || c.Answer.Send != (cti.Answer{Call: "b"}) || c.Busy != (cti.Hangup{Call: "b", Busy: true}) {
		t.Errorf("the card offers %+v and %+v", c.Answer, c.Busy)
	}
	s, now = scene(t, offered)
	if got := Build(s, Wish{}, now).Incoming[0].Answer.Label; got != "Answer" {
		t.Errorf("with nothing to hold the key says %q", got)
	}
}

func TestNoticeNamesWhatIsWrong(t *testing.T) {
	mic := func(d cti.Device) *cti.Snapshot { return &cti.Snapshot{Sound: cti.Sound{Mic: d}} }
	for name, c := range map[string]struct {
		snap *cti.Snapshot
		lost string
		want string
	}{
		"all well":      {mic(cti.Device{State: cti.DeviceOK}), "", ""},
		"idle is well":  {mic(cti.Device{State: cti.DeviceIdle}), "", ""},
		"missing":       {mic(cti.Device{Name: "Jabra", State: cti.DeviceMissing}), "", "Microphone: Jabra is not plugged in"},
		"busy":          {mic(cti.Device{Name: "Jabra", State: cti.DeviceBusy}), "", "Microphone: Jabra is in use by another program"},
		"failed, noted": {mic(cti.Device{Name: "Jabra", State: cti.DeviceFailed, Note: "No access to the device."}), "", "Microphone: No access to the device."},
		"desk's notice": {&cti.Snapshot{Desk: cti.DeskInfo{Notice: "The settings were kept aside."}}, "", "The settings were kept aside."},
		"desk lost":     {mic(cti.Device{State: cti.DeviceMissing}), "Reconnecting.", "Reconnecting."},
	} {
		if got := NoticeOf(c.snap, c.lost).Text; got != c.want {
			t.Errorf("%s: the notice is %q, want %q", name, got, c.want)
		}
	}
}

func TestHealthAndCardOfTheOpenCall(t *testing.T) {
	s, now := scene(t, talk...)
	s.Desk = cti.DeskInfo{Practice: true, Delay: cti.Delay{Capture: 10, Total: 41}}
	s.Calls[0].Quality = cti.Quality{Loss: 0.002, LossPeer: 0.01, Jitter: 3, Buffer: 20, RTT: 24, MOS: 4.2, Packets: 9, LevelIn: -30}
	m := Build(s, Wish{Selection: Selection{}.Follow(s.Calls, s.Conferences)}, now)
	var left []string
	for _, item := range m.Health.Left {
		left = append(left, text(item))
	}
	if got := strings.Join(left, " | "); got != "1 of 1 lines reachable | added delay 41 ms | Opus 48 kHz | loss 0.2 %" {
		t.Errorf("the health line is %q", got)
	}
	if text(m.Health.Right[0]) != "Practice exchange: on" {
		t.Errorf("its corner is %q", text(m.Health.Right[0]))
	}
	want := map[string]string{"Number": "+34915550101", "Loss in / out": "0.2 / 1.0 %", "Jitter / buffer": "3 / 20 ms", "Round trip": "24 ms",
		"Quality": "4.2 of 4.5", "Media": "not encrypted", "Sound": "Opus 48 kHz", "Line": "Desk 2001"}
	for _, d := range m.Card.Details {
		if want[d.Name] != d.Value {
			t.Errorf("the card says %s: %q, want %q", d.Name, d.Value, want[d.Name])
		}
		delete(want, d.Name)
	}
	if len(want) > 0 {
		t.Errorf("the card does not tell %v", want)
	}
	if m.Card.Title != "Row 1 · Maria Lopez" || m.Card.Keypad != "" || m.Sound.Ear != 0.5 || m.Rows[0].Bars != 4 || len(m.Card.Delay) != 7 {
		t.Errorf("title %q, keypad %q, level %v of %v, bars %d, %d stages of delay", m.Card.Title, m.Card.Keypad, m.Sound.Ear, float32(0.5), m.Rows[0].Bars, len(m.Card.Delay))
	}
	if !m.Ticking {
		t.Error("a running time stands still")
	}
}

func TestPastRow(t *testing.T) {
	now := time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC)
	call := cti.Call{ID: "a", Line: "desk", Direction: cti.Incoming, Number: "+34", Name: "Maria", Created: start, Answered: start.Add(time.Second),
		Finished: start.Add(66 * time.Second), End: cti.End{Result: cti.ResultAnswered, Reason: "They hung up."}}
	r := Past(call, "Desk 2001", 1, now)
	if r.When != "Yesterday 14:00" || r.Arrow != "←" || r.Party != "Maria" || r.Sub != "+34" || r.Talked != "1:05" || r.Result.Word != "Answered" {
		t.Errorf("the row is %+v", r)
	}
	call.Created = now.AddDate(-1, 0, 0)
	call.Answered, call.End = time.Time{}, cti.End{Result: cti.ResultMissed, Reason: "The caller gave up."}
	r = Past(call, "", 0, now)
	if r.When != "2025-03-03 09:00" || r.Sub != "+34 · The caller gave up." || r.Talked != "—" || r.Result.Word != "Missed" || r.Line != "desk" {
		t.Errorf("the row is %+v", r)
	}
	if got := text(PageStatus(120, 1, 50)); got != "120 calls · Page 2 of 3" {
		t.Errorf("the status is %q", got)
	}
}
