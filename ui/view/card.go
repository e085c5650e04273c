package view

import (
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
	Delay   []Detail // by stage, of the desk; empty while nothing is connected
	Keypad  string   // why no digits can be sent, empty when they can
}

// CardOf makes the card of the selected row.
func CardOf(s *cti.Snapshot, rows []Row) Card {
	for i, r := range rows {
		if r.Selected {
			return callCard(s, s.Calls[i], r)
		}
	}
	return Card{Title: lang.CardNoCall.String(), Hint: lang.CardNoCallHint.String(), Keypad: lang.NoSelection.String()}
}

// callCard tells all that is known of a call; facts that are empty are left out, not shown as blanks.
func callCard(s *cti.Snapshot, c cti.CallView, r Row) Card {
	card := Card{
		Call:   c.ID,
		Title:  lang.CardCall.With(r.Number, r.Party),
		Keypad: whyNot(c, cti.VerbDTMF),
	}
	card.add(lang.RowNumber, Clean(c.Number))
	card.add(lang.RowLine, r.Line)
	card.add(lang.RowRoute, Clean(c.Route))
	card.add(lang.RowCalled, Clean(c.Called))
	card.add(lang.RowVia, Clean(c.Via))
	card.add(lang.RowShown, identityText(c.ShowAs))
	card.add(lang.RowReason, Clean(c.End.Reason))
	card.add(lang.RowDigits, Clean(c.Digits))
	if c.Phase == cti.PhaseTalking {
		card.addQuality(c)
		card.Delay = delayStages(s.Desk.Delay)
	}
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

// Incoming is the card that announces a call.
type Incoming struct {
	Call   cti.CallID
	Who    string
	Number string // empty when Who is the number
	Line   string
	Via    string
	Holds  bool        // answering puts the connected call on hold
	Answer Command     // "Answer and hold" when it Holds
	Reject Command     // declines for good
	Busy   cti.Command // says busy instead
}

// IncomingOf lists the calls that ring here, oldest first.
func IncomingOf(s *cti.Snapshot, contacts []Contact) []Incoming {
	var list []Incoming
	_, holds := openCall(s.Calls)
	for _, c := range s.Calls {
		if c.Direction != cti.Incoming || c.Phase != cti.PhaseRinging {
			continue
		}
		in := Incoming{Call: c.ID, Who: partyName(c, contacts), Number: Clean(c.Number), Holds: holds,
			Line:   lang.IncomingFor.With(firstOf(Clean(c.Called), callLine(c, s.Lines))),
			Answer: connect(c), Reject: hangUp(c), Busy: cti.Hangup{Call: c.ID, Busy: true}}
		if in.Number == in.Who {
			in.Number = ""
		}
		if via := Clean(c.Via); via != "" {
			in.Via = lang.Via.With(via)
		}
		if holds {
			in.Answer.Label = lang.AnswerHold.String()
		}
		list = append(list, in)
	}
	return list
}
