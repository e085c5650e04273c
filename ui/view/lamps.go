package view

import (
	"time"

	"cordboard/cti"
	"cordboard/ui/lang"
)

// Lamp is the key of a watched number.
type Lamp struct {
	Line   cti.LineID
	Number string
	Name   string
	State  Chip   // its word, with how long it has been so
	Note   string // who rings it, or why nothing is known
	Free   bool
	Known  bool
	Press  Command // by state: picks up, hands the open call over, or calls
	Menu   []Command
}

// Lamps makes the keys of all watched numbers, in the order of the snapshot.
func Lamps(s *cti.Snapshot, w Wish, now time.Time) []Lamp {
	x := subjectOf(s, w)
	lamps := make([]Lamp, 0, len(s.Lamps))
	for _, l := range s.Lamps {
		number := Clean(l.Number)
		k := Lamp{Line: l.Line, Number: number, Name: firstOf(contactName(w.Contacts, l.Number), number), State: lampChip(l, now),
			Free: l.State == cti.LampFree, Known: l.State != cti.LampUnknown, Note: Clean(l.Note)}
		if l.Caller != "" {
			k.Note = joined(k.Note, lang.CalledBy.With(Clean(l.Caller)))
		}
		k.Menu = x.targetCommands([]cti.Lamp{l}, k.Name)
		if len(k.Menu) > 0 {
			k.Press = x.lampPress(k.Menu)
		} else {
			k.Press = Command{Label: k.Name, Reason: firstOf(x.lost, lang.NotFreeInstant.With(k.Name, k.State.Word))}
		}
		lamps = append(lamps, k)
	}
	return lamps
}

// lampPress chooses what one press does: what rings is picked up; while the operator talks it hands that call over, with
// the grace to take it back; else it calls.
func (x subject) lampPress(menu []Command) Command {
	talking := x.call.Call.Open()
	for _, c := range menu {
		switch c.Send.(type) {
		case cti.Pickup:
			return c
		case cti.QuickTransfer:
			if talking {
				return c
			}
		case cti.Dial:
			if !talking {
				return c
			}
		}
	}
	return menu[0]
}

// lampChip is the word of a lamp with the age of the news; nothing is told of how long a number has been free.
func lampChip(l cti.Lamp, now time.Time) Chip {
	age := since(l.At, now)
	switch l.State {
	case cti.LampFree:
		return Chip{lang.LampFree.String(), "", Talk}
	case cti.LampRinging:
		return Chip{lang.LampRinging.String(), age, Ring}
	case cti.LampBusy:
		return Chip{lang.LampBusy.String(), age, Stop}
	case cti.LampAway:
		return Chip{lang.LampAway.String(), age, Wait}
	case cti.LampUnknown:
	}
	return Chip{lang.LampUnknown.String(), "", Quiet}
}

// lampOf finds the lamp of a number.
func lampOf(lamps []cti.Lamp, number string) (cti.Lamp, bool) {
	for _, l := range lamps {
		if l.Number == number && number != "" {
			return l, true
		}
	}
	return cti.Lamp{Number: number, State: cti.LampUnknown}, false
}

// targetCommands are what can be done with a target, instead of typing its number: what is not possible now is absent
// (R24). A number that is known to be taken has no instant commands; of one that nobody watches nothing is known, so it
// has them all.
func (x subject) targetCommands(lamps []cti.Lamp, name string) []Command {
	l := bestOf(lamps)
	instant := l.State == cti.LampFree || l.State == cti.LampUnknown
	var list []Command
	add := func(when bool, c Command) {
		if when && x.lost == "" && c.Reason == "" && c.Send != nil {
			c.Plan = joined(c.Label, name)
			list = append(list, c)
		}
	}
	add(l.State == cti.LampRinging, x.pickup())
	add(instant, Command{Label: lang.Call.String(), Key: "Enter", Style: StyleGo, Ask: AskDial, Send: cti.Dial{}})
	if !x.none() {
		transfer, conference := x.transfer(), x.instant()
		add(instant && transfer.Ask == AskTransfer, transfer)
		consult := x.consult()
		add(consult.Ask == AskConsult, consult)
		add(consult.Ask == AskConsult, x.addConference())
		add(instant, conference)
	}
	return list
}

// addConference is the conference key with a target, whatever else it would join.
func (x subject) addConference() Command {
	y := x
	y.typed, y.also = true, nil
	return y.conference()
}

// bestOf is the lamp that decides for a target with several: who rings first, then who is free.
func bestOf(lamps []cti.Lamp) cti.Lamp {
	rank := map[cti.LampState]int{cti.LampRinging: 5, cti.LampFree: 4, cti.LampUnknown: 3, cti.LampAway: 2, cti.LampBusy: 1}
	best := cti.Lamp{State: cti.LampUnknown}
	for i, l := range lamps {
		if i == 0 || rank[l.State] > rank[best.State] {
			best = l
		}
	}
	return best
}

// Mail is the key of the voice mail, shown once a mailbox has told of itself.
type Mail struct {
	Shown   bool
	Waiting bool
	Text    string
	Press   Command
}

// MailOf makes the voice-mail key: of the first line with new messages, else of the chosen line.
func MailOf(s *cti.Snapshot, chosen cti.LineView) Mail {
	line, ok := chosen, false
	for _, l := range s.Lines {
		if box, has := s.VoiceMail[l.ID]; has && box.Waiting {
			line, ok = l, true
			break
		}
	}
	box, has := s.VoiceMail[line.ID]
	if !has {
		return Mail{}
	}
	m := Mail{Shown: true, Waiting: ok, Text: lang.VoiceMailNone.String()}
	if box.New > 0 || ok {
		m.Text = lang.VoiceMailNew.With(box.New)
	}
	number := firstOf(Clean(box.Account), line.Config.VoiceMail)
	m.Press = Command{Label: lang.VoiceMailKey.String(), Plan: lang.VoiceMailOf.With(lineName(line), box.New, box.Old),
		Send: cti.Dial{Line: line.ID, Number: number}}
	if number == "" {
		m.Press.Reason, m.Press.Send = lang.VoiceMailNoCall.With(lineName(line)), nil
	}
	return m
}
