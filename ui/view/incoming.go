package view

import (
	"cordboard/cti"
	"cordboard/ui/lang"
)

// Incoming is the card that announces a call.
type Incoming struct {
	Call   cti.CallID
	Who    string
	Number string // empty when Who is the number
	Line   string
	Via    string
	Holds  bool        // answering puts the connected call on hold
	Answer Command     // "Answer and hold" when it Holds
	Reject Command     // declines for good
	Busy   cti.Command // says busy instead
}

// IncomingOf lists the calls that ring here, oldest first.
func IncomingOf(s *cti.Snapshot, contacts []Contact) []Incoming {
	var list []Incoming
	_, holds := openCall(s)
	for _, c := range s.Calls {
		if c.Direction != cti.Incoming || c.Phase != cti.PhaseRinging {
			continue
		}
		in := Incoming{Call: c.ID, Who: partyName(c, contacts), Number: Clean(c.Number), Holds: holds,
			Line:   lang.IncomingFor.With(firstOf(Clean(c.Called), callLine(c, s.Lines))),
			Answer: connect(c), Reject: hangUp(c), Busy: cti.Hangup{Call: c.ID, Busy: true}}
		if in.Number == in.Who {
			in.Number = ""
		}
		if via := Clean(c.Via); via != "" {
			in.Via = lang.Via.With(via)
		}
		if holds {
			in.Answer.Label = lang.AnswerHold.String()
		}
		list = append(list, in)
	}
	return list
}
