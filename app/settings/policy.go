package settings

import (
	"fmt"
	"regexp"
	"strings"

	"cordboard/cti"
	"cordboard/cti/dial"
)

// Policy is what an administrator lets operators do.
type Policy struct {
	Profile  string        `toml:"profile,omitempty"`  // name of the one in force; open when empty
	Profiles []cti.Profile `toml:"profiles,omitempty"` // the administrator's own, beside those that come with the desk
}

// All lists the profiles: the administrator's own, then those that come with the desk and have another name.
func (p Policy) All() []cti.Profile {
	all := append([]cti.Profile{}, p.Profiles...)
	for _, preset := range cti.Presets() {
		if _, own := named(p.Profiles, preset.Name); !own {
			all = append(all, preset)
		}
	}
	return all
}

// InForce is the profile that was chosen.
func (p Policy) InForce() cti.Profile {
	if profile, ok := named(p.All(), p.Profile); ok {
		return profile
	}
	return cti.Presets()[0]
}

// Choose puts the profile of that name in force.
func (p *Policy) Choose(name string) error {
	if _, ok := named(p.All(), name); !ok {
		return fmt.Errorf("there is no profile %.60q", name)
	}
	p.Profile = name
	return nil
}

func named(all []cti.Profile, name string) (cti.Profile, bool) {
	for _, p := range all {
		if p.Name == name {
			return p, true
		}
	}
	return cti.Profile{}, false
}

// maxGrace is the longest time in milliseconds in which a quick transfer can be taken back.
const maxGrace = 30_000

func (p Policy) check() error {
	for _, own := range p.Profiles {
		switch {
		case own.Name == "":
			return fmt.Errorf("a profile has no name")
		case own.Hook != "" && own.Hook != cti.HookLeaves && own.Hook != cti.HookEnds:
			return fmt.Errorf("profile %s: hook %q is not one of %q, %q", own.Name, own.Hook, cti.HookLeaves, cti.HookEnds)
		case own.Grace < 0 || own.Grace > maxGrace:
			return fmt.Errorf("profile %s: a grace of %d ms is not between 0 and %d", own.Name, own.Grace, maxGrace)
		case own.Extra < 0:
			return fmt.Errorf("profile %s: %d extra parties cannot be", own.Name, own.Extra)
		}
	}
	if _, ok := named(p.All(), p.Profile); !ok && p.Profile != "" {
		return fmt.Errorf("there is no profile %q", p.Profile)
	}
	return nil
}

// oneOf says which words a setting can have.
func oneOf[T ~string](what string, have T, words ...T) error {
	if have == "" {
		return nil
	}
	for _, w := range words {
		if have == w {
			return nil
		}
	}
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = string(w)
	}
	return fmt.Errorf("%s %q is not one of %s", what, string(have), strings.Join(all, ", "))
}

// checkRules checks what a line does by itself.
func checkRules(l cti.LineConfig) error {
	ways := []cti.IdentityWay{cti.IdentityFrom, cti.IdentityPPI, cti.IdentityPAI, cti.IdentityRPID}
	for _, err := range []error{
		oneOf("auto_answer_header", l.AutoBy, cti.AutoOff, cti.AutoKnown, cti.AutoAll),
		oneOf("referrals", l.Refers, cti.ReferAsk, cti.ReferAllow, cti.ReferRefuse),
		oneOf("identity_header", l.Shown, ways...),
		oneOf("believed_header", l.Believed, ways...),
		checkHeader(l.Header),
	} {
		if err != nil {
			return err
		}
	}
	if l.Forward.After < 0 || l.Forward.After > cti.MaxForward {
		return fmt.Errorf("forwarding after %d seconds is not between 0 and %d", l.Forward.After, cti.MaxForward)
	}
	for _, n := range append([]string{l.Room, l.VoiceMail, l.Forward.Always, l.Forward.Busy, l.Forward.NoAnswer}, l.Watch...) {
		if n == "" {
			continue
		}
		if _, err := dial.Clean(n); err != nil {
			return fmt.Errorf("%.60q is not a number: %w", n, err)
		}
	}
	if strings.Trim(l.Pickup, "0123456789*#") != "" {
		return fmt.Errorf("the pickup code %.60q is not made of digits, * and #", l.Pickup)
	}
	return checkRewrites(l.Routes)
}

var headerName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,63}$`)

// checkHeader lets attached data travel in a header of its own only: never in one that means something in SIP.
func checkHeader(name string) error {
	if name == "" || strings.EqualFold(name, "User-to-User") {
		return nil
	}
	if !headerName.MatchString(name) || !strings.HasPrefix(strings.ToUpper(name), "X-") {
		return fmt.Errorf("context_header %.60q is neither User-to-User nor begins with X-", name)
	}
	return nil
}

func checkRewrites(routes []cti.Route) error {
	for _, r := range routes {
		for _, w := range r.Rewrite {
			if err := dial.Rewrite(w).Check(); err != nil {
				return fmt.Errorf("route %s cannot rewrite: %w", r.Name, err)
			}
		}
	}
	return nil
}
