package engine

import (
	"slices"
	"time"

	"cordboard/cti"
	"cordboard/media"
)

// Slots of the mixer. Calls come after the tones, and recordings listen behind them: two slots each, our side and theirs.
const (
	slotOperator = iota
	slotRinger
	slotTones
	slotKeys    = slotTones + int(lastTone) // the operator's own digits
	slotTape    = slotKeys + 1
	slotCalls   = slotTape + 1
	slotRecords = slotCalls + MaxCalls
	slots       = slotRecords + 2*MaxRecordings

	lastTone = cti.ToneBeep
)

// MaxCalls is how many calls can have a port at the same time: all that the domain allows, and those that it sends away,
// which have one until they are.
const MaxCalls = cti.MaxCalls + cti.MaxRinging

// silentRate is what the desk mixes at while no party gives a rate, in Hz.
const silentRate = deviceRate

// patch is a plan made ready for the tick: mixer slots, gains and resamplers. It never changes once published.
type patch struct {
	rate    int
	gains   []gain
	parties []*party
	tones   [slotKeys - slotTones]bool // by slot: the tone is to be heard
	takes   []take
	tape    *tape // what the operator plays; nil for nothing

	pairable bool        // every party's packets are of whole pairs of ticks
	heard    [slots]bool // by slot: somebody listens
}

// pairMS is the length of two ticks.
const pairMS = int(2 * media.Tick / time.Millisecond)

// gain is one edge of the plan.
type gain struct {
	listener, source int
	value            float32
}

// operator reports whether the edge begins or ends at the operator's devices.
func (g gain) operator() bool { return g.listener < slotTones || g.source < slotTones }

// active reports whether there is anything to tick for.
func (p *patch) active() bool { return len(p.parties) > 0 || len(p.gains) > 0 }

// toneSlot is the mixer's slot of a tone.
func toneSlot(t cti.Tone) int { return slotTones + int(t) - 1 }

// compile makes the patch of a plan. streams are all legs with a stream; those that legs does not name any more are
// fading out. Edges of unknown parties are left out: their call ended between the plan and now. Parties whose
// rates did not change are taken over from the patch before, so that their resamplers keep their memory.
func compile(plan cti.Plan, legs map[cti.CallID]*leg, recordings map[cti.RecID]*recording, streams []*leg, before *patch) *patch {
	p := &patch{rate: mixRate(streams), pairable: true}
	for _, l := range streams {
		p.pairable = p.pairable && l.ptime%pairMS == 0
		p.parties = append(p.parties, before.party(l, p.rate))
	}
	for _, e := range plan.Edges {
		source, ok := slotOf(e.Source, legs)
		listener, ok2 := slotOf(e.Listener, legs)
		if ok && ok2 {
			p.gains = append(p.gains, gain{listener, source, e.Gain})
		}
	}
	for _, t := range plan.Tones {
		if listener, ok := slotOf(t.Listener, legs); ok && t.Tone > cti.ToneNone && t.Tone <= lastTone {
			p.tones[toneSlot(t.Tone)-slotTones] = true
			p.gains = append(p.gains, gain{listener, toneSlot(t.Tone), 1})
		}
	}
	for _, g := range p.gains {
		p.heard[g.source] = true
	}
	if slices.ContainsFunc(p.gains, gain.operator) {
		p.gains = append(p.gains, gain{slotOperator, slotKeys, 1})
	}
	p.addTakes(plan.Recordings, legs, recordings)
	return p
}

// mixRate is the highest rate that any party needs.
func mixRate(streams []*leg) int {
	rate := 0
	for _, l := range streams {
		rate = max(rate, l.rate)
	}
	if rate == 0 {
		return silentRate
	}
	return rate
}

func slotOf(id cti.PartyID, legs map[cti.CallID]*leg) (int, bool) {
	switch id {
	case cti.Operator:
		return slotOperator, true
	case cti.Ringer:
		return slotRinger, true
	}
	if l, ok := legs[cti.CallID(id)]; ok && l.rate != 0 {
		return l.slot, true
	}
	return 0, false
}

// party returns the patch's own party for a leg when neither its rate nor the mix's is another now, else a new one.
func (p *patch) party(l *leg, mixRate int) *party {
	for _, old := range p.parties {
		if old.voice == l.port && old.rate == l.rate && p.rate == mixRate {
			return old
		}
	}
	return newParty(l, mixRate)
}
