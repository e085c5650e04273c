package ui

import (
	"errors"
	"maps"
	"regexp"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/cti"
	"cordboard/ui/lang"
)

// Limits of the numbers of a line, as the settings have them.
const (
	maxExpires = 7 * 24 * 3600 // seconds
	maxStrip   = 32            // digits
)

// The choices of the form, in the order shown.
var (
	transports = []cti.Transport{cti.UDP, cti.TCP, cti.TLS}
	policies   = []cti.SRTPPolicy{"", cti.SRTPOff, cti.SRTPOptional, cti.SRTPRequired}
	digitWays  = []cti.DTMFMode{cti.DTMFEvent, cti.DTMFInfo}
	noYes      = []bool{false, true}
)

// firstFields are what every line at a provider needs. The password is no part of a line's settings: the form only
// keeps what was typed.
func firstFields(password *fynewidget.Entry) *form[cti.LineConfig] {
	server := hostField(lang.SetServer, lang.SetServerHint, func(c *cti.LineConfig) *string { return &c.Server })
	user := textField(lang.SetUser, "", func(c *cti.LineConfig) *string { return &c.User }, nil)
	plain := user.store
	user.store = func(c *cti.LineConfig) error {
		if err := plain(c); err != nil || c.User != "" {
			return err
		}
		var typed cti.LineConfig
		if _ = server.store(&typed); typed.Server != "" { // whether the server is right is said at the server
			return errors.New(lang.FaultUser.String())
		}
		return nil
	}
	return &form[cti.LineConfig]{[]*field[cti.LineConfig]{
		textField(lang.SetName, "", func(c *cti.LineConfig) *string { return &c.Name }, needed(lang.FaultName)),
		user,
		fieldAround(lang.SetPassword, password, func(*cti.LineConfig) string { return "" }, func(*cti.LineConfig, string) error { return nil }),
		server,
		choiceField(lang.SetTransport, transports, []string{"udp", "tcp", "tls"}, func(c *cti.LineConfig) *cti.Transport { return &c.Transport }),
	}}
}

// moreFields are the rest of a line, as some providers and trunks need it.
func moreFields() *form[cti.LineConfig] {
	type line = cti.LineConfig
	return &form[line]{[]*field[line]{
		textField(lang.SetAuthUser, lang.SetOptional, func(c *line) *string { return &c.AuthUser }, nil),
		textField(lang.SetDisplay, lang.SetOptional, func(c *line) *string { return &c.Display }, nil),
		hostField(lang.SetDomain, lang.SetDomainHint, func(c *line) *string { return &c.Domain }),
		hostField(lang.SetOutbound, lang.SetOptional, func(c *line) *string { return &c.Outbound }),
		listField(lang.SetBackup, lang.SetBackupHint, func(c *line) *[]string { return &c.Backup }, host),
		textField(lang.SetCAFile, lang.SetCAFileHint, func(c *line) *string { return &c.CAFile }, nil),
		hostField(lang.SetBind, lang.SetBindHint, func(c *line) *string { return &c.Bind }),
		numberField(lang.SetExpires, lang.SetExpiresHint, func(c *line) *int { return &c.Expires }, maxExpires),
		listField(lang.SetCodecs, lang.SetCodecsHint, func(c *line) *[]string { return &c.Codecs }, codec),
		choiceField(lang.SetSRTP, policies, []string{lang.SetByTransport.String(), "off", "optional", "required"},
			func(c *line) *cti.SRTPPolicy { return &c.SRTP }),
		choiceField(lang.SetDTMF, digitWays, []string{lang.SetDTMFEvent.String(), lang.SetDTMFInfo.String()},
			func(c *line) *cti.DTMFMode { return &c.DTMF }),
		listField(lang.SetTrusted, lang.SetTrustedHint, func(c *line) *[]string { return &c.Trusted }, nil),
		choiceField(lang.SetAuto, noYes, []string{lang.SetAutoNo.String(), lang.SetAutoYes.String()}, func(c *line) *bool { return &c.Auto }),
	}}
}

