package headset

import (
	"fmt"
	"slices"
	"strings"

	"cordboard/devices/hid"
	"cordboard/devices/hid/report"
)

// Set is a headset or handset that is plugged in, as it is shown to people.
type Set struct {
	ID      string   `json:"id"`                // the same after the next plugging: vendor:product, and the serial number where it has one
	Name    string   `json:"name"`              //
	Kind    string   `json:"kind"`              // headset, handset or phone
	Buttons []string `json:"buttons,omitempty"` // what it can ask for
	Lamps   []string `json:"lamps,omitempty"`   // what it can show
	Open    bool     `json:"open"`              // in use
	Primary bool     `json:"primary"`           // calls are started from this one
	Trouble string   `json:"trouble,omitempty"` // why it cannot be used, a sentence
	Denied  bool     `json:"denied,omitempty"`  // because the system gives the operator no right to

	path string
	m    *report.Map // nil when a desk has no use for it
}

// String describes the set in a line.
func (s Set) String() string {
	return fmt.Sprintf("%s (%s, %s): buttons %s; lamps %s", s.Name, s.Kind, s.ID, strings.Join(s.Buttons, ", "), strings.Join(s.Lamps, ", "))
}

// identity names a device by what is the same wherever it is plugged in.
func identity(info hid.Info) string {
	id := fmt.Sprintf("%04x:%04x", info.VendorID, info.ProductID)
	if info.Serial != "" {
		id += ":" + info.Serial
	}
	return id
}

// describe finds out what a device can do. boring devices have nothing to do with telephony and are not shown.
func (f *Fleet) describe(info hid.Info) (set Set, boring bool) {
	set = Set{ID: identity(info), Name: info.Name, Kind: "headset", path: info.Path}
	if set.Name == "" {
		set.Name = "Headset " + set.ID
	}
	text, err := f.cfg.Transport.Descriptor(info)
	if err != nil {
		return set, true // it has gone, or it is none of ours to know
	}
	d, err := report.Parse(text)
	if err != nil {
		f.cfg.Log.Warn("a device describes itself wrongly", "device", set.ID, "error", err)
		return set, true
	}
	if !slices.ContainsFunc(d.Fields, func(f report.Field) bool { return f.Telephony }) {
		return set, true
	}
	m := report.NewMap(d)
	set.Kind, set.Buttons, set.Lamps = kind(m.Phone), buttons(m), lamps(m)
	if why := m.Unfit(); why != "" {
		set.Trouble = set.Name + " cannot be used: " + why
		return set, false
	}
	set.m = m
	return set, false
}

func kind(phone report.Usage) string {
	switch phone {
	case report.UsageHandset:
		return "handset"
	case report.UsagePhone:
		return "phone"
	}
	return "headset"
}

// buttons names what a set can ask for, each once.
func buttons(m *report.Map) []string {
	var names []string
	for _, c := range m.Controls {
		if name := c.What.String(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// lamps names what a set can show.
func lamps(m *report.Map) []string { return strings.Split(m.Lit().String(), ", ") }

// Sets lists all sets that are plugged in, the primary first.
func (f *Fleet) Sets() []Set {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []Set
	for _, s := range f.seen {
		if !s.boring {
			all = append(all, s.set)
		}
	}
	slices.SortFunc(all, func(a, b Set) int { return f.before(&a, &b) })
	if len(all) > 0 && all[0].Open {
		all[0].Primary = true
	}
	return all
}

// before orders sets: those in use, the one that the operator chose, those that can do more, then as the system lists them.
// f.mu is held.
func (f *Fleet) before(a, b *Set) int {
	for _, better := range []func(*Set) int{
		func(s *Set) int { return truth(s.Open) },
		func(s *Set) int { return truth(s.ID == f.primary) },
		func(s *Set) int {
			if s.m == nil {
				return -1
			}
			return s.m.Rank()
		},
	} {
		if d := better(b) - better(a); d != 0 {
			return d
		}
	}
	return strings.Compare(a.path, b.path)
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// SetPrimary chooses the primary by its ID; empty leaves it to what the sets can do.
func (f *Fleet) SetPrimary(id string) {
	f.mu.Lock()
	f.primary = id
	f.mu.Unlock()
	f.changed()
}

// isPrimary reports whether a set is the primary one now.
func (f *Fleet) isPrimary(path string) bool {
	sets := f.Sets()
	return len(sets) > 0 && sets[0].Primary && sets[0].path == path
}
