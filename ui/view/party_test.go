package view

import (
	"slices"
	"strings"
	"testing"
	"time"

	"cordboard/cti"
)

// all allows every verb.
func all() map[cti.Verb]string {
	table := map[cti.Verb]string{}
	for _, v := range append(slices.Clone(cti.CallVerbs), cti.VerbHear, cti.VerbArrange, cti.VerbHoldAll, cti.VerbAttend, cti.VerbMuteAll,
		cti.VerbLeave, cti.VerbEndAll) {
		table[v] = ""
	}
	return table
}

// up is a connected call on which everything is allowed.
func up(id cti.CallID, name string) cti.CallView {
	return cti.CallView{Call: cti.Call{ID: id, Direction: cti.Incoming, Phase: cti.PhaseTalking, Name: name, Number: "+49" + string(id), Answered: start}, Allowed: all()}
}

// meeting is a conference of two with the operator, and a customer in a consult.
func meeting() *cti.Snapshot {
	customer, a, leg, b := up("1", "Maria"), up("2", "Jo"), up("3", "Anna"), up("4", "Ken")
	customer.Held, leg.Consult = true, cti.Consult{For: "1", Purpose: cti.ForTransfer}
	a.Conf, b.Conf, b.Deaf = "k", "k", true
	return &cti.Snapshot{
		Calls: []cti.CallView{customer, a, leg, b}, Profile: cti.Profile{Name: "open", Grace: 2000},
		Conferences: []cti.ConferenceView{{Conference: cti.Conference{ID: "k", Name: "Conference 1", Created: start}, Allowed: all(),
			Parties: []cti.PartyID{cti.Operator, "2", "4"},
			Hears:   []cti.Pair{{Listener: "2", Source: "4"}, {Listener: "2", Source: cti.Operator}, {Listener: cti.Operator, Source: "2"}}}},
	}
}

func TestMembersStandUnderTheirConferenceAndConsultsUnderTheirCustomer(t *testing.T) {
	var got []string
	for _, r := range Rows(meeting(), Wish{}, start) {
		got = append(got, strings.Repeat(">", r.Indent)+r.Number+" "+r.Party)
	}
	if want := []string{"1 Maria", ">3 Anna", "C1 Conference 1 · 3 parties", ">2 Jo", ">4 Ken"}; !slices.Equal(got, want) {
		t.Errorf("the rows are %q, want %q", got, want)
	}
}

func TestTransferIsNamedInItsRow(t *testing.T) {
	for name, c := range map[string]struct {
		transfer  cti.Transfer
		chip, sub string
		role      Role
	}{
		"grace":    {cti.Transfer{Phase: cti.TransferGrace, Number: "2044", Since: start}, "Transfers in 2 s", "Transfers to 2044 in 2 s · F6 takes back", Wait},
		"nearly":   {cti.Transfer{Phase: cti.TransferGrace, Number: "2044", Since: start.Add(-5 * time.Second)}, "Transfers in 1 s", "Transfers to 2044 in 1 s · F6 takes back", Wait},
		"asked":    {cti.Transfer{Phase: cti.TransferAsked, Number: "2044", Since: start}, "Transferring 0:00", "to 2044", Quiet},
		"ringing":  {cti.Transfer{Phase: cti.TransferRinging, Number: "2044", Since: start}, "Target rings 0:00", "to 2044", Quiet},
		"failed":   {cti.Transfer{Phase: cti.TransferFailed, Note: "2044 is busy."}, "On hold 0:00", "2044 is busy.", Stop},
		"no news":  {cti.Transfer{Phase: cti.TransferUnknown, Note: "Nothing was heard."}, "On hold 0:00", "Nothing was heard.", Stop},
		"complete": {cti.Transfer{Phase: cti.TransferDone, Note: "Transferred to 2044."}, "Transferred", "Transferred to 2044.", Wait},
	} {
		s := meeting()
		s.Calls[0].Transfer, s.Calls[0].HeldAt = c.transfer, start
		r := Rows(s, Wish{}, start)[0]
		if r.State.Text() != c.chip || r.Sub != c.sub || r.SubRole != c.role {
			t.Errorf("%s: the row says %q, %q with role %d", name, r.State.Text(), r.Sub, r.SubRole)
		}
	}
}

// bar writes the commands that can be given, with their keys.
func bar(cmds []Command) string {
	var out []string
	for _, c := range cmds {
		if c.Enabled() {
			out = append(out, strings.TrimSpace(c.Label+" "+string(c.Key)))
		}
	}
	return strings.Join(out, ", ")
}

func TestBarFollowsWhatIsSelected(t *testing.T) {
	for name, c := range map[string]struct {
		sel  Selection
		want string
	}{
		"a member":              {Selection{Call: "2"}, "Hold F3, Mute F4, Hang up F5, Transfer F6, Consult F7, Pick up F9, Conference F8, Leave F10, End for all Ctrl+F5, Record F12"},
		"customer in a consult": {Selection{Call: "1"}, "Connect F2, Hold F3, Mute F4, Hang up F5, Transfer, Swap F7, Confirm F6, Abort Ctrl+F7, Pick up F9, Join F8, Record F12"},
		"the conference":        {Selection{Conf: "k"}, "Hold F3, Mute F4, Consult F7, Pick up F9, Conference F8, Leave F10, End for all Ctrl+F5, Record F12"},
		"nothing":               {Selection{}, "Pick up F9"},
	} {
		s := meeting()
		s.Calls[1].Allowed[cti.VerbResume] = "The call is not on hold."
		s.Conferences[0].Allowed[cti.VerbConsult] = ""
		if got := bar(Build(s, Wish{Selection: c.sel}, start).Commands); got != c.want {
			t.Errorf("%s: the bar is\n%s\nwant\n%s", name, got, c.want)
		}
	}
}

