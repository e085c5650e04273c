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
	if word, diverted := divertedLamp(l.Config); diverted && l.Usable {
		return word, Stop
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

// LineCommands are what can be done about the calls of a line before they come.
func LineCommands(s *cti.Snapshot, id cti.LineID, lost string) []Command {
	line, ok := ChosenLine(s.Lines, id)
	if !ok {
		return nil
	}
	dnd := Command{Label: lang.DNDOn.String(), Send: cti.DoNotDisturb{Line: line.ID, On: true}}
	if line.Config.DND {
		dnd = Command{Label: lang.DNDOff.String(), On: true, Send: cti.DoNotDisturb{Line: line.ID}}
	}
	all := Command{Label: lang.DNDAllOn.String(), Send: cti.DoNotDisturb{On: true}}
	if everyLineDND(s.Lines) {
		all = Command{Label: lang.DNDAllOff.String(), On: true, Send: cti.DoNotDisturb{}}
	}
	list := []Command{dnd, all, {Label: lang.ForwardKey.String(), First: true, Ask: AskForward, Send: cti.Forwarding{Line: line.ID}}}
	if line.Config.Forward != (cti.Forward{}) {
		list = append(list, Command{Label: lang.ForwardOff.String(), Send: cti.Forwarding{Line: line.ID}})
	}
	if lost != "" {
		for i := range list {
			list[i].Reason, list[i].Send = lang.DeskLostCall.String(), nil
		}
	}
	return list
}

// everyLineDND reports whether no line takes calls.
func everyLineDND(lines []cti.LineView) bool {
	for _, l := range lines {
		if !l.Config.DND {
			return false
		}
	}
	return true
}

// divertedLamp says that an idle line takes no calls by itself, which must not be forgotten.
func divertedLamp(c cti.LineConfig) (string, bool) {
	switch {
	case c.DND:
		return lang.LineDND.String(), true
	case c.Forward.Always != "":
		return lang.LineForwarded.String(), true
	}
	return "", false
}
