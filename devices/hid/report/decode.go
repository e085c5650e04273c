package report

import (
	"errors"
	"fmt"
)

// Change is one thing that an input report tells. A Press is told once, when it goes down; a Level when it differs from
// the report before, and at first sight.
type Change struct {
	What  What
	Usage Usage
	Kind  Kind
	On    bool // Level: the state; OnOff: what is asked for; true otherwise
	First bool // Level: nothing was known before, so it need not be an act of the operator
	Digit byte // Digit: the key
}

// String describes the change in a few words, for tables and journals.
func (c Change) String() string {
	switch {
	case c.What == Digit:
		return fmt.Sprintf("digit %c", c.Digit)
	case c.Kind == Level || c.Kind == OnOff:
		state := map[bool]string{false: "off", true: "on"}[c.On]
		return fmt.Sprintf("%s %s", c.What, state)
	}
	return c.What.String()
}

// Errors of Decode. A report of another length than the descriptor says is decoded as far as it goes.
var (
	ErrEmptyReport = errors.New("the device sent an empty report")
	ErrShortReport = errors.New("the device sent a report that is shorter than its descriptor says")
	ErrLongReport  = errors.New("the device sent a report that is longer than its descriptor says")
)

// Decoder turns input reports into changes; it remembers the last value of every control. One goroutine uses it.
type Decoder struct {
	m     *Map
	last  []uint32
	known []bool
}

// NewDecoder returns a decoder that has seen nothing yet.
func NewDecoder(m *Map) *Decoder {
	return &Decoder{m: m, last: make([]uint32, len(m.Controls)), known: make([]bool, len(m.Controls))}
}

// Decode reads one report as the device sent it, with its ID in front where reports are numbered. Reports without a
// control in them (the private ones of makers) give nothing. The changes count also when there is an error.
func (d *Decoder) Decode(data []byte) ([]Change, error) {
	id, payload := uint8(0), data
	if len(data) == 0 {
		return nil, ErrEmptyReport
	}
	if d.m.Numbered {
		id, payload = data[0], data[1:]
	}
	var changes []Change
	ours := false
	for i := range d.m.Controls {
		c := &d.m.Controls[i]
		if c.Report != id {
			continue
		}
		ours = true
		if v, ok := Bits(payload, c.Bit, c.Size); ok {
			changes = d.value(changes, i, v)
		}
	}
	if !ours {
		return nil, nil
	}
	switch want := d.m.inputs[id]; {
	case len(payload) < want:
		return changes, fmt.Errorf("%w: %d of %d bytes", ErrShortReport, len(payload), want)
	case len(payload) > want:
		return changes, fmt.Errorf("%w: %d instead of %d bytes", ErrLongReport, len(payload), want)
	}
	return changes, nil
}

// value adds what a new value of control i tells.
func (d *Decoder) value(changes []Change, i int, v uint32) []Change {
	c, first, before := &d.m.Controls[i], !d.known[i], d.last[i]
	d.last[i], d.known[i] = v, true
	ch := Change{What: c.What, Usage: c.Usage, Kind: c.Kind, On: true}
	switch {
	case c.Kind == Level:
		ch.On, ch.First = v != 0, first
		if !first && (before != 0) == ch.On {
			return changes
		}
	case v == 0 || v == before:
		return changes
	case c.Kind == OnOff:
		n := extend(v, c.Size)
		if n != 1 && n != -1 { // out of the logical range: no value (HID 5.10)
			return changes
		}
		ch.On = n > 0
	case c.Kind == Select:
		return append(changes, c.selected(v)...)
	case before != 0:
		return changes
	}
	return append(changes, ch)
}

// selected is the key that a value of an array stands for, if there is one.
func (c *Control) selected(v uint32) []Change {
	if v < c.First || v-c.First >= uint32(len(c.Keys)) {
		return nil
	}
	u := c.Keys[v-c.First]
	w, _, ok := whatOf(Naming{u, u})
	if !ok {
		return nil
	}
	return []Change{{What: w, Usage: u, Kind: Select, On: true, Digit: DigitOf(u)}}
}
