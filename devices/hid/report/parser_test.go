package report

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

// Pieces of descriptors.
var (
	headset  = []byte{0x05, 0x0b, 0x09, 0x05, 0xa1, 0x01}                   // collection application (headset)
	oneBit   = []byte{0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x01}       // logical 0..1, one value of one bit
	hookData = []byte{0x09, 0x20, 0x81, 0x22}                               // hook switch, input
	offHook  = []byte{0x05, 0x08, 0x09, 0x17, 0x91, 0x22, 0x05, 0x0b}       // LED off-hook, output
	muteData = []byte{0x09, 0x2f, 0x81, 0x06}                               // phone mute, input, relative
	vendor   = []byte{0x06, 0x30, 0xff, 0x09, 0x05, 0xa1, 0x01, 0x85, 0x04} // a maker's collection, report 4
)

func join(pieces ...[]byte) []byte { return slices.Concat(pieces...) }

// mapOf parses what must parse.
func mapOf(t *testing.T, desc []byte) *Map {
	t.Helper()
	d, err := Parse(desc)
	if err != nil {
		t.Fatalf("% x: %v", desc, err)
	}
	return NewMap(d)
}

// TestMalformed: every way to be wrong has its words, and nothing panics.
func TestMalformed(t *testing.T) {
	for _, tt := range []struct {
		name string
		desc []byte
		want error
	}{
		{"cut in data", []byte{0x05}, ErrTruncated},
		{"cut in four bytes", []byte{0x0b, 1, 2, 3}, ErrTruncated},
		{"long item without length", []byte{0xfe}, ErrTruncated},
		{"long item without tag", []byte{0xfe, 0x00}, ErrTruncated},
		{"long item cut", []byte{0xfe, 0x05, 0x10, 1, 2}, ErrTruncated},
		{"report ID 0", []byte{0x85, 0x00}, ErrReportID},
		{"report ID 256", []byte{0x86, 0x00, 0x01}, ErrReportID},
		{"pop without push", []byte{0xb4}, ErrPop},
		{"endless push", bytes.Repeat([]byte{0xa4}, 100), ErrNesting},
		{"endless collections", bytes.Repeat([]byte{0xa1, 0x01}, 100), ErrNesting},
		{"report of 512 MB", join(headset, []byte{0x77, 0, 0, 0, 1, 0x97, 0, 0, 1, 0}, hookData), ErrReport},
		{"report that grows", join(headset, []byte{0x75, 0x20, 0x96, 0x00, 0x03}, bytes.Repeat([]byte{0x81, 0x01}, 100)), ErrReport},
		{"too long", make([]byte, MaxDescriptor+1), ErrTooLong},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Parse(tt.desc); !errors.Is(err, tt.want) {
				t.Errorf("%v, not %v", err, tt.want)
			}
		})
	}
}

// TestBounded: a descriptor as large as may be, of nothing but wide usage ranges and arrays, becomes a map of limited size.
func TestBounded(t *testing.T) {
	ranges := []byte{0x1a, 0xb0, 0x00, 0x2a, 0xff, 0xff, 0x81, 0x00, 0x19, 0x00, 0x2a, 0xff, 0xff, 0x81, 0x02}
	desc := join(headset, oneBit, []byte{0x95, 0x10})
	for len(desc)+len(ranges) <= MaxDescriptor {
		desc = append(desc, ranges...)
	}
	d, err := Parse(desc)
	if err != nil {
		t.Fatal(err)
	}
	m := NewMap(d)
	if len(d.Fields) > maxFields || len(m.Controls) > maxControls || len(m.Lamps) > maxLamps {
		t.Errorf("%d fields, %d controls, %d lamps", len(d.Fields), len(m.Controls), len(m.Lamps))
	}
	least := testing.AllocsPerRun(5, func() { _, _ = Parse(desc) }) // the result is known
	if least > 20_000 {
		t.Errorf("%.0f allocations", least)
	}
}

// TestOddButReal: what is against the letter of the standard and found in real sets, or allowed and rare.
func TestOddButReal(t *testing.T) {
	for _, tt := range []struct {
		name string
		desc []byte
	}{
		{"long item before the hook", join(headset, oneBit, []byte{0xfe, 0x02, 0x10, 0xaa, 0xbb}, hookData, offHook)},
		{"more ends than collections", join([]byte{0xc0, 0xc0}, headset, oneBit, hookData, offHook, []byte{0xc0, 0xc0, 0xc0})},
		{"no end of the collection", join(headset, oneBit, hookData, offHook)},
		{"wide field of a maker", join(headset, oneBit, hookData, offHook, []byte{0x75, 0x80, 0x09, 0x99, 0x81, 0x02})},
		{"usage maximum without minimum", join(headset, oneBit, []byte{0x29, 0x2f}, hookData, offHook)},
		{"range that runs backwards", join(headset, oneBit, []byte{0x19, 0x30, 0x29, 0x2f}, hookData, offHook)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := mapOf(t, tt.desc)
			if m.Rank() != 2 || len(m.Controls) != 1 || m.Controls[0].Bit != 0 {
				t.Errorf("rank %d, controls %v", m.Rank(), m.Controls)
			}
		})
	}
}

