package settings

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"cordboard/cti"
)

// Limits of a line's settings.
const (
	maxLines = 64
	maxText  = 255
	maxList  = 32

	maxWatched = 500           // numbers whose lamp a line shows
	maxExpiry  = 7 * 24 * 3600 // seconds
)

var lineID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// Check says in one sentence what is wrong with the settings.
func (s Settings) Check() error {
	if len(s.Lines) > maxLines {
		return fmt.Errorf("there are %d lines, the most is %d", len(s.Lines), maxLines)
	}
	seen := map[cti.LineID]bool{}
	for _, l := range s.Lines {
		if err := CheckLine(l); err != nil {
			return err
		}
		if seen[l.ID] {
			return fmt.Errorf("two lines have the id %q", l.ID)
		}
		seen[l.ID] = true
	}
	for _, check := range []func() error{s.Policy.check, s.Directory.check} {
		if err := check(); err != nil {
			return err
		}
	}
	if err := s.Hotkeys.Check(); err != nil {
		return err
	}
	if err := s.Headset.Check(); err != nil {
		return err
	}
	return s.API.check()
}

func (a API) check() error {
	if a.Listen == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(a.Listen)
	if err != nil {
		return fmt.Errorf("the API's address %q is not of the form address:port", a.Listen)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("the API's address %q is not a loopback address such as 127.0.0.1:8790", a.Listen)
	}
	return nil
}

// CheckLine says in one sentence what is wrong with a line.
func CheckLine(l cti.LineConfig) error {
	if !lineID.MatchString(string(l.ID)) {
		return fmt.Errorf("the line id %q is not made of letters, digits, dots and dashes", l.ID)
	}
	for _, check := range []func(cti.LineConfig) error{checkTexts, checkWords, checkNumbers, checkHosts, checkLists, checkRules} {
		if err := check(l); err != nil {
			return fmt.Errorf("line %s: %w", l.ID, err)
		}
	}
	return nil
}

// checkTexts keeps control characters out of what goes into SIP headers.
func checkTexts(l cti.LineConfig) error {
	texts := []string{l.Name, l.User, l.AuthUser, l.Domain, l.Display, l.Server, l.Outbound, l.CAFile, l.Bind}
	texts = slices.Concat(texts, l.Backup, l.Trusted, l.Codecs, l.Watch)
	for _, r := range l.Routes {
		texts = append(texts, r.Name, r.Prefix, r.Proxy)
		texts = append(texts, r.Identities...)
		for _, w := range r.Rewrite {
			texts = append(texts, w.From, w.To)
		}
		for k, v := range r.Headers {
			texts = append(texts, k, v)
		}
	}
	for _, id := range l.Identity {
		texts = append(texts, id.Name, id.Number)
	}
	for _, t := range texts {
		if len(t) > maxText {
			return fmt.Errorf("a text of %d bytes is longer than the %d allowed", len(t), maxText)
		}
		if strings.ContainsFunc(t, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return fmt.Errorf("%q contains a control character", t)
		}
	}
	if l.User == "" && l.Server != "" {
		return errors.New("a line with a server needs a user")
	}
	return nil
}

// checkWords checks the settings that have a fixed choice.
func checkWords(l cti.LineConfig) error {
	switch l.Transport {
	case "", cti.UDP, cti.TCP, cti.TLS:
	default:
		return fmt.Errorf("transport %q is not one of udp, tcp, tls", l.Transport)
	}
	switch l.SRTP {
	case "", cti.SRTPOff, cti.SRTPOptional, cti.SRTPRequired:
	default:
		return fmt.Errorf("srtp %q is not one of off, optional, required", l.SRTP)
	}
	switch l.DTMF {
	case "", cti.DTMFEvent, cti.DTMFInfo:
	default:
		return fmt.Errorf("dtmf %q is not one of rfc4733, info", l.DTMF)
	}
	for _, c := range l.Codecs {
		if !slices.Contains(cti.CodecNames, c) {
			return fmt.Errorf("codec %q is not one of %s", c, strings.Join(cti.CodecNames, ", "))
		}
	}
	return nil
}

