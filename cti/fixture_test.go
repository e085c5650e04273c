package cti

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// noon is when the tests begin.
var noon = time.Date(2030, 5, 6, 12, 0, 0, 0, time.UTC)

// desk is a State with two lines: the first registered, the second still trying.
func desk() State {
	routes := []Route{{Name: "Trunk A"}, {Name: "Trunk B", Prefix: "9", Strip: 1, Proxy: "proxy.example.org", Headers: map[string]string{"X-Trunk": "b"}}}
	return State{Lines: []Line{
		{Config: LineConfig{ID: "desk", Name: "Desk 2001", User: "2001", Server: "pbx.example.org", Routes: routes,
			Identity: []Identity{{Name: "Acme Support", Number: "+49301234"}, {Anonymous: true}}}, Reg: Registration{State: RegOK}},
		{Config: LineConfig{ID: "sales", Name: "Sales 2002", User: "2002", Server: "pbx.example.org"}, Reg: Registration{State: RegTrying}},
	}}
}

// session is what offer and answer agreed on.
func session(version int) MediaSession {
	return MediaSession{
		Version: version, Local: netip.MustParseAddrPort("127.0.0.1:20000"), Remote: netip.MustParseAddrPort("127.0.0.2:30000"),
		Codec: Codec{Name: "opus", PT: 96, Rate: 48000}, Accept: []Codec{{Name: "opus", PT: 96, Rate: 48000}}, EventSend: 101, Send: true, Recv: true,
		Out: &Crypto{Suite: "AES_CM_128_HMAC_SHA1_80", Key: []byte("secret")}, In: &Crypto{Suite: "AES_CM_128_HMAC_SHA1_80", Key: []byte("secret")},
	}
}

// play steps through inputs, a second apart, none of which may be turned down.
func play(t testing.TB, s State, inputs ...Input) (State, []Effect) {
	t.Helper()
	var all []Effect
	for i, in := range inputs {
		next, effects, err := Step(s, in, noon.Add(time.Duration(i)*time.Second))
		if err != nil {
			t.Fatalf("input %d, %s: %v", i, in.Kind(), err)
		}
		s, all = next, append(all, effects...)
	}
	return s, all
}

// Ways into the states of a call named x.
var (
	dialled  = []Input{Dial{Call: "x", Number: "2044"}}
	rung     = append(dialled[:1:1], Progressed{Call: "x", Code: 180})
	early    = append(dialled[:1:1], Progressed{Call: "x", Code: 183, Session: ptr(session(1))})
	offered  = []Input{Offered{Call: "x", Line: "desk", Number: "+34915550101", Name: "Maria Lopez"}}
	answered = append(offered[:1:1], Answer{Call: "x"})
	talking  = append(answered[:2:2], Connected{Call: "x", Session: session(1)}, DialogKept{Call: "x", Dialog: []byte(`{"id":1}`)})
	held     = append(talking[:4:4], Hold{Call: "x", On: true})
	unheld   = append(held[:5:5], HoldSettled{Call: "x", On: true, OK: false, Note: "The far end refused."})
	muted    = append(talking[:4:4], Mute{Call: "x", On: true})
	reviving = append(talking[:4:4], Restarted{})
	ending   = append(talking[:4:4], Hangup{Call: "x"})
	waiting  = append(rung[:2:2], Dial{Call: "y", Number: "2055"})
	knocking = []Input{Dial{Call: "y", Number: "2055"}, Connected{Call: "y", Session: session(1)}, offered[0]}
	busy     = append(rung[:2:2], Ended{Call: "x", By: SidePeer, Code: 486})
	over     = append(ending[:5:5], Ended{Call: "x"})
)

