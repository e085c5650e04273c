package view

import "cordboard/cti"

// Selection remembers which row the commands act on (R6). It follows a call by its ID, never a position.
type Selection struct {
	Call cti.CallID
	live bool                // the call was live when last seen
	seen map[cti.CallID]bool // calls of the last snapshot, nil before the first
}

// Pick selects a row by hand; an ended one stays selected until it leaves the table.
func (s Selection) Pick(id cti.CallID, calls []cti.CallView) Selection {
	c, ok := findCall(calls, id)
	if !ok {
		return s
	}
	s.Call, s.live = id, c.Live()
	return s
}

// Follow returns the selection for the next snapshot. A new call of ours is selected, for the operator has
// just asked for it. An incoming call is selected only when no live call is: a key pressed at that moment
// must still mean the call that it meant before. When the selected call ends, the selection moves to the
// call that needs the operator most.
func (s Selection) Follow(calls []cti.CallView) Selection {
	current, ok := findCall(calls, s.Call)
	ended := !ok || (s.live && !current.Live())
	target := s.Call
	if ended {
		target = neediest(calls, s.Call, ok)
	}
	for _, c := range calls {
		if s.isNew(c) && (c.Direction == cti.Outgoing || !ok || !current.Live()) {
			target = c.ID
		}
	}
	next := Selection{Call: target, seen: make(map[cti.CallID]bool, len(calls))}
	for _, c := range calls {
		next.seen[c.ID] = true
	}
	if c, ok := findCall(calls, target); ok {
		next.live = c.Live()
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
