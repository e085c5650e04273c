package cti

// member changes how one member takes part.
func (t *turn) member(in Member) error {
	c, err := t.commanded(in.Call, VerbMember)
	if err != nil {
		return err
	}
	if in.Volume != nil && (*in.Volume < MinVolume || *in.Volume > MaxVolume) {
		return &Refused{Verb: VerbMember, Reason: "The volume goes from -24 to 12 dB."}
	}
	assign(&c.Deaf, in.Deaf)
	assign(&c.Silent, in.Silent)
	assign(&c.Music, in.Music)
	assign(&c.Volume, in.Volume)
	return nil
}

// assign sets what is given.
func assign[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// hear sets one cell of the matrix. A party that is deaf or silent as a whole is so cell by cell from then on, so that
// the one cell can differ.
func (t *turn) hear(in Hear) error {
	k, err := t.commandedIn(in.Conf, VerbHear)
	if err != nil {
		return err
	}
	listener, source := t.party(k, in.Listener), t.party(k, in.Source)
	if why := t.mayHear(k, in, listener, source); why != "" {
		return &Refused{Verb: VerbHear, Reason: why}
	}
	if in.On {
		t.unfold(k, listener)
		t.unfold(k, source)
	}
	k.setCut(in.Listener, in.Source, !in.On)
	return nil
}

// party finds a member by its name in the mix, nil for the operator and for strangers.
func (t *turn) party(k *Conference, id PartyID) *Call {
	if c := t.find(CallID(id)); c != nil && c.memberOf(k.ID) {
		return c
	}
	return nil
}

// mayHear says why a cell cannot be set.
func (t *turn) mayHear(k *Conference, in Hear, listener, source *Call) string {
	operator := listener == nil || source == nil
	switch {
	case listener == nil && in.Listener != Operator || source == nil && in.Source != Operator:
		return "Only who takes part in the conference can hear or be heard."
	case in.Listener == in.Source:
		return "Nobody hears himself."
	case in.On && operator && k.Away:
		return "You take no part in this conference."
	case in.On && k.mutedFor(listener, source):
		return "Your microphone is muted."
	}
	return ""
}

// unfold turns what a member is as a whole into cells of the matrix.
func (t *turn) unfold(k *Conference, c *Call) {
	if c == nil || !c.Deaf && !c.Silent && !c.Music {
		return
	}
	for _, o := range append([]*Call{nil}, t.members(k.ID)...) {
		if o == c {
			continue
		}
		if c.Deaf || c.Music {
			k.setCut(partyOf(c), partyOf(o), true)
		}
		if c.Silent || c.Music {
			k.setCut(partyOf(o), partyOf(c), true)
		}
	}
	c.Deaf, c.Silent, c.Music = false, false, false
}

// arrange applies a preset. Music and deaf change one member and leave the rest; the others begin with a clean matrix.
func (t *turn) arrange(in Arrange) error {
	k, err := t.commandedIn(in.Conf, VerbArrange)
	if err != nil {
		return err
	}
	one := t.party(k, PartyID(in.Call))
	switch {
	case in.Preset == PresetAll:
		t.clearMatrix(k)
	case one == nil:
		return &Refused{Verb: VerbArrange, Reason: "Select a member of the conference first."}
	case in.Preset == PresetMusic:
		one.Music = true
	case in.Preset == PresetDeaf:
		one.Deaf = true
	case in.Preset == PresetAside || in.Preset == PresetCoach:
		t.around(k, in.Preset, one)
	default:
		return &Refused{Verb: VerbArrange, Reason: "There is no such arrangement: all, aside, coach, music and deaf are known."}
	}
	return nil
}

// clearMatrix lets everybody hear everybody.
func (t *turn) clearMatrix(k *Conference) {
	k.Cuts, k.Preset, k.About = nil, "", ""
	for _, c := range t.members(k.ID) {
		c.Deaf, c.Silent, c.Music = false, false, false
	}
}

// around arranges the matrix about one member. Who hears music goes on to.
func (t *turn) around(k *Conference, preset Preset, one *Call) {
	k.Cuts, k.Preset, k.About = nil, preset, one.ID
	one.Deaf, one.Silent, one.Music = false, false, false
	for _, c := range t.members(k.ID) {
		t.cutNewcomer(k, c)
	}
}

// cutNewcomer takes out what the preset in force denies a member that it is not about: in an aside all of the two, in
// coaching the operator's voice. A stranger who comes late overhears nothing.
func (t *turn) cutNewcomer(k *Conference, c *Call) {
	if k.Preset == "" || c.ID == k.About {
		return
	}
	them := PartyID(c.ID)
	k.setCut(them, Operator, true)
	if k.Preset == PresetAside {
		k.setCut(Operator, them, true)
		k.setCut(them, PartyID(k.About), true)
		k.setCut(PartyID(k.About), them, true)
	}
}

// hearInstead lets a call take the place of another in every conference (INVITE with Replaces).
func (t *turn) hearInstead(old, now CallID) {
	rename := func(id PartyID) PartyID {
		if id == PartyID(old) {
			return PartyID(now)
		}
		return id
	}
	for i := range t.Conferences {
		k := &t.Conferences[i]
		if k.About == old {
			k.About = now
		}
		if k.Customer == old {
			k.Customer = now
		}
		cuts := k.Cuts
		k.Cuts = nil
		for _, p := range cuts {
			k.setCut(rename(p.Listener), rename(p.Source), true)
		}
	}
}
