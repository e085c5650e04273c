package cti

import (
	"cmp"
	"math"
	"slices"
)

// hears reports whether one party of a conference hears another right now. A nil call is the operator.
func (k *Conference) hears(listener, source *Call) bool {
	return k.listens(listener) && k.speaks(source) && !k.mutedFor(listener, source) &&
		!k.cut(partyOf(listener), partyOf(source))
}

// listens reports whether a party hears anybody at all.
func (k *Conference) listens(c *Call) bool {
	if c == nil {
		return !k.Away
	}
	return c.present() && !c.Deaf && !c.Music
}

// speaks reports whether anybody hears a party. One that has put us on hold would play its music to all the others.
func (k *Conference) speaks(c *Call) bool {
	if c == nil {
		return !k.Away
	}
	return c.present() && !c.Silent && !c.Music && !c.HeldByPeer
}

// mutedFor reports whether the operator's microphone is shut for a listener.
func (k *Conference) mutedFor(listener, source *Call) bool {
	return source == nil && (k.Muted || listener != nil && listener.Muted)
}

// cut reports whether a cell of the matrix has been taken out.
func (k *Conference) cut(listener, source PartyID) bool {
	return slices.Contains(k.Cuts, Pair{Listener: listener, Source: source})
}

// setCut takes a cell of the matrix out or puts it back. The slice is made anew, since earlier States share it.
func (k *Conference) setCut(listener, source PartyID, out bool) {
	pair := Pair{Listener: listener, Source: source}
	rest := slices.DeleteFunc(slices.Clone(k.Cuts), func(p Pair) bool { return p == pair })
	if out {
		rest = append(rest, pair)
	}
	slices.SortFunc(rest, Pair.compare)
	if k.Cuts = rest; len(rest) == 0 {
		k.Cuts = nil
	}
}

func (p Pair) compare(o Pair) int {
	return cmp.Or(cmp.Compare(p.Listener, o.Listener), cmp.Compare(p.Source, o.Source))
}

// partyOf names a party of the mix; a nil call is the operator.
func partyOf(c *Call) PartyID {
	if c == nil {
		return Operator
	}
	return PartyID(c.ID)
}

// heard calls f for every pair of a conference that hears, in the order of listener and source. Plans have that order
// too, and are made twice for every input: what is in order already takes no sorting.
func (s *State) heard(k *Conference, f func(listener, source *Call)) {
	parties := append([]*Call{nil}, s.members(k.ID)...)
	slices.SortFunc(parties, func(a, b *Call) int { return cmp.Compare(partyOf(a), partyOf(b)) })
	for _, l := range parties {
		if !k.listens(l) {
			continue
		}
		for _, src := range parties {
			if l != src && k.hears(l, src) {
				f(l, src)
			}
		}
	}
}

// gain is the factor of a volume in dB; 0 dB leaves every sample as it is.
func gain(db int) float32 {
	if db == 0 {
		return 1
	}
	return float32(math.Pow(10, float64(db)/20))
}