// routeFields are a row of the routes.
func routeFields() *form[cti.Route] {
	return &form[cti.Route]{[]*field[cti.Route]{
		textField(lang.SetName, "", func(r *cti.Route) *string { return &r.Name }, needed(lang.FaultRoute)),
		textField(lang.SetPrefix, lang.SetOptional, func(r *cti.Route) *string { return &r.Prefix }, nil),
		numberField(lang.SetStrip, "0", func(r *cti.Route) *int { return &r.Strip }, maxStrip),
		hostField(lang.SetProxy, lang.SetOptional, func(r *cti.Route) *string { return &r.Proxy }),
		headersField(),
		rewriteField(),
		allowedField(),
	}}
}

// identityFields are a row of the identities.
func identityFields() *form[cti.Identity] {
	anonymous := choiceField(lang.RowShown, noYes, []string{lang.SetShowNumber.String(), lang.Anonymous.String()},
		func(i *cti.Identity) *bool { return &i.Anonymous })
	number := textField(lang.SetNumber, "", func(i *cti.Identity) *string { return &i.Number }, func(text string) error {
		var typed cti.Identity
		if err := anonymous.store(&typed); err != nil || typed.Anonymous || text != "" {
			return err
		}
		return errors.New(lang.FaultIdentity.String())
	})
	return &form[cti.Identity]{[]*field[cti.Identity]{
		textField(lang.SetName, lang.SetOptional, func(i *cti.Identity) *string { return &i.Name }, nil), number, anonymous,
	}}
}

// hostField is an entry for a host or host:port.
func hostField[T any](label, hint lang.Text, at func(*T) *string) *field[T] {
	return textField(label, hint, at, func(text string) error {
		if text == "" {
			return nil
		}
		return host(text)
	})
}

// needed refuses an empty text.
func needed(fault lang.Text) func(string) error {
	return func(text string) error {
		if text == "" {
			return errors.New(fault.String())
		}
		return nil
	}
}

// host refuses what is no host.
func host(text string) error {
	if !cti.ValidHost(text) {
		return errors.New(lang.FaultHost.With(text))
	}
	return nil
}

// codec refuses what no line can offer.
func codec(text string) error {
	if !slices.Contains(cti.CodecNames, text) {
		return errors.New(lang.FaultCodec.With(text, strings.Join(cti.CodecNames, ", ")))
	}
	return nil
}

// headerName is a token (RFC 3261 section 25.1).
var headerName = regexp.MustCompile("^[A-Za-z0-9.!%*_+`'~-]+$")

// headersField is an entry for header fields, each on a line of its own.
func headersField() *field[cti.Route] {
	return linesField(lang.SetHeaders, lang.SetHeadersHint, writeHeaders, func(r *cti.Route, text string) error {
		var err error
		r.Headers, err = readHeaders(text)
		return err
	})
}

// linesField is an entry for several things of a route, each on a line of its own.
func linesField(name, hint lang.Text, write func(*cti.Route) string, read func(*cti.Route, string) error) *field[cti.Route] {
	e := fynewidget.NewMultiLineEntry()
	e.Wrapping = fyne.TextWrapOff
	e.SetMinRowsVisible(2)
	e.PlaceHolder = hint.String()
	f := fieldAround(name, e, write, read)
	f.wide = true
	return f
}

// writeHeaders lists the header fields of a route, always in the same order.
func writeHeaders(r *cti.Route) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
		lines = append(lines, name+": "+r.Headers[name])
	}
	return strings.Join(lines, "\n")
}

// readHeaders reads what writeHeaders wrote; no lines are no map.
func readHeaders(text string) (map[string]string, error) {
	var headers map[string]string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		name, value, colon := strings.Cut(line, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if _, twice := headers[name]; !colon || twice || value == "" || !headerName.MatchString(name) {
			return nil, errors.New(lang.FaultHeader.With(line))
		}
		if headers == nil {
			headers = map[string]string{}
		}
		headers[name] = value
	}
	return headers, nil
}
