package ui

import (
	"slices"
	"strings"

	"cordboard/cti"
	"cordboard/ui/lang"
	"cordboard/ui/view"
)

// give gives a command of the bar, of a menu, of a row or of a key, or says why it cannot be given. One that needs a
// number takes the one that is typed, and asks for it when there is none (R3, R4).
func (w *Window) give(c view.Command) {
	p := w.model.Panel.Preview
	switch {
	case !c.Enabled():
		w.say(c.Saying())
	case c.Ask == view.AskNothing:
		w.send(view.Complete(c.Send, view.Target{}))
	case !p.Empty && !p.OK:
		w.say(previewText(p))
	case p.Empty || w.asksIdentity(c):
		w.ask(c)
	default:
		w.giveTo(c, p.Number)
	}
}

// giveTo gives a command with its target, by the line, the route and the identity that are chosen. The typed text goes
// away at once: what the operator types before a slow desk has answered is another number. It comes back when the desk
// refuses, unless he has begun that other number.
func (w *Window) giveTo(c view.Command, number string) {
	typed, send := w.wish.Number, view.Complete(c.Send, w.targetFor(c.Send, number))
	if typed != "" {
		w.setNumber("")
	}
	w.sendOr(send, func(why string) {
		if w.wish.Number == "" && typed != "" {
			w.fillNumber(typed)
		}
		w.say(refusalOf(number, why))
	})
}

// refusalOf is a refusal that names the number it is about, which may not be the one that stands in the field by then.
func refusalOf(number, why string) string {
	if strings.Contains(why, number) {
		return why
	}
	return lang.RefusedFor.With(number, sentence(why))
}

// targetFor is where a command goes. A transfer stays on the line of its call, whose routes it goes by.
func (w *Window) targetFor(c cti.Command, number string) view.Target {
	snap := w.cfg.Desk.Snapshot()
	line, _ := view.ChosenLine(snap.Lines, w.wish.Line)
	route := view.ChosenRoute(line, w.wish.Route)
	t := view.Target{Number: number, Line: line.ID, Route: route.Name,
		Identity: view.ChosenIdentity(snap, line, route, w.wish.Identity)}
	if q, ok := c.(cti.QuickTransfer); ok {
		same := func(v cti.CallView) bool { return v.ID == q.Call && v.Line == line.ID }
		if !slices.ContainsFunc(snap.Calls, same) {
			t.Route, t.Identity = "", cti.Identity{}
		}
	}
	return t
}

// asksIdentity reports whether the rules in force want the operator to choose, each time, what the other side sees
// (R14, R16). A pickup shows nothing.
func (w *Window) asksIdentity(c view.Command) bool {
	return w.cfg.Desk.Snapshot().Profile.AskIdentity && c.Ask != view.AskPickup && len(w.model.Panel.Shows) > 1
}

// giveFirst gives the first command of the menu that is wanted, and reports whether there was one that can be given.
func (w *Window) giveFirst(key view.Key) bool {
	i := slices.IndexFunc(w.model.Menu, func(c view.Command) bool { return c.Key == key && c.Enabled() })
	if i >= 0 {
		w.give(w.model.Menu[i])
	}
	return i >= 0
}

// join merges two rows, one of which was dragged onto the other: calls, members, or whole conferences.
func (w *Window) join(moved, on view.Row) {
	conf := on.Conf
	if conf == "" {
		conf = moved.Conf
	}
	var calls []cti.CallID
	for _, r := range []view.Row{on, moved} {
		if r.ID != "" && (r.Conf == "" || r.Conf != conf) {
			calls = append(calls, r.ID)
		}
	}
	if moved.Whole() && on.Whole() {
		calls = w.membersOf(moved.Conf)
	}
	if len(calls) > 0 {
		w.send(view.Complete(cti.Join{Conf: conf, Calls: calls}, view.Target{}))
	}
}

// membersOf are the live calls of a conference.
func (w *Window) membersOf(id cti.ConfID) []cti.CallID {
	var calls []cti.CallID
	for _, c := range w.cfg.Desk.Snapshot().Calls {
		if c.Conf == id && c.Live() {
			calls = append(calls, c.ID)
		}
	}
	return calls
}

// giveOf gives a command with a target that was pointed at instead of typed: a lamp, a line of the directory.
func (w *Window) giveOf(c view.Command, number string) {
	if w.asksIdentity(c) {
		w.setNumber(number)
		w.ask(c)
		return
	}
	w.giveTo(c, number)
}
