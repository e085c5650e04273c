package ui

import (
	"slices"
	"strconv"
	"time"
	"unicode"
	"unicode/utf8"

	"cordboard/cti"
	"cordboard/ui/lang"
	"cordboard/ui/view"
)

// saidFor is how long a refusal stays under the fields.
const saidFor = 6 * time.Second

// said is a sentence to the operator with the time until which it is shown.
type said struct {
	text  string
	until time.Time
}

// forget lets go of a sentence whose time is over.
func (s *said) forget(now time.Time) {
	if !now.Before(s.until) {
		s.text = ""
	}
}

// say shows a sentence under the fields for a while.
func (w *Window) say(text string) {
	w.said = said{view.Clean(sentence(text)), w.cfg.Now().Add(saidFor)}
	w.Draw()
}

// sentence gives a text a capital at its start.
func sentence(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// point shows why the command under the mouse or the focus cannot be given; "" ends it.
func (w *Window) point(reason string) {
	if w.pointed != reason {
		w.pointed = reason
		w.applyStatus()
	}
}

// send gives a command to the desk in the background and shows its refusal.
func (w *Window) send(c cti.Command) {
	if c != nil {
		w.sendOr(c, w.say)
	}
}

// sendOr is send with something else to do on the UI goroutine when the desk refuses.
func (w *Window) sendOr(c cti.Command, refused func(why string)) {
	w.said = said{}
	ok := w.loop.try(func() error { return w.cfg.Desk.Send(c) }, func(err error) {
		if err != nil {
			refused(err.Error())
			return
		}
		w.Draw()
	})
	if !ok {
		refused(lang.DeskLostCall.String())
	}
}

// dialCommand is the Call button: it needs no row.
func dialCommand() view.Command {
	return view.Command{Label: lang.Call.String(), Key: "Enter", Style: view.StyleGo, Ask: view.AskDial, Send: cti.Dial{}}
}

// call places a call to what is typed, and asks for a number when nothing is (R4, R5). While nothing is typed and the far
// end of the selected call asks for something, Enter does that. Enter that repeats, or a second click, finds the field
// empty already and is not meant for it.
func (w *Window) call() {
	dial := dialCommand()
	switch {
	case !w.model.Panel.Preview.Empty:
		w.last = lastKey{dial.Key, w.cfg.Now()}
	case w.last.key == dial.Key && w.held(dial.Key) || w.giveFirst(cti.KeyFollow):
		return
	}
	w.give(dial)
}

// previewText is the reason of a refused preview without its mark.
func previewText(p view.Preview) string {
	if len(p.Spans) == 0 {
		return ""
	}
	return p.Spans[len(p.Spans)-1].Text
}

// setNumber puts a text into the Number field, and the keyboard behind it.
func (w *Window) setNumber(text string) {
	w.fillNumber(text)
	w.focusNumber()
}

// fillNumber puts a text into the Number field and the cursor behind it. The keyboard stays where it is.
func (w *Window) fillNumber(text string) {
	e := w.parts.number.Entry
	e.SetText(text)
	e.CursorColumn = utf8.RuneCountInString(text)
	e.Refresh()
}

// typed follows the Number field. With the first character the line stays the one that is shown, even when
// another becomes the first that is ready.
func (w *Window) typed(text string) {
	if w.wish.Line == "" && text != "" {
		w.wish.Line = cti.LineID(w.model.Panel.Line)
	}
	w.wish.Number = text
	w.said = said{}
	w.found.ask(text)
	w.Draw()
}

// foundPeople offers, beside the table, whom the typed text fits. The people that the window was opened with stay.
func (w *Window) foundPeople(people []view.Person, err error) {
	if err != nil {
		w.say(err.Error())
		return
	}
	w.wish.Contacts = nil
	for _, c := range w.cfg.Contacts {
		w.wish.Contacts = append(w.wish.Contacts, view.Contact(c))
	}
	w.wish.Contacts = append(w.wish.Contacts, view.ContactsOfPeople(people)...)
	w.Draw()
}

// selectRow makes a row the one that commands act on (R6).
func (w *Window) selectRow(r view.Row) {
	snap := w.cfg.Desk.Snapshot()
	if r.Whole() {
		w.wish.Selection = w.wish.Selection.PickConf(r.Conf, snap.Conferences)
	} else {
		w.wish.Selection = w.wish.Selection.Pick(r.ID, snap.Calls)
	}
	w.wish.Cell = ""
	w.Draw()
}

// moveTo is selectRow by the arrow keys: rows that are marked stay marked.
func (w *Window) moveTo(r view.Row) {
	id, conf := r.ID, r.Conf
	if !r.Whole() {
		conf = ""
	}
	w.wish.Selection = w.wish.Selection.Move(id, conf, w.cfg.Desk.Snapshot())
	w.wish.Cell = ""
	w.Draw()
}

// markRow marks a row for the commands that take several, or takes the mark away (R54).
func (w *Window) markRow(r view.Row) {
	w.wish.Selection = w.wish.Selection.Mark(r.ID, w.cfg.Desk.Snapshot().Calls)
	w.Draw()
}

// chooseLine takes another line for the next call, with the route and identity that it was last used with.
func (w *Window) chooseLine(id cti.LineID) {
	w.wish.Line = id
	if line, ok := view.ChosenLine(w.cfg.Desk.Snapshot().Lines, id); ok {
		w.recall(line)
	}
	c := w.choices[id]
	w.wish.Route, w.wish.Identity = c.route, c.identity
	w.Draw()
}

// chooseRoute holds for the chosen line until it is changed there again (R8).
func (w *Window) chooseRoute(name string) {
	w.wish.Route = name
	w.remember()
}

// ChooseIdentity takes a place in the list of caller IDs, where 0 is the line's own. It holds for the chosen line until it
// is changed there again, over the next start, too (R15).
func (w *Window) ChooseIdentity(i int) {
	place, err := strconv.Atoi(w.model.Panel.Shows[i].Key)
	if err != nil {
		w.say(err.Error())
		return
	}
	w.wish.Identity = place
	w.remember()
	keeper := w.cfg.Settings
	if keeper == nil {
		return
	}
	snap := w.cfg.Desk.Snapshot()
	line, _ := view.ChosenLine(snap.Lines, w.wish.Line)
	shown := view.IdentityKey(view.ChosenIdentity(snap, line, view.ChosenRoute(line, w.wish.Route), place))
	w.loop.try(func() error { return keeper.SaveIdentity(line.ID, shown) }, func(err error) {
		if err != nil {
			w.say(err.Error())
		}
	})
}

// recall takes up the caller ID that was chosen last on a line, once the line is known.
func (w *Window) recall(line cti.LineView) {
	shown, kept := w.cfg.Identities[line.ID]
	if _, chosen := w.choices[line.ID]; chosen || !kept {
		return
	}
	i := slices.IndexFunc(line.Config.Identity, func(id cti.Identity) bool { return view.IdentityKey(id) == shown })
	w.choices[line.ID] = choice{identity: i + 1}
	w.wish.Identity = i + 1
}

// remember keeps the choices with the line that is shown, which may be one that nobody chose.
func (w *Window) remember() {
	w.choices[cti.LineID(w.model.Panel.Line)] = choice{w.wish.Route, w.wish.Identity}
	w.Draw()
}
