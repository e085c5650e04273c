package view

import (
	"time"

	"cordboard/cti"
	"cordboard/ui/lang"
)

// Person is an entry of the directory: a person, a group, a queue, or a number that an administrator put there.
type Person struct {
	ID        string
	Name      string
	Note      string // company, department, job: what tells people of the same name apart
	Group     bool
	Favourite bool
	Numbers   []Number // of a group: its own
	Members   []string // numbers of a group's members, for how many of them are free
}

// Number is one number of a person, with what it is: business, mobile.
type Number struct{ Number, Kind string }

// PersonRow is a line of the directory: a person with one number. Somebody with several has a line for each (R21).
type PersonRow struct {
	ID       string
	Name     string
	Note     string
	Number   string
	Kind     string
	State    Chip   // of the number's lamp, or how many of a group are free; no word when nothing is known
	Hint     string // who rings it, or what a key does there
	Star     bool
	More     bool // a further number of the person above
	Commands []Command
}

// People makes the lines of the directory for what is selected now.
func People(s *cti.Snapshot, w Wish, found []Person, now time.Time) []PersonRow {
	x := subjectOf(s, w)
	var rows []PersonRow
	for _, p := range found {
		if p.Group && s.Profile.NoGroups { // group targets exist only if they are switched on (R19)
			continue
		}
		for i, n := range p.Numbers {
			r := PersonRow{ID: p.ID, Name: Clean(p.Name), Note: Clean(p.Note), Number: Clean(n.Number), Kind: Clean(n.Kind), Star: p.Favourite, More: i > 0}
			lamps := x.personLamps(p, n, &r, now)
			r.Commands = x.targetCommands(lamps, r.Name)
			rows = append(rows, r)
		}
	}
	return rows
}

// personLamps finds what is known of a number, or of the members of a group (R25), and puts it into words.
func (x subject) personLamps(p Person, n Number, r *PersonRow, now time.Time) []cti.Lamp {
	if p.Group && len(p.Members) > 0 {
		return x.groupLamps(p.Members, r)
	}
	l, ok := lampOf(x.snap.Lamps, n.Number)
	if !ok {
		return nil
	}
	r.State = lampChip(l, now)
	switch {
	case l.State == cti.LampRinging:
		r.Hint = lang.RingsPickUp.String()
	case l.Note != "":
		r.Hint = Clean(l.Note)
	}
	return []cti.Lamp{l}
}

// groupLamps counts who of a group is free; a group in which somebody is can be called at once.
func (x subject) groupLamps(members []string, r *PersonRow) []cti.Lamp {
	var lamps []cti.Lamp
	free := 0
	for _, number := range members {
		if l, ok := lampOf(x.snap.Lamps, number); ok {
			l.State = groupState(l.State)
			lamps = append(lamps, l)
			if l.State == cti.LampFree {
				free++
			}
		}
	}
	if len(lamps) == 0 {
		return nil
	}
	r.State = Chip{Word: lang.GroupFree.With(free, len(members)), Role: Talk}
	if free == 0 {
		r.State.Role = Stop
	}
	return lamps
}

// groupState counts a member that rings as taken: it is not the group's own call that rings there.
func groupState(s cti.LampState) cti.LampState {
	if s == cti.LampRinging {
		return cti.LampBusy
	}
	return s
}

// DirectoryStatus says how many were found; most is how many a search returns at most.
func DirectoryStatus(people, most int) []Span {
	switch {
	case people == 0:
		return []Span{{Text: lang.DirectoryFew.String(), Role: Quiet}}
	case people >= most:
		return []Span{{Text: lang.DirectoryMore.With(most), Role: Quiet}}
	}
	return []Span{{Text: lang.DirectoryCount.With(people), Role: Quiet}}
}

// ContactsOfPeople makes a contact of each number, as the card beside the table lists them.
func ContactsOfPeople(people []Person) []Contact {
	var out []Contact
	for _, p := range people {
		for _, n := range p.Numbers {
			out = append(out, Contact{Name: Clean(p.Name), Number: Clean(n.Number), Note: joined(Clean(n.Kind), Clean(p.Note))})
		}
	}
	return out
}