// Ways into conferences: k is one of x and y, r a recording of x.
var (
	two           = append(talking[:4:4], Offered{Call: "y", Line: "desk", Number: "2055"}, Answer{Call: "y"}, Connected{Call: "y", Session: session(1)})
	conferring    = append(two[:7:7], Join{Conf: "k", Calls: []CallID{"x", "y"}})
	confAway      = append(conferring[:8:8], Attend{Conf: "k"})
	confHeld      = append(conferring[:8:8], Hold{Call: "x", On: true})
	leavingJoined = append(conferring[:8:8], Leave{Conf: "k"})
	endGrace      = append(conferring[:8:8], EndAll{Conf: "k"})
	room          = []Input{LineSet{LineConfig{ID: "hall", Name: "Hall", IsRoom: true}}}
	inRoom        = append(room[:1:1], Offered{Call: "x", Line: "hall", Number: "2044"}, Connected{Call: "x", Session: session(1)})
	recorded      = append(talking[:4:4], StartRecording{Rec: "r", Calls: []CallID{"x"}})
)

func ptr[T any](v T) *T { return &v }

// describe tells a call and what happened, in the words of the transition table.
func describe(s State, id CallID, effects []Effect, err error) string {
	if _, refused := errors.AsType[*Refused](err); refused {
		return "refused"
	}
	if _, ignored := errors.AsType[*Ignored](err); ignored {
		return "ignored"
	}
	c, ok := s.Call(id)
	if !ok {
		return strings.TrimSpace("gone" + effectNames(effects))
	}
	w := []string{c.Phase.String()}
	flag := func(on bool, name string) {
		if on {
			w = append(w, name)
		}
	}
	flag(c.EarlyMedia, "early")
	flag(c.Recovering, "recovering")
	flag(c.Held, "held")
	flag(c.HeldAgreed, "agreed")
	flag(c.HoldNote != "", "noted")
	flag(c.HeldByPeer, "peer-held")
	flag(c.Muted, "muted")
	k := s.conferenceOf(&c)
	flag(k != nil, "member")
	flag(k != nil && k.Away, "away")
	flag(k != nil && k.Left, "left")
	flag(k != nil && k.Leaving != LeaveNone, "leaving")
	flag(k != nil && !k.EndsAt.IsZero(), "ends")
	flag(k != nil && len(k.Cuts) > 0, "cut")
	flag(k != nil && k.Muted, "conf-muted")
	flag(c.Deaf, "deaf")
	flag(c.Music, "music")
	flag(s.recordingOf(id) != nil, "recorded")
	flag(c.Consult != (Consult{}), "consult")
	flag(c.Transfer.Phase != "", "transfer-"+string(c.Transfer.Phase))
	flag(c.Transfer.Bridge, "by-bridge")
	flag(c.Referral.Target != "", "referral")
	flag(c.Outside, "from-outside")
	flag(c.Beeping, "beeping")
	flag(c.Pickup != "", "pickup")
	flag(c.Peer != (PeerFacts{}), "limited")
	flag(c.End.Result != ResultUnknown, "("+c.End.Result.String()+")")
	flag(c.EndTone != ToneNone, c.EndTone.String()+"-tone")
	return strings.Join(w, " ") + effectNames(effects)
}

// effectNames lists effects in short: " > SetHold:true timer:ending".
func effectNames(effects []Effect) string {
	var b strings.Builder
	for i, e := range effects {
		if i == 0 {
			b.WriteString(" >")
		}
		name := strings.TrimPrefix(fmt.Sprintf("%T", e), "cti.")
		switch e := e.(type) {
		case StartTimer:
			name = "timer:" + string(e.Name)
		case SetHold:
			name = fmt.Sprintf("SetHold:%t", e.On)
		case Release:
			if e.Code != 0 {
				name = fmt.Sprintf("Release:%d", e.Code)
			}
		case Recover:
			name = fmt.Sprintf("Recover:%t", e.Resume)
		case MarkRecording:
			name = "Mark:" + strings.ReplaceAll(string(e.Kind), " ", "-")
		case KeepRecording:
			name = map[bool]string{true: "Keep", false: "Keep:ended"}[e.Ended.IsZero()]
		case Refer:
			if name = "Refer:" + e.Target; e.Replaces != "" {
				name = fmt.Sprintf("Refer:%s-for-%s", e.Call, e.Replaces)
			}
		case AnswerReferral:
			name = fmt.Sprintf("AnswerReferral:%t", e.Accept)
		case ReportReferral:
			name = fmt.Sprintf("ReportReferral:%d", e.Code)
		case Redirect:
			name = "Redirect:" + e.Why
		}
		b.WriteString(" " + name)
	}
	return b.String()
}
