package report

import (
	"cmp"
	"slices"
)

// Map is the capability map of a device: what it can ask for and what it can show. It does not change once made, so any
// goroutine may read it.
type Map struct {
	Controls []Control   // by report and bit
	Lamps    []LampField // by report and bit
	Phone    Usage       // UsageHeadset, UsageHandset or UsagePhone; 0 when the descriptor names none
	Numbered bool        // reports begin with their ID

	inputs  map[uint8]int // length of input reports after the ID, in bytes
	outputs map[uint8]int
}

// NewMap finds controls and lamps in a descriptor. Telephony, LED and button usages count inside a telephony collection
// only: elsewhere they belong to keyboards or to the private protocol of a maker. Consumer usages count everywhere.
func NewMap(d *Descriptor) *Map {
	m := &Map{Numbered: d.Numbered, inputs: map[uint8]int{}, outputs: map[uint8]int{}}
	for k := range d.Bits {
		switch k.Type {
		case Input:
			m.inputs[k.ID] = d.Length(k)
		case Output:
			m.outputs[k.ID] = d.Length(k)
		}
	}
	for i := range d.Fields {
		m.add(&d.Fields[i])
	}
	slices.SortStableFunc(m.Controls, func(a, b Control) int { return cmp.Or(cmp.Compare(a.Report, b.Report), cmp.Compare(a.Bit, b.Bit)) })
	slices.SortStableFunc(m.Lamps, func(a, b LampField) int { return cmp.Or(cmp.Compare(a.Report, b.Report), cmp.Compare(a.Bit, b.Bit)) })
	return m
}

// add takes one field up, if there is something in it.
func (m *Map) add(f *Field) {
	before := len(m.Controls) + len(m.Lamps)
	switch {
	case f.Type == Input && f.Array():
		m.addArray(f)
	case f.Type == Input:
		m.addControls(f)
	case f.Type == Output && f.Telephony && !f.Array():
		m.addLamps(f)
	}
	if f.Telephony && len(m.Controls)+len(m.Lamps) > before && (m.Phone == 0 || m.Phone == UsagePhone) && f.Phone != 0 {
		m.Phone = f.Phone
	}
}

// counts reports whether a usage means in this field what it says.
func counts(u Usage, f *Field) bool { return f.Telephony || u.Page() == PageConsumer }

// addControls takes the values of a variable field. A usage that repeats for the rest of them is one of bulk data.
func (m *Map) addControls(f *Field) {
	for i, n := range f.Usages {
		if w, u, ok := whatOf(n); ok && counts(u, f) && len(m.Controls) < maxControls {
			m.Controls = append(m.Controls, Control{
				What: w, Usage: u, Kind: kindOf(w, f), Report: f.Report, Bit: f.Bit + i*f.Size, Size: f.Size,
			})
		}
	}
}

// addArray takes the slots of an array. Value 0 is nothing, also where the letter of HID 6.2.2.5 would make it the first
// usage (logical minimum 0, no null state): that is how keypads and one-bit arrays of real sets behave. Only a range of
// usages that begins with ID 0 holds IDs as they are.
func (m *Map) addArray(f *Field) {
	w, u, ok := whatOf(f.Usages[0])
	keys := make([]Usage, len(f.Usages))
	for i, n := range f.Usages {
		keys[i] = n.Usage
		if wi, ui, is := whatOf(n); is {
			keys[i] = ui
			if !ok {
				w, u, ok = wi, ui, true
			}
		}
	}
	if !ok || !counts(u, f) {
		return
	}
	first := uint32(max(f.Min, 1))
	if f.Usages[0].Usage.ID() == 0 {
		first = uint32(max(f.Min, 0))
	}
	for i := range min(f.Count, maxSlots, maxControls-len(m.Controls)) {
		m.Controls = append(m.Controls, Control{
			What: w, Usage: u, Kind: Select, Report: f.Report, Bit: f.Bit + i*f.Size, Size: f.Size, First: first, Keys: keys,
		})
	}
}

func (m *Map) addLamps(f *Field) {
	for i, n := range f.Usages {
		for _, u := range []Usage{n.Usage, n.Meant} {
			if l, ok := lampUsages[u]; ok && len(m.Lamps) < maxLamps {
				m.Lamps = append(m.Lamps, LampField{Lamp: l, Usage: u, Report: f.Report, Bit: f.Bit + i*f.Size, Size: f.Size})
				break
			}
		}
	}
}

// Has reports whether the device has a control.
func (m *Map) Has(w What) bool {
	return slices.ContainsFunc(m.Controls, func(c Control) bool { return c.What == w })
}

// Control finds a control; ok is false when there is none of it.
func (m *Map) Control(w What) (c Control, ok bool) {
	i := slices.IndexFunc(m.Controls, func(c Control) bool { return c.What == w })
	if i < 0 {
		return Control{}, false
	}
	return m.Controls[i], true
}

// Lit is the set of lamps that the device has.
func (m *Map) Lit() Lamps {
	var s Lamps
	for _, f := range m.Lamps {
		s = s.With(f.Lamp, true)
	}
	return s
}

// Rank says how much of a call the device can control: 2 answers and ends calls, 1 mutes or shows at best, 0 is of no
// use to a desk. Among several collections or devices the highest is taken.
func (m *Map) Rank() int {
	switch {
	case m.Unfit() != "":
		return 0
	case m.Has(Hook) && m.Lit().Has(OffHook):
		return 2
	}
	return 1
}

// Unfit says in one sentence why a desk cannot use the device, "" when it can.
func (m *Map) Unfit() string {
	switch {
	case !m.Has(Hook) && !m.Has(Mute):
		return "The device has neither a hook switch nor a mute button."
	case len(m.Lamps) == 0:
		return "The device takes no lamps, so that it cannot be told what became of a button."
	}
	return ""
}
