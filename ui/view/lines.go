package view

import (
	"cordboard/cti"
	"cordboard/ui/lang"
)

// LineKey is a line's key at the top of the window.
type LineKey struct {
	ID       cti.LineID
	Name     string
	State    string // word, always there
	Why      string // sentence when calls cannot be placed
	Role     Role
	Selected bool
	Hollow   bool // the lamp is a ring: the line cannot be used now
}

// ChosenLine finds the line that calls go out on: the wanted one, else the first usable, else the first.
func ChosenLine(lines []cti.LineView, want cti.LineID) (cti.LineView, bool) {
	for _, l := range lines {
		if l.ID == want {
			return l, true
		}
	}
	for _, l := range lines {
		if l.Usable {
			return l, true
		}
	}
	if len(lines) > 0 {
		return lines[0], true
	}
	return cti.LineView{}, false
}

// LineKeys makes the keys of all lines.
func LineKeys(s *cti.Snapshot, chosen cti.LineID) []LineKey {
	keys := make([]LineKey, 0, len(s.Lines))
	for _, l := range s.Lines {
		k := LineKey{ID: l.ID, Name: lineName(l), Why: Clean(l.Why), Selected: l.ID == chosen, Hollow: !l.Usable}
		k.State, k.Role = lineLamp(l, s.Calls)
		keys = append(keys, k)
	}
	return keys
}

// lineName is never empty, so that every key can be read.
func lineName(l cti.LineView) string { return firstOf(Clean(l.Name), string(l.ID)) }

// lineLamp says what goes on at a line: its most urgent call, else its registration.
func lineLamp(l cti.LineView, calls []cti.CallView) (string, Role) {
	var ringing, talking, holding bool
	for _, c := range calls {
		if c.Line != l.ID || !c.Live() {
			continue
		}
		ringing = ringing || c.Direction == cti.Incoming && c.Phase == cti.PhaseRinging
		talking = talking || !c.Held
		holding = holding || c.Held
	}
	switch {
	case ringing:
		return lang.LineRinging.String(), Ring
	case talking:
		return lang.LineTalking.String(), Talk
	case holding:
		return lang.LineHolding.String(), Wait
	}
	return registrationLamp(l.Registration)
}

// registrationLamp says how an idle line is doing.
func registrationLamp(r cti.Registration) (string, Role) {
	switch r.State {
	case cti.RegOK, cti.RegDirect:
		if r.Backup {
			return lang.LineBackup.String(), Wait
		}
		return lang.LineReady.String(), Talk
	case cti.RegFailed:
		return lang.LineFailed.String(), Stop
	case cti.RegOff:
		return lang.LineOff.String(), Quiet
	}
	return lang.LineRegistering.String(), Wait
}