func checkNumbers(l cti.LineConfig) error {
	if l.Expires < 0 || l.Expires > maxExpiry {
		return fmt.Errorf("expires %d is not between 0 and %d seconds", l.Expires, maxExpiry)
	}
	for _, r := range l.Routes {
		if r.Strip < 0 || r.Strip > 32 {
			return fmt.Errorf("route %s strips %d digits, which is not between 0 and 32", r.Name, r.Strip)
		}
	}
	return nil
}

func checkHosts(l cti.LineConfig) error {
	hosts := slices.Concat([]string{l.Server, l.Outbound, l.Domain}, l.Backup)
	for _, r := range l.Routes {
		hosts = append(hosts, r.Proxy)
	}
	for _, h := range hosts {
		if h != "" && !cti.ValidHost(h) {
			return fmt.Errorf("%q is not a host or host:port", h)
		}
	}
	return nil
}

func checkLists(l cti.LineConfig) error {
	for _, n := range []int{len(l.Backup), len(l.Codecs), len(l.Trusted), len(l.Routes), len(l.Identity)} {
		if n > maxList {
			return fmt.Errorf("a list has %d entries, the most is %d", n, maxList)
		}
	}
	if len(l.Watch) > maxWatched {
		return fmt.Errorf("%d numbers are watched, the most is %d", len(l.Watch), maxWatched)
	}
	return nil
}

// Put adds a line or replaces the one of its ID, in place.
func (s *Settings) Put(l cti.LineConfig) error {
	if err := CheckLine(l); err != nil {
		return err
	}
	lines := slices.Clone(s.Lines) // the old slice may be in somebody's snapshot
	i := slices.IndexFunc(lines, func(have cti.LineConfig) bool { return have.ID == l.ID })
	switch {
	case i >= 0:
		lines[i] = l
	case len(lines) >= maxLines:
		return fmt.Errorf("there are %d lines already, the most that are allowed", maxLines)
	default:
		lines = append(lines, l)
	}
	s.Lines = lines
	return nil
}

// Remove takes a line away and reports whether it was there.
func (s *Settings) Remove(id cti.LineID) bool {
	n := len(s.Lines)
	s.Lines = slices.DeleteFunc(slices.Clone(s.Lines), func(l cti.LineConfig) bool { return l.ID == id })
	return len(s.Lines) < n
}

// FreeID makes the ID of a new line from its name or user: lower case, with a number when it is taken.
func (s Settings) FreeID(l cti.LineConfig) cti.LineID {
	base := slug(l.Name)
	if base == "" {
		base = slug(l.User)
	}
	if base == "" {
		base = "line"
	}
	id := cti.LineID(base)
	for n := 2; slices.ContainsFunc(s.Lines, func(have cti.LineConfig) bool { return have.ID == id }); n++ {
		id = cti.LineID(base + "-" + strconv.Itoa(n))
	}
	return id
}

func slug(text string) string {
	keep := func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}
	s := strings.Trim(strings.Map(keep, text), "-")
	return s[:min(len(s), 40)]
}

// SaveLine adds a line (empty ID) or replaces it, in s, in the settings file and in the secrets. A nil password leaves
// the stored one as it is.
func (s *Settings) SaveLine(p Places, secrets *Secrets, l cti.LineConfig, password *string) (cti.LineID, error) {
	if l.ID == "" {
		l.ID = s.FreeID(l)
	}
	if l.Name == "" {
		l.Name = cmp.Or(l.Display, l.User, string(l.ID))
	}
	if l.User == "" && l.Server == "" {
		l.User = string(l.ID) // a line for direct calls needs some user part in its address
	}
	next := *s
	if err := next.Put(l); err != nil {
		return "", err
	}
	if password != nil {
		if err := secrets.Set(l.ID, *password); err != nil {
			return "", err
		}
	}
	if err := Save(p.SettingsFile(), next); err != nil {
		return "", err
	}
	*s = next
	return l.ID, nil
}

// DropLine takes a line out of s, the settings file and the secrets, and reports whether it was there.
func (s *Settings) DropLine(p Places, secrets *Secrets, id cti.LineID) (bool, error) {
	next := *s
	if !next.Remove(id) {
		return false, nil
	}
	if err := Save(p.SettingsFile(), next); err != nil {
		return true, err
	}
	*s = next
	return true, secrets.Delete(id)
}
