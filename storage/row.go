package storage

import (
	"time"

	"cordboard/cti"
)

// Row is one call in the history.
type Row struct {
	ID        cti.CallID    `json:"id"`
	Line      cti.LineID    `json:"line"`
	LineName  string        `json:"line_name,omitempty"` // as it was called at the time
	Route     string        `json:"route,omitempty"`
	Direction cti.Direction `json:"direction"`
	Number    string        `json:"number"`           // of the far end
	Name      string        `json:"name,omitempty"`   // of the far end, as it says itself; untrusted text
	Called    string        `json:"called,omitempty"` // incoming: the number that was called
	Via       string        `json:"via,omitempty"`    // incoming: who sent it on
	ShowAs    cti.Identity  `json:"show_as,omitzero"` // outgoing: the identity that the callee saw
	Created   time.Time     `json:"created"`
	Answered  time.Time     `json:"answered,omitzero"` // zero: never
	Finished  time.Time     `json:"finished,omitzero"` // zero: the call is still up
	Result    cti.Result    `json:"result"`
	Reason    string        `json:"reason,omitempty"` // one sentence
	Code      int           `json:"code,omitempty"`   // SIP status, 0 when none was involved
	Codec     string        `json:"codec,omitempty"`
	Secure    bool          `json:"secure,omitempty"` // SRTP in both directions

	Recorded int `json:"recorded,omitempty"` // recordings that this row plays; Reader.Recordings lists them
}

// RowOf makes the history's row of a call; lineName is how the line is called at the moment.
func RowOf(c cti.Call, lineName string) Row {
	return Row{
		ID: c.ID, Line: c.Line, LineName: lineName, Route: c.Route, Direction: c.Direction,
		Number: c.Number, Name: c.Name, Called: c.Called, Via: c.Via, ShowAs: c.ShowAs,
		Created: c.Created, Answered: c.Answered, Finished: c.Finished,
		Result: c.End.Result, Reason: c.End.Reason, Code: c.End.Code,
		Codec: c.Session.Codec.Name, Secure: c.Session.Secure(),
	}
}

// Duration is how long the two sides could talk; 0 for a call that was never answered or is still up.
func (r Row) Duration() time.Duration {
	if r.Answered.IsZero() || r.Finished.IsZero() {
		return 0
	}
	return r.Finished.Sub(r.Answered)
}

// millis is how the database keeps a time: Unix milliseconds, 0 for never.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
