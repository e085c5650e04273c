package ui

import (
	"errors"
	"regexp"
	"strings"

	"cordboard/cti"
	"cordboard/cti/dial"
	"cordboard/ui/lang"
)

// The choices of the rules, in the order shown; the first is what counts when nothing is said.
var (
	autoAnswers   = []cti.AutoAnswer{"", cti.AutoKnown, cti.AutoAll}
	referPolicies = []cti.ReferPolicy{"", cti.ReferAllow, cti.ReferRefuse}
	identityWays  = []cti.IdentityWay{"", cti.IdentityPPI, cti.IdentityPAI, cti.IdentityRPID}
	identityNames = []string{"From", "P-Preferred-Identity", "P-Asserted-Identity", "Remote-Party-ID"}
)

// ruleFields are what a line does by itself.
func ruleFields() *form[cti.LineConfig] {
	type line = cti.LineConfig
	return &form[line]{[]*field[line]{
		textField(lang.SetPickup, lang.SetPickupHint, func(c *line) *string { return &c.Pickup }, pickupCode),
		dialField(lang.SetRoom, lang.SetRoomHint, func(c *line) *string { return &c.Room }),
		choiceField(lang.SetIsRoom, noYes, []string{lang.SetIsRoomNo.String(), lang.SetIsRoomYes.String()}, func(c *line) *bool { return &c.IsRoom }),
		choiceField(lang.SetAutoBy, autoAnswers, []string{lang.SetAutoByOff.String(), lang.SetAutoByKnown.String(), lang.SetAutoByAll.String()},
			func(c *line) *cti.AutoAnswer { return &c.AutoBy }),
		choiceField(lang.SetRefers, referPolicies, []string{lang.SetRefersAsk.String(), lang.SetRefersAllow.String(), lang.SetRefersRefuse.String()},
			func(c *line) *cti.ReferPolicy { return &c.Refers }),
		choiceField(lang.SetShown, identityWays, identityNames, func(c *line) *cti.IdentityWay { return &c.Shown }),
		choiceField(lang.SetBelieved, identityWays, identityNames, func(c *line) *cti.IdentityWay { return &c.Believed }),
		textField(lang.SetContext, lang.SetContextHint, func(c *line) *string { return &c.Header }, contextHeader),
		listField(lang.SetWatch, lang.SetWatchHint, func(c *line) *[]string { return &c.Watch }, dialable),
		choiceField(lang.SetPresence, noYes, []string{lang.SetPresenceNo.String(), lang.SetPresenceYes.String()}, func(c *line) *bool { return &c.Presence }),
		dialField(lang.SetVoiceMail, lang.SetVoiceHint, func(c *line) *string { return &c.VoiceMail }),
		dialField(lang.SetAlways, lang.SetForwardHint, func(c *line) *string { return &c.Forward.Always }),
		dialField(lang.SetBusy, lang.SetForwardHint, func(c *line) *string { return &c.Forward.Busy }),
		dialField(lang.SetLate, lang.SetForwardHint, func(c *line) *string { return &c.Forward.NoAnswer }),
		numberField(lang.SetAfter, lang.SetAfterHint, func(c *line) *int { return &c.Forward.After }, maxForwardAfter),
	}}
}

// dialField is an entry for a number or an address, or for none.
func dialField[T any](label, hint lang.Text, at func(*T) *string) *field[T] {
	return textField(label, hint, at, func(text string) error {
		if text == "" {
			return nil
		}
		return dialable(text)
	})
}

// dialable refuses what is no number and no address.
func dialable(text string) error {
	if _, err := dial.Clean(text); err != nil {
		return errors.New(lang.FaultDial.With(text))
	}
	return nil
}

// pickupCode refuses what no telephone has keys for.
func pickupCode(text string) error {
	if strings.Trim(text, "0123456789*#") != "" {
		return errors.New(lang.FaultPickup.With(text))
	}
	return nil
}

// contextHeader lets attached data travel in a header of its own only.
func contextHeader(text string) error {
	if text == "" || strings.EqualFold(text, "User-to-User") {
		return nil
	}
	if !strings.HasPrefix(strings.ToUpper(text), "X-") || !headerName.MatchString(text) {
		return errors.New(lang.FaultContext.With(text))
	}
	return nil
}

// rewriteArrow stands between the expression and what takes its place.
const rewriteArrow = " => "

// rewriteField is an entry for rules that rewrite a number, each on a line of its own.
func rewriteField() *field[cti.Route] {
	return linesField(lang.SetRewrite, lang.SetRewriteHint, writeRewrites, func(r *cti.Route, text string) error {
		var err error
		r.Rewrite, err = readRewrites(text)
		return err
	})
}

// allowedField is an entry for the caller IDs that may be used on a route.
func allowedField() *field[cti.Route] {
	f := listField(lang.SetAllowed, lang.SetAllowedHint, func(r *cti.Route) *[]string { return &r.Identities }, nil)
	f.wide = true
	return f
}

// writeRewrites lists the rules of a route in their order, for the first that fits counts.
func writeRewrites(r *cti.Route) string {
	var lines []string
	for _, w := range r.Rewrite {
		lines = append(lines, w.From+rewriteArrow+w.To)
	}
	return strings.Join(lines, "\n")
}

// readRewrites reads what writeRewrites wrote.
func readRewrites(text string) ([]cti.Rewrite, error) {
	var rules []cti.Rewrite
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		from, to, arrow := strings.Cut(line, strings.TrimSpace(rewriteArrow))
		from, to = strings.TrimSpace(from), strings.TrimSpace(to)
		if _, err := regexp.Compile(from); err != nil || !arrow || from == "" || to == "" {
			return nil, errors.New(lang.FaultRewrite.With(line))
		}
		rules = append(rules, cti.Rewrite{From: from, To: to})
	}
	return rules, nil
}
