package engine

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"cordboard/cti"
)

// arrangements walks at random through what operators do with a conference. It knows nothing of the domain's PlanFor: what it plans
// is the matrix itself.
type arrangements struct {
	rnd   *rand.Rand
	ids   []cti.PartyID // the operator first
	away  map[cti.PartyID]bool
	deaf  map[cti.PartyID]bool
	mute  map[cti.PartyID]bool
	aside cti.PartyID // hears the operator alone, and the other way round
}

func newArrangements(ids []cti.PartyID) *arrangements {
	return &arrangements{
		rnd: rand.New(rand.NewPCG(3, 1)), ids: ids,
		away: map[cti.PartyID]bool{}, deaf: map[cti.PartyID]bool{}, mute: map[cti.PartyID]bool{},
	}
}

// next changes one thing and returns what, and the plan.
func (a *arrangements) next() (string, cti.Plan) {
	who := a.ids[a.rnd.IntN(len(a.ids))]
	change := "join or leave"
	switch a.rnd.IntN(4) {
	case 0:
		a.away[who] = !a.away[who]
	case 1:
		change = "deafen"
		a.deaf[who] = !a.deaf[who]
	case 2:
		change = "mute"
		a.mute[who] = !a.mute[who]
	case 3:
		change = "aside"
		if a.aside != "" || who == cti.Operator {
			who = ""
		}
		a.aside = who
	}
	return fmt.Sprintf("%s %s", change, who), a.plan()
}

func (a *arrangements) plan() cti.Plan {
	var p cti.Plan
	for _, l := range a.ids {
		for _, s := range a.ids {
			if l != s && a.hears(l, s) {
				p.Edges = append(p.Edges, cti.Edge{Source: s, Listener: l, Gain: 1})
			}
		}
	}
	return p
}

// hears reports whether listener l hears source s.
func (a *arrangements) hears(l, s cti.PartyID) bool {
	if a.away[l] || a.away[s] || a.deaf[l] || a.mute[s] {
		return false
	}
	private := func(id cti.PartyID) bool { return a.aside != "" && (id == a.aside || id == cti.Operator) }
	return private(l) == private(s)
}

// heardBy lists the numbers of the tones that a listener gets by a plan; the operator's comes last.
func (a *arrangements) heardBy(l cti.PartyID, p cti.Plan) []int {
	var heard []int
	for _, e := range p.Edges {
		if e.Listener == l {
			heard = append(heard, (slices.Index(a.ids, e.Source)+len(a.ids)-1)%len(a.ids))
		}
	}
	slices.Sort(heard)
	return heard
}
