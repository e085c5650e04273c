package view

import (
	"maps"
	"slices"
	"strings"

	"cordboard/cti"
	"cordboard/ui/lang"
)

// Detail is a line of a card: what, and its value.
type Detail struct{ Name, Value string }

// Card is the card of the selected row.
type Card struct {
	Call    cti.CallID
	Title   string
	Hint    string // instead of details when nothing is selected
	Details []Detail
	Delay   []Detail  // by stage, of the desk; empty while nothing is connected
	Keypad  string    // why no digits can be sent, empty when they can
	Buttons []Command // what can be done with a member of a conference alone
}

// card makes the card of what is selected.
func (x subject) card(contacts []Contact) Card {
	switch {
	case x.none():
		return Card{Title: lang.CardNoCall.String(), Hint: lang.CardNoCallHint.String(), Keypad: lang.NoSelection.String()}
	case x.whole():
		return x.confCard()
	}
	return x.callCard(contacts)
}

// callCard tells all that is known of a call; facts that are empty are left out, not shown as blanks.
func (x subject) callCard(contacts []Contact) Card {
	c := x.call
	card := Card{
		Call:   c.ID,
		Title:  lang.CardCall.With(rowOf(x.snap.Calls, c.ID), partyName(c, contacts)),
		Keypad: whyNot(c, cti.VerbDTMF),
	}
	if c.Conf != "" {
		card.Buttons = x.limited(memberCommands(c))
	}
	card.addAttached(c.Context)
	card.add(lang.RowNumber, Clean(c.Number))
	card.add(lang.RowLine, callLine(c, x.snap.Lines))
	card.add(lang.RowRoute, Clean(c.Route))
	card.add(lang.RowCalled, Clean(c.Called))
	card.add(lang.RowVia, Clean(c.Via))
	card.add(lang.RowShown, identityText(c.ShowAs))
	card.addParty(x)
	card.add(lang.RowReason, Clean(c.End.Reason))
	card.add(lang.RowDigits, Clean(c.Digits))
	if c.Phase == cti.PhaseTalking {
		card.addQuality(c)
		card.Delay = delayStages(x.snap.Desk.Delay)
	}
	return card
}

// addAttached tells the data that travels with the call (R29), in the order of their names.
func (k *Card) addAttached(data map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(data)) {
		k.Details = append(k.Details, Detail{lang.RowAttached.With(Clean(name)), Clean(data[name])})
	}
}

// addParty tells what a call has to do with others: its conference, its transfer, a wish of the far end.
func (k *Card) addParty(x subject) {
	c := x.call
	k.add(lang.RowPickup, Clean(c.Pickup))
	if x.conf.ID != "" {
		k.add(lang.RowConference, Clean(x.conf.Name))
	}
	if c.Volume != 0 {
		k.add(lang.RowVolume, lang.VolumeIs.With(c.Volume))
	}
	k.add(lang.RowTransfer, Clean(c.Transfer.Note))
	k.add(lang.RowWish, joined(Clean(c.Referral.Target), Clean(c.Referral.By)))
	k.add(lang.RowRecording, recordChip(recordMark(x.snap, c.Record)).Word)
}

// confCard tells what leaving and ending a conference would do, before either is done.
func (x subject) confCard() Card {
	card := Card{Title: lang.CardCall.With(confNumber(x.snap, x.conf.ID), firstOf(Clean(x.conf.Name), lang.Conference.String())),
		Keypad: lang.NoSelection.String()}
	card.add(lang.RowReason, Clean(x.conf.Note))
	card.add(lang.RowRecording, recordChip(recordMark(x.snap, x.conf.Record)).Word)
	card.add(lang.RowLeavePlan, Clean(x.conf.Plans[cti.VerbLeave]))
	card.add(lang.RowEndPlan, Clean(x.conf.Plans[cti.VerbEndAll]))
	return card
}

// add appends a line that has something to say.
func (k *Card) add(name lang.Text, value string) {
	if value != "" {
		k.Details = append(k.Details, Detail{name.String(), value})
	}
}

// addQuality tells how a connected call sounds. Before the first packet figures would all be zero and
// read as perfect, so there are none.
func (k *Card) addQuality(c cti.CallView) {
	k.add(lang.RowSound, c.Codec)
	security := lang.MediaClear
	if c.Secure {
		security = lang.MediaSecure
	}
	k.add(lang.RowSecurity, security.String())
	q := c.Quality
	if q.Packets == 0 {
		return
	}
	if q.MOS > 0 {
		k.add(lang.RowMOS, lang.MOSOf.With(q.MOS))
	}
	k.add(lang.RowLoss, lang.LossBoth.With(q.Loss*100, q.LossPeer*100))
	k.add(lang.RowJitter, lang.JitterBoth.With(q.Jitter, q.Buffer))
	if q.RTT > 0 {
		k.add(lang.RowRTT, lang.Millis.With(q.RTT))
	}
}

// delayStages lists where the delay of this desk comes from, in the order that sound takes.
func delayStages(d cti.Delay) []Detail {
	if d.Total <= 0 {
		return nil
	}
	stage := func(name lang.Text, ms float32) Detail { return Detail{name.String(), lang.Millis.With(ms)} }
	return []Detail{
		stage(lang.DelayCapture, d.Capture), stage(lang.DelayPacket, d.Packet), stage(lang.DelayJitter, d.Jitter),
		stage(lang.DelayTick, d.Tick), stage(lang.DelayResample, d.Resample), stage(lang.DelayPlayback, d.Playback),
		stage(lang.DelayTotal, d.Total),
	}
}

// ContactCard is the card of people to call.
type ContactCard struct {
	Title    string
	Hint     string // instead of people when there are none
	Contacts []Contact
}

// ContactsOf filters the contacts by what is typed: every word must occur in name, note or number.
func ContactsOf(all []Contact, typed string, practice bool) ContactCard {
	title := lang.CardContacts.String()
	if practice {
		title = lang.CardPractice.String()
	}
	if len(all) == 0 {
		return ContactCard{Title: title, Hint: lang.CardNoContacts.String()}
	}
	words := strings.Fields(strings.ToLower(Clean(typed)))
	if len(words) == 0 {
		return ContactCard{Title: title, Contacts: all}
	}
	card := ContactCard{Title: lang.CardMatching.With(Clean(typed))}
	for _, c := range all {
		if matches(c, words) {
			card.Contacts = append(card.Contacts, c)
		}
	}
	if len(card.Contacts) == 0 {
		card.Hint = lang.CardNoMatch.String()
	}
	return card
}

// matches reports whether every word occurs somewhere in a contact.
func matches(c Contact, words []string) bool {
	text := strings.ToLower(c.Name + " " + c.Note + " " + c.Number)
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
