package api

import (
	"reflect"
	"slices"
	"time"

	"cordboard/cti"
)

// Kinds of events on the stream.
const (
	EventState  = "state"  // everything; the first event, and whenever changes were too many or lines came or went
	EventCall   = "call"   // a call that is new or changed
	EventGone   = "gone"   // a call that left the table
	EventLine   = "line"   // a line that changed
	EventSound  = "sound"  // the sound devices changed
	EventDesk   = "desk"   // what is known about the desk itself changed
	EventDoings = "doings" // conferences, recordings, voice mail or the profile changed
	EventLamp   = "lamp"   // a watched number that changed
	EventLive   = "live"   // levels and quality; only for those who asked
	EventRaise  = "raise"  // somebody started Cordboard again or pressed a key: a window comes to the front
	EventSaid   = "said"   // why a system-wide key did nothing
)

// Event is one line of the stream. The field of its kind is set, the others are absent.
type Event struct {
	Event  string        `json:"event"`
	Seq    uint64        `json:"seq"` // of the snapshot that the event leads to
	At     time.Time     `json:"at"`
	State  *cti.Snapshot `json:"state,omitempty"`
	Call   *cti.CallView `json:"call,omitempty"`
	Gone   cti.CallID    `json:"gone,omitempty"`
	Line   *cti.LineView `json:"line,omitempty"`
	Sound  *cti.Sound    `json:"sound,omitempty"`
	Desk   *cti.DeskInfo `json:"desk,omitempty"`
	Doings *Doings       `json:"doings,omitempty"`
	Lamp   *cti.Lamp     `json:"lamp,omitempty"`
	Live   *Live         `json:"live,omitempty"`

	Ask  cti.Verb `json:"ask,omitempty"`  // of raise: the window asks for the number that this verb needs
	Said string   `json:"said,omitempty"` // one sentence for the operator
}

// Doings is what the desk is doing beside single calls; it comes as a whole.
type Doings struct {
	Conferences []cti.ConferenceView         `json:"conferences"`
	Recordings  []cti.Recording              `json:"recordings"`
	VoiceMail   map[cti.LineID]cti.VoiceMail `json:"voice_mail,omitempty"`
	Profile     cti.Profile                  `json:"profile"`
}

func doingsOf(s *cti.Snapshot) Doings {
	return Doings{s.Conferences, s.Recordings, s.VoiceMail, s.Profile}
}

// Live is what changes all the time while one talks, and is worth sending only to somebody who looks at it.
type Live struct {
	MicLevel float32                    `json:"mic_level"` // dBFS
	Delay    cti.Delay                  `json:"delay"`
	Quality  map[cti.CallID]cti.Quality `json:"quality,omitempty"`
}

// changes lists what turns one snapshot into the next.
func changes(old, next *cti.Snapshot) []Event {
	head := Event{Seq: next.Seq, At: next.At}
	if !sameRows(old, next) {
		head.Event, head.State = EventState, next
		return []Event{head}
	}
	var out []Event
	add := func(kind string, fill func(*Event)) {
		e := head
		e.Event = kind
		fill(&e)
		out = append(out, e)
	}
	for i := range next.Lines {
		if !reflect.DeepEqual(old.Lines[i], next.Lines[i]) {
			add(EventLine, func(e *Event) { e.Line = &next.Lines[i] })
		}
	}
	for i := range next.Calls {
		if j := callIndex(old.Calls, next.Calls[i].ID); j < 0 || !reflect.DeepEqual(old.Calls[j], next.Calls[i]) {
			add(EventCall, func(e *Event) { e.Call = &next.Calls[i] })
		}
	}
	for _, c := range old.Calls {
		if callIndex(next.Calls, c.ID) < 0 {
			add(EventGone, func(e *Event) { e.Gone = c.ID })
		}
	}
	for i := range next.Lamps {
		if !reflect.DeepEqual(old.Lamps[i], next.Lamps[i]) {
			add(EventLamp, func(e *Event) { e.Lamp = &next.Lamps[i] })
		}
	}
	if d := doingsOf(next); !reflect.DeepEqual(doingsOf(old), d) {
		add(EventDoings, func(e *Event) { e.Doings = &d })
	}
	if !reflect.DeepEqual(old.Sound, next.Sound) {
		add(EventSound, func(e *Event) { e.Sound = &next.Sound })
	}
	if old.Desk != next.Desk {
		add(EventDesk, func(e *Event) { e.Desk = &next.Desk })
	}
	return out
}

// sameRows reports whether the same lines and watched numbers are there, whatever they do.
func sameRows(old, next *cti.Snapshot) bool {
	return slices.EqualFunc(old.Lines, next.Lines, func(a, b cti.LineView) bool { return a.ID == b.ID }) &&
		slices.EqualFunc(old.Lamps, next.Lamps, sameLamp)
}

func sameLamp(a, b cti.Lamp) bool { return a.Line == b.Line && a.Number == b.Number }

func callIndex(calls []cti.CallView, id cti.CallID) int {
	return slices.IndexFunc(calls, func(c cti.CallView) bool { return c.ID == id })
}

// Apply returns the snapshot that the event makes of s, which stays as it is. Levels and quality of what does not
// change are kept.
func (e Event) Apply(s *cti.Snapshot) *cti.Snapshot {
	if e.Event == EventState && e.State != nil {
		return e.State
	}
	n := *s
	n.Seq, n.At = max(s.Seq, e.Seq), e.At
	switch {
	case e.Call != nil:
		n.Calls = withCall(s.Calls, *e.Call)
	case e.Gone != "":
		n.Calls = slices.DeleteFunc(slices.Clone(s.Calls), func(c cti.CallView) bool { return c.ID == e.Gone })
	case e.Line != nil:
		n.Lines = slices.Clone(s.Lines)
		if i := slices.IndexFunc(n.Lines, func(l cti.LineView) bool { return l.ID == e.Line.ID }); i >= 0 {
			n.Lines[i] = *e.Line
		}
	case e.Lamp != nil:
		n.Lamps = slices.Clone(s.Lamps)
		if i := slices.IndexFunc(n.Lamps, func(l cti.Lamp) bool { return sameLamp(l, *e.Lamp) }); i >= 0 {
			n.Lamps[i] = *e.Lamp
		}
	case e.Doings != nil:
		d := e.Doings
		n.Conferences, n.Recordings, n.VoiceMail, n.Profile = d.Conferences, d.Recordings, d.VoiceMail, d.Profile
	case e.Sound != nil:
		n.Sound = *e.Sound
	case e.Desk != nil:
		n.Desk = *e.Desk
		n.Desk.MicLevel, n.Desk.Delay = s.Desk.MicLevel, s.Desk.Delay
	case e.Live != nil:
		return e.Live.Merge(&n)
	}
	return &n
}

// withCall replaces a call, or adds it behind the others: a new call is the youngest.
func withCall(calls []cti.CallView, c cti.CallView) []cti.CallView {
	calls = slices.Clone(calls)
	if i := callIndex(calls, c.ID); i >= 0 {
		c.Quality = calls[i].Quality
		calls[i] = c
		return calls
	}
	return append(calls, c)
}

// Merge returns s with levels and quality filled in; s stays as it is.
func (l Live) Merge(s *cti.Snapshot) *cti.Snapshot {
	n := *s
	n.Desk.MicLevel, n.Desk.Delay = l.MicLevel, l.Delay
	n.Calls = slices.Clone(s.Calls)
	for i := range n.Calls {
		if q, ok := l.Quality[n.Calls[i].ID]; ok {
			n.Calls[i].Quality = q
		}
	}
	return &n
}
