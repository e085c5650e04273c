package report

import (
	"cmp"
	"slices"
)

// Encode makes the output reports that switch on the lamps given and all others of the device off, ordered by report ID.
// Each is whole: its ID first (0 where reports are not numbered, as Windows and hidraw want it), then every byte that the
// descriptor says, since some firmware ignores a short report. Pure; any goroutine.
func (m *Map) Encode(on Lamps) [][]byte {
	var all [][]byte
	for _, f := range m.Lamps {
		i := slices.IndexFunc(all, func(r []byte) bool { return r[0] == f.Report })
		if i < 0 {
			i = len(all)
			all = append(all, make([]byte, 1+m.outputs[f.Report]))
			all[i][0] = f.Report
		}
		if on.Has(f.Lamp) {
			SetBits(all[i][1:], f.Bit, f.Size, 1)
		}
	}
	slices.SortFunc(all, func(a, b []byte) int { return cmp.Compare(a[0], b[0]) })
	return all
}

// LampsIn reads a written report back: the lamps that it switches on, of those that it carries. It is what a device
// makes of a report from Encode.
func (m *Map) LampsIn(report []byte) (on, carried Lamps) {
	if len(report) == 0 {
		return 0, 0
	}
	for _, f := range m.Lamps {
		if f.Report != report[0] {
			continue
		}
		if v, ok := Bits(report[1:], f.Bit, f.Size); ok {
			carried = carried.With(f.Lamp, true)
			on = on.With(f.Lamp, on.Has(f.Lamp) || v != 0)
		}
	}
	return on, carried
}

// InputLength is the length of an input report after its ID in bytes, 0 when there is none of that ID.
func (m *Map) InputLength(id uint8) int { return m.inputs[id] }
