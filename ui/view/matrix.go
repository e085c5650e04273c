package view

import (
	"slices"

	"cordboard/cti"
	"cordboard/ui/lang"
)

// Matrix is who hears whom in a conference: a row for each listener, a column for each source.
type Matrix struct {
	Conf    cti.ConfID
	Title   string
	Hint    string // instead of the matrix when no conference is selected
	Parties []Party
	Cells   [][]Cell // by listener, then source, in the order of Parties
	About   string   // whom the presets are about
	Presets []Command
}

// Party is one side of the matrix.
type Party struct {
	ID    cti.PartyID
	Name  string
	Short string // for a column that has no room for the name
	Level float32
	Held  bool
}

// CellState is what one party hears of another.
type CellState uint8

// States of a cell. Each is drawn with a sign of its own, never with a colour alone.
const (
	CellSelf  CellState = iota // nobody hears himself
	CellHears                  // ✓
	CellNot                    // ×
	CellMusic                  // ♪: the listener hears music instead
	CellHeld                   // ‖: one of the two is on hold
)

// Cell is one ordered pair.
type Cell struct {
	State CellState
	Says  string      // the state as a sentence
	Send  cti.Command // switches it; nil where there is nothing to switch
}

// MatrixOf makes the matrix of the selected conference, else of the only one there is.
func MatrixOf(s *cti.Snapshot, w Wish) Matrix {
	conf := subjectOf(s, w).conf
	if conf.ID == "" && len(s.Conferences) == 1 {
		conf = s.Conferences[0]
	}
	if conf.ID == "" {
		return Matrix{Title: lang.MatrixKey.String(), Hint: lang.MatrixNone.String()}
	}
	m := Matrix{Conf: conf.ID, Title: lang.CardMatrix.With(confNumber(s, conf.ID))}
	for _, id := range conf.Parties {
		m.Parties = append(m.Parties, partyOf(s, conf, id, w.Contacts))
	}
	why := denied(conf.Allowed, cti.VerbHear)
	if w.Lost != "" {
		why = lang.DeskLostCall.String()
	}
	for _, l := range m.Parties {
		row := make([]Cell, len(m.Parties))
		for j, src := range m.Parties {
			row[j] = cellOf(s, conf, l, src, why)
		}
		m.Cells = append(m.Cells, row)
	}
	one := presetOf(m.Parties, w)
	m.About = lang.PresetsNobody.String()
	if one.ID != "" {
		m.About = lang.PresetsFor.With(one.Name)
	}
	m.Presets = presets(conf, one, w.Lost)
	return m
}

// partyOf names a party and tells how loud it is.
func partyOf(s *cti.Snapshot, conf cti.ConferenceView, id cti.PartyID, contacts []Contact) Party {
	if id == cti.Operator {
		return Party{ID: id, Name: lang.You.String(), Short: lang.You.String(), Level: Level(s.Desk.MicLevel), Held: conf.Away}
	}
	c, _ := findCall(s.Calls, cti.CallID(id))
	return Party{ID: id, Name: partyName(c, contacts), Short: rowOf(s.Calls, c.ID), Level: Level(c.Quality.LevelIn), Held: c.Held}
}

// cellOf tells what one party hears of another, and what would switch it.
func cellOf(s *cti.Snapshot, conf cti.ConferenceView, l, src Party, why string) Cell {
	pair := cti.Pair{Listener: l.ID, Source: src.ID}
	listener, _ := findCall(s.Calls, cti.CallID(l.ID))
	hears := slices.Contains(conf.Hears, pair)
	var cell Cell
	switch {
	case l.ID == src.ID:
		return Cell{State: CellSelf}
	case listener.Music:
		cell = Cell{State: CellMusic, Says: lang.MusicCell.With(l.Name)}
	case hears:
		cell = Cell{State: CellHears, Says: pairSays(l, src, true)}
	case l.Held:
		cell = Cell{State: CellHeld, Says: heldSays(l)}
	case src.Held:
		cell = Cell{State: CellHeld, Says: heldSays(src)}
	default:
		cell = Cell{State: CellNot, Says: pairSays(l, src, false)}
	}
	if why == "" {
		cell.Send = cti.Hear{Conf: conf.ID, Listener: l.ID, Source: src.ID, On: !hears}
	} else {
		cell.Says = joined(cell.Says, why)
	}
	return cell
}

// pairSays is the sentence about a pair.
func pairSays(l, src Party, hears bool) string {
	you, toYou, both := lang.YouDeaf, lang.DeafToYou, lang.DeafCell
	if hears {
		you, toYou, both = lang.YouHear, lang.HearsYou, lang.HearsCell
	}
	switch cti.Operator {
	case l.ID:
		return you.With(src.Name)
	case src.ID:
		return toYou.With(l.Name)
	}
	return both.With(l.Name, src.Name)
}

// heldSays tells why a party neither hears nor is heard.
func heldSays(p Party) string {
	if p.ID == cti.Operator {
		return lang.YouAreOut.String()
	}
	return lang.HeldCell.With(p.Name)
}

// presetOf is the member whose row the cursor is on, else the one that is selected in the table.
func presetOf(parties []Party, w Wish) Party {
	for _, p := range parties {
		chosen := w.Cell == p.ID || w.Cell == "" && cti.PartyID(w.Selection.Call) == p.ID
		if chosen && p.ID != cti.Operator {
			return p
		}
	}
	return Party{}
}

// presets are arrangements at a press. All but the first are about one member.
func presets(conf cti.ConferenceView, one Party, lost string) []Command {
	why := denied(conf.Allowed, cti.VerbArrange)
	if lost != "" {
		why = lang.DeskLostCall.String()
	}
	preset := func(label, plan lang.Text, kind cti.Preset) Command {
		cmd := Command{Label: label.String(), Reason: why, Send: cti.Arrange{Conf: conf.ID, Preset: kind, Call: cti.CallID(one.ID)}}
		switch {
		case kind == cti.PresetAll:
			cmd.Plan, cmd.Send = plan.String(), cti.Arrange{Conf: conf.ID, Preset: kind}
		case one.ID == "":
			cmd.Reason = firstOf(why, lang.PresetNeedsOne.String())
		default:
			cmd.Plan = plan.With(one.Name)
		}
		if cmd.Reason != "" {
			cmd.Send = nil
		}
		return cmd
	}
	return []Command{
		preset(lang.PresetAll, lang.PlanAll, cti.PresetAll), preset(lang.PresetAside, lang.PlanAside, cti.PresetAside),
		preset(lang.PresetCoach, lang.PlanCoach, cti.PresetCoach), preset(lang.PresetMusic, lang.PlanMusic, cti.PresetMusic),
		preset(lang.PresetDeaf, lang.PlanDeaf, cti.PresetDeaf),
	}
}