// TestMakersPages: the mirror of the telephony page that makers keep for their own programs is not the telephony page,
// whatever usages and LEDs it has.
func TestMakersPages(t *testing.T) {
	mirror := join(vendor, oneBit, hookData, []byte{0x05, 0x09, 0x09, 0x07, 0x81, 0x02}, offHook)
	if m := mapOf(t, mirror); len(m.Controls)+len(m.Lamps) != 0 {
		t.Errorf("of a private collection %v and %v were taken", m.Controls, m.Lamps)
	}
}

// TestSplitReport: a report that is spread over two collections goes on at the bit where it was left, and the same ID may
// be an input, an output and a feature report of different length.
func TestSplitReport(t *testing.T) {
	desc := join(headset, []byte{0x85, 0x07}, oneBit, hookData, []byte{0xc0}, headset, muteData,
		offHook, []byte{0x95, 0x17, 0x91, 0x01, 0x95, 0x01, 0x09, 0x2f, 0xb1, 0x02, 0xc0})
	m := mapOf(t, desc)
	if c, _ := m.Control(Mute); c.Bit != 1 || c.Report != 7 {
		t.Errorf("mute is %v", c)
	}
	if got := m.Encode(LampSet(OffHook)); len(got) != 1 || !bytes.Equal(got[0], []byte{7, 1, 0, 0}) {
		t.Errorf("off-hook is % x", got)
	}
	if m.InputLength(7) != 1 {
		t.Errorf("the input report has %d bytes", m.InputLength(7))
	}
}

// TestBothReadingsOfAPage: usage 7 before a change to the button page is Button 7 by the standard and Programmable Button
// to many makers. Either is reject; a page that means nothing in the standard's reading does not hide the maker's.
func TestBothReadingsOfAPage(t *testing.T) {
	for _, page := range []byte{0x09, 0x0b, 0x01} {
		m := mapOf(t, join(headset, oneBit, []byte{0x09, 0x07, 0x05, page, 0x81, 0x02}))
		if !m.Has(Reject) {
			t.Errorf("with page %#x in force: %v", page, m.Controls)
		}
	}
}

// TestKinds of the hook and of mute, by their flags.
func TestKinds(t *testing.T) {
	signed := []byte{0x15, 0xff, 0x25, 0x01, 0x75, 0x02, 0x95, 0x01}
	for _, tt := range []struct {
		logical []byte
		flags   byte
		want    Kind
	}{{oneBit, 0x22, Level}, {oneBit, 0x02, Level}, {oneBit, 0x23, Level}, {oneBit, 0x06, Press}, {oneBit, 0x07, Press}, {signed, 0x26, OnOff}} {
		m := mapOf(t, join(headset, tt.logical, []byte{0x09, 0x20, 0x81, tt.flags, 0x09, 0x2f, 0x81, tt.flags}))
		for _, c := range m.Controls {
			if c.Kind != tt.want {
				t.Errorf("flags %#x: %v is not %s", tt.flags, c, tt.want)
			}
		}
	}
}

// TestLengths: a report of the wrong length is named and decoded as far as it goes; one without controls is nobody's.
func TestLengths(t *testing.T) {
	dec := NewDecoder(synthetic(t, "s01-packed-headset"))
	for _, tt := range []struct {
		data []byte
		err  error
		want string
	}{
		{nil, ErrEmptyReport, ""},
		{[]byte{2}, ErrShortReport, ""},
		{[]byte{2, 0x05}, ErrShortReport, "hook on, line busy off, mute"},
		{[]byte{2, 0x01, 0x00, 0xff}, ErrLongReport, ""},
		{[]byte{2, 0x08, 0x04}, nil, "hook off, flash, reject"},
		{[]byte{2, 0x40, 0x02}, nil, "digit 8"},
		{[]byte{9, 0xff}, nil, ""},
	} {
		changes, err := dec.Decode(tt.data)
		var words []string
		for _, c := range changes {
			words = append(words, c.String())
		}
		if got := strings.Join(words, ", "); got != tt.want || !errors.Is(err, tt.err) {
			t.Errorf("% x gives %q and %v, not %q and %v", tt.data, got, err, tt.want, tt.err)
		}
	}
}