func TestMatrixShowsEveryOrderedPair(t *testing.T) {
	m := MatrixOf(meeting(), Wish{})
	var got []string
	for _, row := range m.Cells {
		line := ""
		for _, c := range row {
			line += map[CellState]string{CellSelf: "·", CellHears: "✓", CellNot: "×", CellMusic: "♪", CellHeld: "–"}[c.State]
		}
		got = append(got, line)
	}
	if want := []string{"·✓×", "✓·✓", "××·"}; !slices.Equal(got, want) {
		t.Errorf("the matrix is %q, want %q", got, want)
	}
	if c := m.Cells[0][2]; c.Says != "You do not hear Ken" {
		t.Errorf("a cell says %q", c.Says)
	}
	if want := (cti.Hear{Conf: "k", Listener: "4", Source: "2", On: true}); m.Cells[2][1].Send != want {
		t.Errorf("a cell would send %+v, want %+v", m.Cells[2][1].Send, want)
	}
}

// R24, R25: of a target that is taken the instant commands are absent; a group is as free as its freest member.
func TestTargetsOfferWhatTheirStateAllows(t *testing.T) {
	person := Person{Name: "Anna", Numbers: []Number{{"2044", "business"}}}
	group := Person{Name: "Finance", Group: true, Numbers: []Number{{"2100", ""}}, Members: []string{"2044", "2051"}}
	for name, c := range map[string]struct {
		person Person
		lamps  map[string]cti.LampState
		state  string
		want   string
	}{
		"free":       {person, map[string]cti.LampState{"2044": cti.LampFree}, "free", "Call Enter, Transfer F6, Consult F7, Conference F8, Add at once"},
		"busy":       {person, map[string]cti.LampState{"2044": cti.LampBusy}, "busy", "Consult F7, Conference F8"},
		"away":       {person, map[string]cti.LampState{"2044": cti.LampAway}, "away", "Consult F7, Conference F8"},
		"ringing":    {person, map[string]cti.LampState{"2044": cti.LampRinging}, "ringing", "Pick up F9, Consult F7, Conference F8"},
		"unwatched":  {person, nil, "", "Call Enter, Transfer F6, Consult F7, Conference F8, Add at once"},
		"half free":  {group, map[string]cti.LampState{"2044": cti.LampBusy, "2051": cti.LampFree}, "1 of 2 free", "Call Enter, Transfer F6, Consult F7, Conference F8, Add at once"},
		"none free":  {group, map[string]cti.LampState{"2044": cti.LampBusy, "2051": cti.LampRinging}, "0 of 2 free", "Consult F7, Conference F8"},
		"not known":  {group, nil, "", "Call Enter, Transfer F6, Consult F7, Conference F8, Add at once"},
		"desk lost!": {person, nil, "", ""},
	} {
		s := &cti.Snapshot{Calls: []cti.CallView{up("1", "Maria")}}
		for number, state := range c.lamps {
			s.Lamps = append(s.Lamps, cti.Lamp{Number: number, State: state})
		}
		w := Wish{Selection: Selection{Call: "1"}}
		if name == "desk lost!" {
			w.Lost = "Gone."
		}
		r := People(s, w, []Person{c.person}, start)[0]
		if got := bar(r.Commands); got != c.want || r.State.Word != c.state {
			t.Errorf("%s: %q offers %q, want %q and %q", name, r.State.Word, got, c.state, c.want)
		}
	}
}

func TestMarksOfSeveralRows(t *testing.T) {
	s := meeting()
	sel := Selection{}.Pick("1", s.Calls).Mark("3", s.Calls)
	if !slices.Equal(sel.Also, []cti.CallID{"1", "3"}) {
		t.Errorf("a first mark beside the selected row marks %q", sel.Also)
	}
	sel = sel.Move("2", "", s).Mark("1", s.Calls)
	if !slices.Equal(sel.Also, []cti.CallID{"3"}) || sel.Call != "2" {
		t.Errorf("after moving on and taking one mark away: %+v", sel)
	}
	s.Calls[2].Phase = cti.PhaseEnded
	if sel = sel.Follow(s.Calls, s.Conferences); len(sel.Also) != 0 {
		t.Errorf("a call that is over stays marked: %q", sel.Also)
	}
	if sel = sel.PickConf("k", s.Conferences).Follow(s.Calls, nil); sel.Conf != "" || sel.Call == "" {
		t.Errorf("when the selected conference is gone, the selection is %+v", sel)
	}
}

// R17, R19, R55: what the profile forbids is not there to be chosen.
func TestProfileNarrowsWhatIsOffered(t *testing.T) {
	s, now := scene(t)
	s.Calls = []cti.CallView{up("1", "Maria")}
	w := Wish{Identity: 2, Selection: Selection{Call: "1"}}
	group := []Person{{Name: "Finance", Group: true, Numbers: []Number{{"2100", ""}}}}
	if m := Build(s, w, now); m.Panel.Shows[m.Panel.Show].Text != "Anonymous" || len(People(s, w, group, now)) != 1 {
		t.Fatalf("without a profile the panel shows %+v", m.Panel.Shows)
	}
	s.Profile = cti.Profile{Name: "strict", NoAnonymous: true, NoGroups: true, NoInstantConf: true}
	m := Build(s, w, now)
	if len(m.Panel.Shows) != 2 || m.Panel.Show != 0 {
		t.Errorf("the panel offers %+v and has chosen %d", m.Panel.Shows, m.Panel.Show)
	}
	if rows := People(s, w, group, now); len(rows) != 0 {
		t.Errorf("groups are offered: %+v", rows)
	}
	if got := bar(m.Menu); strings.Contains(got, "Add at once") {
		t.Errorf("instant conference is offered: %s", got)
	}
}
