package report

import (
	"fmt"
	"strings"
)

// Lamp is something that a host switches on a device. Off-Hook is more than a lamp: in real sets it opens the way of the
// microphone, enables the mute button and starts the radio link.
type Lamp uint8

// Lamps. Ringer is the bell inside the device, all others are LEDs of the usage tables (HUT section 11).
const (
	OffHook Lamp = iota
	Ring
	Muted
	Held
	Microphone
	SpeakerOn
	OnLine
	HeadsetOn
	MessageWaiting
	Ringer
	lampCount
)

var lampNames = [lampCount]string{"off-hook", "ring", "mute", "hold", "microphone", "speaker", "on-line", "headset", "message waiting", "ringer"}

// String names the lamp.
func (l Lamp) String() string { return lampNames[l] }

var lampUsages = map[Usage]Lamp{
	0x080017: OffHook, 0x080018: Ring, 0x080009: Muted, 0x080020: Held, 0x080021: Microphone, 0x08001e: SpeakerOn,
	0x08002a: OnLine, 0x08001f: HeadsetOn, 0x080019: MessageWaiting, UsageRinger: Ringer,
}

// Lamps is a set of lamps: those that are on, or those that there are.
type Lamps uint16

// LampSet makes a set.
func LampSet(lamps ...Lamp) Lamps {
	var s Lamps
	for _, l := range lamps {
		s |= 1 << l
	}
	return s
}

// Has reports whether a lamp is in the set.
func (s Lamps) Has(l Lamp) bool { return s&(1<<l) != 0 }

// With is the set with a lamp put in, or taken out.
func (s Lamps) With(l Lamp, on bool) Lamps {
	if on {
		return s | 1<<l
	}
	return s &^ (1 << l)
}

// String lists the lamps, "none" when there are none.
func (s Lamps) String() string {
	var names []string
	for l := range lampCount {
		if s.Has(l) {
			names = append(names, l.String())
		}
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// LampField is where a lamp is switched.
type LampField struct {
	Lamp   Lamp
	Usage  Usage
	Report uint8 // ID, 0 when reports are not numbered
	Bit    int   // after the ID
	Size   int   // bits
}

// String describes the lamp in one line of a table.
func (f LampField) String() string {
	return fmt.Sprintf("out %02x bit %2d+%d  %-17s %s", f.Report, f.Bit, f.Size, f.Lamp, f.Usage)
}
