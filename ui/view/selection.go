package view

import (
	"slices"

	"cordboard/cti"
)

// Selection remembers which row the commands act on (R6). It follows a call or a conference by its ID, never a position.
// Further calls may be marked beside it, for the commands that take several (R54).
type Selection struct {
	Call cti.CallID
	Conf cti.ConfID   // the row of a whole conference; then Call is empty
	Also []cti.CallID // marked, in the order of marking; the selected call is one of them only when it is marked itself

	live bool                // the call was live when last seen
	seen map[cti.CallID]bool // calls of the last snapshot, nil before the first
}

// Pick selects a row by hand; an ended one stays selected until it leaves the table.
func (s Selection) Pick(id cti.CallID, calls []cti.CallView) Selection {
	c, ok := findCall(calls, id)
	if !ok {
		return s
	}
	s.Call, s.Conf, s.Also, s.live = id, "", nil, c.Live()
	return s
}

// PickConf selects the row of a conference by hand.
func (s Selection) PickConf(id cti.ConfID, confs []cti.ConferenceView) Selection {
	if _, ok := findConf(confs, id); ok {
		s.Call, s.Conf, s.Also, s.live = "", id, nil, false
	}
	return s
}

// Move selects a row by the arrow keys: what is marked stays marked.
func (s Selection) Move(id cti.CallID, conf cti.ConfID, snap *cti.Snapshot) Selection {
	marked := s.Also
	if id != "" {
		s = s.Pick(id, snap.Calls)
	} else {
		s = s.PickConf(conf, snap.Conferences)
	}
	s.Also = marked
	return s
}

// Mark adds a live call to those marked, or takes it out again. The first mark takes the selected row with it, so that
// a click on one row and a Ctrl+click on another marks both.
func (s Selection) Mark(id cti.CallID, calls []cti.CallView) Selection {
	c, ok := findCall(calls, id)
	switch {
	case !ok || !c.Live():
		return s
	case slices.Contains(s.Also, id):
		s.Also = slices.DeleteFunc(slices.Clone(s.Also), func(a cti.CallID) bool { return a == id })
	case len(s.Also) == 0 && s.Call != "" && s.Call != id:
		s.Also = []cti.CallID{s.Call, id}
	default:
		s.Also = append(slices.Clone(s.Also), id)
	}
	return s
}

// Follow returns the selection for the next snapshot. A new call of ours is selected, for the operator has
// just asked for it. An incoming call is selected only when no live call is: a key pressed at that moment
// must still mean the call that it meant before. When the selected call ends, the selection moves to the
// call that needs the operator most. A conference stays selected for as long as it is there.
func (s Selection) Follow(calls []cti.CallView, confs []cti.ConferenceView) Selection {
	next := s.keep(calls, confs)
	current, ok := findCall(calls, next.Call)
	for _, c := range calls {
		if s.isNew(c) && (c.Direction == cti.Outgoing || next.Conf == "" && (!ok || !current.Live())) {
			next.Call, next.Conf, next.Also = c.ID, "", nil
		}
	}
	next.seen = make(map[cti.CallID]bool, len(calls))
	for _, c := range calls {
		next.seen[c.ID] = true
	}
	c, ok := findCall(calls, next.Call)
	next.live = ok && c.Live()
	return next
}

// keep is the selection without news: what is still there stays, what is gone gives way to the neediest call.
func (s Selection) keep(calls []cti.CallView, confs []cti.ConferenceView) Selection {
	next := Selection{Call: s.Call, Conf: s.Conf}
	for _, id := range s.Also {
		if c, ok := findCall(calls, id); ok && c.Live() {
			next.Also = append(next.Also, id)
		}
	}
	if s.Conf != "" {
		if _, ok := findConf(confs, s.Conf); ok {
			return next
		}
		return Selection{Call: neediest(calls, "", false), Also: next.Also}
	}
	current, ok := findCall(calls, s.Call)
	if !ok || s.live && !current.Live() {
		return Selection{Call: neediest(calls, s.Call, ok)}
	}
	return next
}

// isNew reports whether the call came with this snapshot. Those of the very first are not news.
func (s Selection) isNew(c cti.CallView) bool { return s.seen != nil && !s.seen[c.ID] && c.Live() }

// neediest is the open call, else a ringing one, else the one that waits longest, else the ended call itself
// while it is shown, else the newest row.
func neediest(calls []cti.CallView, ended cti.CallID, shown bool) cti.CallID {
	best, rank := cti.CallID(""), 0
	for _, c := range calls {
		if r := need(c); r > rank {
			best, rank = c.ID, r
		}
	}
	switch {
	case rank > 0:
		return best
	case shown:
		return ended
	case len(calls) > 0:
		return calls[len(calls)-1].ID
	}
	return ""
}

// need ranks how much a call needs the operator; 0 is not at all.
func need(c cti.CallView) int {
	switch {
	case !c.Live() || c.Phase == cti.PhaseEnding:
		return 0
	case c.Call.Open():
		return 4
	case c.Direction == cti.Incoming && c.Phase == cti.PhaseRinging:
		return 3
	case c.Held:
		return 2
	}
	return 1
}
