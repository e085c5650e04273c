package cti

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// plays renders a plan: "anna>operator operator>anna knock@operator".
func plays(p Plan) string {
	var w []string
	for _, e := range p.Edges {
		w = append(w, string(e.Source)+">"+string(e.Listener))
	}
	for _, t := range p.Tones {
		w = append(w, t.Tone.String()+"@"+string(t.Listener))
	}
	return strings.Join(w, " ")
}

func TestPlanFor(t *testing.T) {
	second := func(way []Input, more ...Input) []Input { return append(slices.Clone(way), more...) }
	for _, tt := range []struct {
		name string
		way  []Input
		want string
	}{
		{"nothing", nil, ""},
		{"dialing is silent", dialled, ""},
		{"the desk makes the ringback", rung, "ringback@operator"},
		{"unless the far end sends its own", second(rung, Progressed{Call: "x", Code: 183, Session: ptr(session(1))}), "x>operator"},
		{"early media is heard, we are not", early, "x>operator"},
		{"an incoming call rings on the ringer", offered, "ringing@ringer"},
		{"answering is silent", answered, ""},
		{"talking", talking, "x>operator operator>x"},
		{"muted: the operator's edge is absent", muted, "x>operator"},
		{"held: nobody hears anybody, before the far end has agreed", held, ""},
		{"held, and refused: still nobody", unheld, ""},
		{"held by the far end: its music is heard", second(talking, SessionChanged{Call: "x", Session: session(2), HeldByPeer: true}), "x>operator operator>x"},
		{"taken up again: silent until the far end is back", reviving, ""},
		{"back again", second(reviving, Recovered{Call: "x", Session: session(2)}), "x>operator operator>x"},
		{"ending is silent at once", ending, ""},
		{"a second incoming call knocks", knocking, "y>operator operator>y knock@operator"},
		{"and is answered: the first is held", second(knocking, Answer{Call: "x"}, Connected{Call: "x", Session: session(1)}), "x>operator operator>x"},
		{"a waiting call is not heard", second(waiting, Progressed{Call: "x", Code: 183, Session: ptr(session(1))}), ""},
		{"busy", busy, "busy@operator"},
		{"failure", second(dialled, Ended{Call: "x", By: SidePeer, Code: 503}), "failure@operator"},
		{"busy is over", second(busy, TimerFired{Call: "x", Name: TimerTone, Gen: 1}), ""},
		{"busy gives way to the next call", second(busy, Dial{Call: "y", Number: "2055"}, Progressed{Call: "y", Code: 180}), "ringback@operator"},
		{"our own hang-up is silent", second(rung, Hangup{Call: "x"}, Ended{Call: "x", Code: 487}), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, _ := play(t, desk(), tt.way...)
			if got := plays(PlanFor(s)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestNextKeyAndCurrent(t *testing.T) {
	for _, tt := range []struct {
		name, next, current string
		way                 []Input
	}{
		{"dialing", "F5 cancel", "x", dialled},
		{"ringing", "F2 answer", "x", offered},
		{"ringing while one talks", "F2 answer, holds row 1", "y", knocking},
		{"talking", "F3 hold", "x", talking},
		{"held", "F2 connect", "x", held},
		{"held while another is dialled", "F2 connect, holds row 2", "y", waiting},
		{"resume refused", "F2 connect again", "x", append(slices.Clone(held), Hold{Call: "x"}, HoldSettled{Call: "x"})},
		{"recovering", "F5 hang up", "x", reviving},
		{"ending", "", "x", ending},
		{"over", "", "", over},
		{"two ring: no guess", "F2 answer", "", append(slices.Clone(offered), Offered{Call: "y", Line: "desk"})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, _ := play(t, desk(), tt.way...)
			if got := nextOf(s, "x"); got != tt.next {
				t.Errorf("next key %q, want %q", got, tt.next)
			}
			if got, ok := Current(s); string(got) != tt.current || ok != (tt.current != "") {
				t.Errorf("current call %q, want %q", got, tt.current)
			}
		})
	}
}

// nextOf is the hint in a call's row, "" when the row has gone.
func nextOf(s State, id CallID) string {
	for _, row := range View(s, DeskInfo{}, 0, noon).Calls {
		if row.ID == id {
			return row.Next
		}
	}
	return ""
}

// TestAllowedIsWhatStepRefuses: a dimmed button and a refused command are the same thing.
func TestAllowedIsWhatStepRefuses(t *testing.T) {
	commands := map[Verb]Command{
		VerbAnswer: Answer{"x"}, VerbHangup: Hangup{Call: "x"}, VerbHold: Hold{"x", true}, VerbResume: Hold{"x", false},
		VerbMute: Mute{"x", true}, VerbUnmute: Mute{"x", false}, VerbDTMF: SendDTMF{"x", "1"},
		VerbSplit: Split{"x"}, VerbMember: Member{Call: "x"}, VerbRecord: StartRecording{Rec: "fresh", Calls: []CallID{"x"}},
		VerbTransfer: QuickTransfer{Call: "x", Number: "sip:anna@192.0.2.7"}, VerbConsult: StartConsult{Call: "z", For: "x", Line: "desk", Number: "2077"},
		VerbSwap: Swap{"x"}, VerbConfirm: Confirm{"x"}, VerbAbort: Abort{"x"}, VerbReferral: FollowReferral{Call: "x", Accept: true, New: "z"},
	}
	for _, from := range froms {
		s, _ := play(t, desk(), from.way...)
		for _, verb := range CallVerbs {
			why := Allowed(s, "x", verb)
			if why != "" && (why[0] < 'A' || why[0] > 'Z' || !strings.HasSuffix(why, ".")) {
				t.Errorf("%s, %s: %q is no sentence", from.name, verb, why)
			}
			cmd, about := commands[verb]
			if !about { // asks for more than one call
				continue
			}
			_, _, err := Step(s, cmd, noon)
			if (err == nil) != (why == "") || err != nil && err.Error() != why {
				t.Errorf("%s, %s: Allowed says %q, Step says %v", from.name, verb, why, err)
			}
		}
	}
	if Allowed(State{}, "", VerbHold) != "Select a call first." || Allowed(desk(), "", VerbDial) != "" {
		t.Error("without a call: hold must ask for one, dial must not")
	}
}

// TestPreviewIsWhatStepDials: what the line under the Number field promises is what the INVITE carries.
func TestPreviewIsWhatStepDials(t *testing.T) {
	acme := Identity{Name: "Acme Support", Number: "+49301234"}
	for _, tt := range []struct {
		name   string
		in     Dial
		target string // empty when refused
		shown  string // caller ID, or what the refusal says
	}{
		{"default line and route", Dial{Number: "(201) 553-2447"}, "2015532447", "Desk 2001 2001"},
		{"a route that strips and prefixes", Dial{Number: "+1 201 553 2447", Route: "Trunk B", Identity: acme}, "92015532447", "Acme Support +49301234"},
		{"anonymous", Dial{Number: "anna@example.org", Identity: Identity{Anonymous: true}}, "sip:anna@example.org", "Anonymous"},
		{"an identity of one's own invention", Dial{Number: "2044", Identity: Identity{Name: "The Bank"}}, "", `Desk 2001 may not call as "The Bank".`},
		{"a line whose name would break the sentence", Dial{Number: "2044", Line: "nine\r\nten"}, "", `There is no line "nine\r\nten".`},
		{"a line that is not there", Dial{Number: "2044", Line: "nine"}, "", `There is no line "nine".`},
		{"a line that is not ready", Dial{Number: "2044", Line: "sales"}, "", "Sales 2002 is still registering"},
		{"a route that is not there", Dial{Number: "2044", Route: "Moon"}, "", `Desk 2001 has no route "Moon".`},
		{"a short number", Dial{Number: "12"}, "", "A number has at least 3 digits."},
		{"a header in a number", Dial{Number: "sip:a@b\r\nX: y"}, "", "A SIP address has no control characters."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.in.Call = "x"
			p := View(desk(), DeskInfo{}, 1, noon).Preview(tt.in)
			_, effects, err := Step(desk(), tt.in, noon)
			if tt.target == "" {
				if err == nil || p.OK || err.Error() != tt.shown || p.Why != tt.shown {
					t.Fatalf("Step says %v, the preview %q; want %q", err, p.Why, tt.shown)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			invite := effects[0].(Invite)
			if invite.Target != tt.target || p.Target != tt.target || p.ShowAs != tt.shown || !p.OK {
				t.Errorf("INVITE to %q, preview %+v; want %q as %q", invite.Target, p, tt.target, tt.shown)
			}
			if tt.in.Route == "Trunk B" && (invite.Proxy != "proxy.example.org" || invite.Headers["X-Trunk"] != "b") {
				t.Errorf("the route's proxy and headers are missing: %+v", invite)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	s := desk()
	for i := range MaxRinging {
		s, _ = play(t, s, Offered{Call: CallID(fmt.Sprint("r", i)), Line: "desk"})
	}
	s, effects := play(t, s, Offered{Call: "x", Line: "desk"})
	if got := describe(s, "x", effects, nil); got != "ending (refused) > Release:486 timer:ending Record" {
		t.Errorf("ninth ringing call: %s", got)
	}
	for i := range MaxCalls - len(s.Calls) {
		s, _ = play(t, s, Dial{Call: CallID(fmt.Sprint("d", i)), Number: "2044"})
	}
	if _, _, err := Step(s, Dial{Call: "more", Number: "2044"}, noon); err == nil || !strings.HasPrefix(err.Error(), "There are 64 calls already") {
		t.Errorf("call 65: %v", err)
	}
}

// TestEndedCallsAreCrowdedOut: of many calls that end within seconds the latest stay, whatever their order of creation,
// and what is still going on is not touched.
func TestEndedCallsAreCrowdedOut(t *testing.T) {
	const calls = EndedMost + 3
	s := desk()
	for i := range calls {
		s, _ = play(t, s, Dial{Call: CallID(fmt.Sprint("x", i)), Number: "2044"})
	}
	for i := calls - 1; i > 0; i-- { // the last one made ends first
		var err error
		now := noon.Add(time.Duration(calls-i) * time.Millisecond)
		if s, _, err = Step(s, Ended{Call: CallID(fmt.Sprint("x", i)), By: SidePeer, Code: 486}, now); err != nil {
			t.Fatal(err)
		}
	}
	if len(s.Calls) != 1+EndedMost || !s.Calls[0].Live() || s.Calls[EndedMost].ID != CallID(fmt.Sprint("x", EndedMost)) {
		t.Errorf("%d calls are left, from %s (%s) to %s", len(s.Calls), s.Calls[0].ID, s.Calls[0].Phase, s.Calls[len(s.Calls)-1].ID)
	}
	if _, _, err := Step(s, TimerFired{Call: CallID(fmt.Sprint("x", calls-1)), Name: TimerShown, Gen: 1}, noon); err == nil {
		t.Error("the timer of a call that has left means something")
	}
}

func TestAutoAnswer(t *testing.T) {
	auto := Offered{Call: "x", Line: "desk", Auto: true}
	s, effects := play(t, desk(), auto)
	if got := describe(s, "x", effects, nil); got != "answering > Accept Record" {
		t.Errorf("at rest: %s", got)
	}
	s, _ = play(t, desk(), Dial{Call: "y", Number: "2044"})
	s, effects = play(t, s, auto)
	if got := describe(s, "x", effects, nil); got != "ringing > Record" {
		t.Errorf("while another call is made: %s", got)
	}
}

func TestDTMFGoesTheLinesWay(t *testing.T) {
	noEvents := session(2)
	noEvents.EventSend = 0
	info := LineSet{LineConfig{ID: "desk", Name: "Desk", DTMF: DTMFInfo}}
	for name, tt := range map[string]struct {
		more Input
		want string
	}{
		"telephone-event":        {Identified{Call: "x", Name: "Anna"}, "talking agreed > PlayDigits EchoDigits"},
		"far end without events": {SessionChanged{Call: "x", Session: noEvents}, "talking agreed > SendDigits EchoDigits"},
		"line that wants INFO":   {info, "talking agreed > SendDigits EchoDigits"},
	} {
		s, _ := play(t, desk(), append(slices.Clone(talking), tt.more)...)
		s, effects := play(t, s, SendDTMF{"x", "12#"})
		if got := describe(s, "x", effects, nil); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
	s, _ := play(t, desk(), talking...)
	if _, _, err := Step(s, SendDTMF{"x", "1\r\n"}, noon); err == nil {
		t.Error("a line break passed as a digit")
	}
}

// TestResults: how a call went, for the history.
func TestResults(t *testing.T) {
	for _, tt := range []struct {
		name   string
		way    []Input
		end    Ended
		result Result
		reason string
	}{
		{"busy", rung, Ended{By: SidePeer, Code: 600}, ResultBusy, "The number is busy."},
		{"declined", rung, Ended{By: SidePeer, Code: 603}, ResultDeclined, "The far end declined the call."},
		{"nobody there", rung, Ended{By: SidePeer, Code: 480}, ResultNoAnswer, "Nobody answered."},
		{"timed out", dialled, Ended{By: SideUs, Code: 408}, ResultNoAnswer, "Nobody answered."},
		{"wrong number", dialled, Ended{By: SidePeer, Code: 404, Reason: "There is no such number."}, ResultFailed, "There is no such number."},
		{"no network", dialled, Ended{By: SideUs}, ResultFailed, "The call failed."},
		{"talked", talking, Ended{By: SidePeer}, ResultAnswered, "The far end ended the call."},
		{"missed", offered, Ended{By: SidePeer, Code: 487}, ResultMissed, "The caller gave up."},
		{"elsewhere", offered, Ended{By: SidePeer, Code: 487, Elsewhere: true}, ResultElsewhere, "The call was answered on another phone."},
		{"answered, never connected", answered, Ended{By: SideUs}, ResultFailed, "The call failed."},
		{"refused, and the caller gave up meanwhile", append(slices.Clone(offered), Hangup{Call: "x"}), Ended{By: SidePeer, Code: 487}, ResultRefused, "You declined the call."},
		{"hung up while it rang", append(slices.Clone(rung), Hangup{Call: "x"}), Ended{By: SideUs, Code: 487}, ResultNoAnswer, "You ended the call."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.end.Call = "x"
			s, effects := play(t, desk(), append(slices.Clone(tt.way), tt.end)...)
			c, _ := s.Call("x")
			if c.End.Result != tt.result || c.End.Reason != tt.reason {
				t.Errorf("%s, %q; want %s, %q", c.End.Result, c.End.Reason, tt.result, tt.reason)
			}
			rows := 0
			for _, e := range effects {
				if r, ok := e.(Record); ok && r.Call.Phase == PhaseEnded {
					rows++
				}
			}
			if rows != 1 {
				t.Errorf("%d final rows, want 1", rows)
			}
		})
	}
}

// TestStateSurvivesJSON: a checkpoint is the State, but for media keys, which are secrets.
func TestStateSurvivesJSON(t *testing.T) {
	s, _ := play(t, desk(), append(slices.Clone(unheld), busy...)[:6]...)
	s, _ = play(t, s, SoundChanged{Sound{Inputs: []string{"Link 380"}, Mic: Device{Name: "Link 380", State: DeviceOK}}})
	data, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "secret") || strings.Contains(string(data), "c2VjcmV0") {
		t.Error("a media key is in the checkpoint")
	}
	var back State
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	for i := range s.Calls {
		if m := &s.Calls[i].Session; m.Out != nil {
			m.Out, m.In = &Crypto{Suite: m.Out.Suite}, &Crypto{Suite: m.In.Suite}
		}
	}
	if !reflect.DeepEqual(back, s) {
		t.Errorf("\n got %+v\nwant %+v", back, s)
	}
	c, _ := back.Call("x")
	if c.Session.Out.Suite == "" || len(c.Session.Out.Key) != 0 || !c.HeldAt.Equal(noon.Add(4*time.Second)) {
		t.Errorf("session or times are damaged: %+v", c)
	}
}

func TestCodecIsNamedForPeople(t *testing.T) {
	for name, want := range map[string]string{
		"": "", "opus": "Opus 48 kHz", "g722": "G.722 16 kHz", "pcma": "G.711 A", "pcmu": "G.711 µ", "gsm": "gsm",
	} {
		if got := (Codec{Name: name}).label(); got != want {
			t.Errorf("codec %q is called %q, want %q", name, got, want)
		}
	}
}

func TestViewHidesTheDialog(t *testing.T) {
	s, _ := play(t, desk(), talking...)
	v := View(s, DeskInfo{Version: "1"}, 7, noon)
	if v.Calls[0].Dialog != nil || v.Seq != 7 || v.Desk.Version != "1" {
		t.Errorf("dialog, sequence or desk wrong: %+v", v)
	}
	c := v.Calls[0]
	if c.Codec != "Opus 48 kHz" || !c.Secure || !c.Open || c.Allowed[VerbHold] != "" || c.Allowed[VerbAnswer] == "" {
		t.Errorf("row wrong: %+v", c)
	}
	if v.Lines[1].Usable || v.Lines[1].Why == "" {
		t.Errorf("line wrong: %+v", v.Lines[1])
	}
	empty, _ := json.Marshal(View(State{}, DeskInfo{}, 1, noon)) // plain data marshals
	if !strings.Contains(string(empty), `"calls":[]`) || !strings.Contains(string(empty), `"lines":[]`) {
		t.Errorf("empty lists must be lists: %s", empty)
	}
}

// TestRestart: what the journal knows is taken up, within the time that is promised.
func TestRestart(t *testing.T) {
	s, effects := play(t, desk(), append(slices.Clone(held), Restarted{})...)
	r := effects[slices.IndexFunc(effects, func(e Effect) bool { _, ok := e.(Recover); return ok })].(Recover)
	if !r.Resume || !r.Hold || r.Line.ID != "desk" || string(r.Dialog) != `{"id":1}` {
		t.Errorf("the SIP adapter is asked for %+v", r)
	}
	if s.Lines[0].Reg.State != RegUnknown {
		t.Error("the old registration is still believed")
	}
	// The far end agrees to exactly what was there before: media is new all the same.
	s, effects = play(t, s, Recovered{Call: "x", Session: session(1)})
	if got := describe(s, "x", effects, nil); got != "talking held agreed > ApplySession" {
		t.Errorf("recovered: %s", got)
	}

	s, _ = play(t, desk(), reviving...)
	s, _ = play(t, s, TimerFired{Call: "x", Name: TimerRecover, Gen: 1}, TimerFired{Call: "x", Name: TimerEnding, Gen: 1})
	if c, _ := s.Call("x"); c.Phase != PhaseEnded || !strings.Contains(c.End.Reason, "after a restart") {
		t.Errorf("a far end that is gone: %s, %q", c.Phase, c.End.Reason)
	}
}

func TestDigitsKeepTheLatest(t *testing.T) {
	s, _ := play(t, desk(), talking...)
	for range MaxDigits {
		s, _ = play(t, s, DTMFReceived{"x", "1"})
	}
	s, _ = play(t, s, DTMFReceived{"x", "9"})
	if c, _ := s.Call("x"); len(c.Digits) != MaxDigits || !strings.HasSuffix(c.Digits, "19") {
		t.Errorf("digits %q", c.Digits)
	}
	if _, _, err := Step(s, DTMFReceived{"x", "x"}, noon); err == nil {
		t.Error("x passed as a digit")
	}
}

// TestNewCallID: IDs of one desk differ and sort by time.
func TestNewCallID(t *testing.T) {
	seen := map[CallID]bool{}
	first := NewCallID()
	for range 1000 {
		id := NewCallID()
		if len(id) != 16 || seen[id] || id[:9] < first[:9] {
			t.Fatalf("ID %q after %q", id, first)
		}
		seen[id] = true
	}
}

func TestCallIDFromOutside(t *testing.T) {
	for _, id := range []CallID{"", "operator", "ringer", "a/b", "a b", "a\r\nb", CallID(strings.Repeat("a", 41))} {
		if _, _, err := Step(desk(), Dial{Call: id, Number: "2044"}, noon); err == nil {
			t.Errorf("a call may be named %q", id)
		}
	}
	if !NewCallID().Valid() {
		t.Error("our own IDs are not valid")
	}
}

// FuzzDecodeInput: whatever the API or a damaged journal holds, Step takes it or turns it down.
func FuzzDecodeInput(f *testing.F) {
	for _, a := range arrows {
		kind, data, err := EncodeInput(a.in)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(kind, data)
	}
	f.Add("dial", []byte(`{"call":"operator","number":"2044\r\nX: y"}`))
	f.Add("dtmf", []byte(`{"call":"x","digits":"\u0000"}`))
	f.Add("connected", []byte(`{"call":"x","session":{"remote":"[::]:0","codec":{"pt":255}}}`))
	f.Fuzz(func(t *testing.T, kind string, data []byte) {
		in, err := DecodeInput(kind, data)
		if err != nil {
			return
		}
		for _, from := range froms {
			s, _ := play(t, desk(), from.way...)
			next, effects, err := Step(s, in, noon)
			if err != nil && len(effects) > 0 {
				t.Errorf("turned down, and still %s", effectNames(effects))
			}
			PlanFor(next)
			View(next, DeskInfo{}, 1, noon)
			for _, e := range effects {
				if i, ok := e.(Invite); ok && strings.ContainsAny(i.Target, "\r\n\x00 ") {
					t.Errorf("INVITE to %q", i.Target)
				}
			}
		}
	})
}
