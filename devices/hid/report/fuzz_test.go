package report

import (
	"path/filepath"
	"strings"
	"testing"

	"cordboard/devices/hid/hidtest"
)

// seeds are all descriptors that there are.
func seeds(f *testing.F) [][]byte {
	var all [][]byte
	for _, dir := range []string{syntheticDir, realDir} {
		files, _ := filepath.Glob(filepath.Join(dir, "*.hex")) // the pattern is well formed; the real ones may be absent
		for _, file := range files {
			all = append(all, hidtest.Descriptor(f, file))
		}
	}
	return all
}

// sound checks what must hold for any map.
func sound(t *testing.T, m *Map) {
	if len(m.Controls) > maxControls || len(m.Lamps) > maxLamps {
		t.Fatalf("%d controls and %d lamps", len(m.Controls), len(m.Lamps))
	}
	for _, c := range m.Controls {
		if c.Bit < 0 || c.Size < 1 || c.Bit+c.Size > m.InputLength(c.Report)*8 {
			t.Fatalf("%v is outside of its report of %d bytes", c, m.InputLength(c.Report))
		}
	}
	for _, on := range []Lamps{0, m.Lit()} {
		var shown Lamps
		for _, r := range m.Encode(on) {
			if len(r) > MaxReport+1 {
				t.Fatalf("an output report of %d bytes", len(r))
			}
			lit, _ := m.LampsIn(r)
			shown |= lit
		}
		if shown != on {
			t.Fatalf("%s was written as %s", on, shown)
		}
	}
}

// FuzzParse: any bytes are a descriptor or an error, and what comes of them is within its bounds.
func FuzzParse(f *testing.F) {
	for _, desc := range seeds(f) {
		f.Add(desc)
	}
	f.Fuzz(func(t *testing.T, desc []byte) {
		d, err := Parse(desc)
		if err != nil {
			return
		}
		sound(t, NewMap(d))
	})
}

// FuzzDecode: any reports to any of the known devices. What is sent twice tells nothing new the second time.
func FuzzDecode(f *testing.F) {
	var maps []*Map
	for _, desc := range seeds(f) {
		if d, err := Parse(desc); err == nil {
			maps = append(maps, NewMap(d))
		}
	}
	f.Add(uint8(0), []byte{2, 1, 0})
	f.Add(uint8(2), []byte{1, 0xff, 2})
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		m := maps[int(which)%len(maps)]
		dec := NewDecoder(m)
		for len(data) > 0 {
			n := min(len(data), int(data[0]%5)+1)
			r := data[:n]
			data = data[n:]
			changes, _ := dec.Decode(r) // lengths are checked elsewhere
			if len(changes) > len(m.Controls) {
				t.Fatalf("% x told %v", r, changes)
			}
			for _, ch := range changes {
				if ch.What == Digit && !strings.ContainsRune("0123456789*#ABCD", rune(ch.Digit)) {
					t.Fatalf("% x told the digit %q", r, ch.Digit)
				}
			}
			if again, _ := dec.Decode(r); len(again) != 0 {
				t.Fatalf("% x told %v a second time", r, again)
			}
		}
	})
}
