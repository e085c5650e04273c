package cti

import (
	"fmt"
	"slices"

	"cordboard/cti/dial"
)

// way is how an outgoing call leaves the desk.
type way struct {
	line     Line
	route    Route
	identity Identity
}

// call is the call that goes this way.
func (w way) call(id CallID, p dial.Preview) Call {
	return Call{ID: id, Line: w.line.Config.ID, Route: w.route.Name, Number: p.Number, ShowAs: w.identity}
}

// invite is the INVITE that goes this way.
func (w way) invite(p dial.Preview) Invite {
	return Invite{Line: w.line.Config, Target: p.Target, Proxy: w.route.Proxy, Headers: w.route.Headers, Identity: w.identity}
}

// planDial decides what a Dial would do. Step and the preview share it.
func planDial(lines []Line, profile Profile, in Dial) (dial.Preview, way) {
	line, why := pickLine(lines, in.Line)
	w := way{line: line}
	if why == "" {
		w.route, why = pickRoute(line.Config, in.Route)
	}
	if why == "" {
		w.identity, why = pickIdentity(line.Config, w.route, profile, in.Identity)
	}
	cfg := line.Config
	p := dial.Make(in.Number, dial.Line{
		Name: cfg.Name, Why: why, Default: dial.Identity(cfg.identity()),
		AddressOnly: cfg.Server == "" && cfg.Domain == "" && cfg.Outbound == "" && w.route.Proxy == "",
	}, w.route.dialled(), dial.Identity(w.identity))
	return p, w
}

// dialled is what a route does to a number.
func (r Route) dialled() dial.Route {
	out := dial.Route{Name: r.Name, Prefix: r.Prefix, Strip: r.Strip, Rewrite: make([]dial.Rewrite, len(r.Rewrite))}
	for i, rule := range r.Rewrite {
		out.Rewrite[i] = dial.Rewrite(rule)
	}
	return out
}

// identity is what a callee sees of the line when nothing is chosen.
func (c LineConfig) identity() Identity {
	name := c.Display
	if name == "" {
		name = c.Name
	}
	return Identity{Name: name, Number: c.User}
}

// pickLine finds the line to dial on, and says why it cannot be used. What was asked for is quoted in a refusal, for it
// may hold anything, and a sentence is one line.
func pickLine(lines []Line, id LineID) (Line, string) {
	if len(lines) == 0 {
		return Line{}, "No line is set up."
	}
	for _, l := range lines {
		ok, why := l.Usable()
		if l.Config.ID == id || id == "" && ok {
			return l, why
		}
	}
	if id != "" {
		return Line{}, fmt.Sprintf("There is no line %.60q.", id)
	}
	_, why := lines[0].Usable()
	return lines[0], why
}

// pickRoute finds the route; the line's first one is the default.
func pickRoute(c LineConfig, name string) (Route, string) {
	if name == "" {
		if len(c.Routes) > 0 {
			return c.Routes[0], ""
		}
		return Route{}, ""
	}
	for _, r := range c.Routes {
		if r.Name == name {
			return r, ""
		}
	}
	return Route{}, fmt.Sprintf("%s has no route %.60q.", c.Name, name)
}

// pickIdentity lets only identities pass that the administrator allows (R14): a caller ID is his promise, not that of
// whoever can reach the API. With nothing chosen it is the line's own, or the first one that the route may show.
func pickIdentity(c LineConfig, r Route, p Profile, id Identity) (Identity, string) {
	if id == c.identity() {
		id = Identity{}
	}
	choices := Identities(c, r, p)
	switch {
	case slices.Contains(choices, id):
		return id, ""
	case id == Identity{} && len(choices) > 0:
		return choices[0], ""
	case id.Anonymous && p.NoAnonymous:
		return Identity{}, "Your profile allows no anonymous calls."
	case id == Identity{}:
		return Identity{}, fmt.Sprintf("Route %.60q shows no caller ID that %s has.", r.Name, c.Name)
	}
	return Identity{}, fmt.Sprintf("%s may not call as %.60q.", c.Name, dial.Identity(id).String())
}

// Identities lists the caller IDs to choose from on a route (R14, R16): the line's own, as the zero Identity, and those
// of its list, as far as the route may show them and the profile lets be anonymous (R17). Pure; any goroutine.
func Identities(c LineConfig, r Route, p Profile) []Identity {
	all := append([]Identity{{}}, c.Identity...)
	return slices.DeleteFunc(all, func(id Identity) bool {
		shown := id
		if id == (Identity{}) {
			shown = c.identity()
		}
		return id.Anonymous && p.NoAnonymous || !r.mayShow(shown)
	})
}

// mayShow reports whether the route's list has an identity, by its name, or by its number when it has no name.
func (r Route) mayShow(id Identity) bool {
	name := orElse(id.Name, id.Number)
	if id.Anonymous {
		name = dial.Identity(id).String()
	}
	return len(r.Identities) == 0 || slices.Contains(r.Identities, name)
}
