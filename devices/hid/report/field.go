package report

// Type is the direction of a report (HID 6.2.2.5).
type Type uint8

// Report types.
const (
	Input Type = iota
	Output
	Feature
)

// String names the type.
func (t Type) String() string { return [...]string{"input", "output", "feature"}[t] }

// Flags are the data bits of a main item (HID 6.2.2.5).
type Flags uint16

// Flags that matter here. Constant does not make a field padding: some headsets flag every button so. Padding is what
// has no usage.
const (
	FlagConstant    Flags = 1 << 0
	FlagVariable    Flags = 1 << 1 // else an array
	FlagRelative    Flags = 1 << 2 // else absolute
	FlagNoPreferred Flags = 1 << 5
	FlagNull        Flags = 1 << 6
)

// Naming is a usage as the standard reads it, with the page in force at the main item, and as many makers mean it, with
// the page in force where the usage stands. They differ only where a page item comes between (`09 07 05 09 81 02`).
type Naming struct {
	Usage Usage
	Meant Usage
}

// Is reports whether either reading is u.
func (n Naming) Is(u Usage) bool { return n.Usage == u || n.Meant == u }

// Field is one main item with usages: a variable field is Count values of Size bits, one for each usage; an array field
// is Count slots of Size bits, each of which holds the index of a usage.
type Field struct {
	Type      Type
	Report    uint8 // ID, 0 when reports are not numbered
	Bit       int   // of the first value, after the report ID
	Size      int   // of one value in bits, 1 to 32
	Count     int
	Min, Max  int32    // logical range
	Flags     Flags    //
	Usages    []Naming // the first of them, at most maxUsages; fewer than Count when the rest repeats the last
	Telephony bool     // some collection around it is on the telephony page
	Phone     Usage    // the innermost of Phone, Handset, Headset around it, 0 when there is none
}

// Array reports whether the values are indexes of usages.
func (f *Field) Array() bool { return f.Flags&FlagVariable == 0 }

// Key names a report: the same ID may be used by an input, an output and a feature report of different layout.
type Key struct {
	Type Type
	ID   uint8
}

// Descriptor is a report descriptor taken apart. It does not change once Parse has returned it.
type Descriptor struct {
	Fields   []Field     // in the order of the descriptor
	Bits     map[Key]int // length of every report after its ID, padding included
	Numbered bool        // reports begin with their ID
}

// Length is the length of a report in bytes, without its ID; 0 when there is no such report.
func (d *Descriptor) Length(k Key) int { return (d.Bits[k] + 7) / 8 }
