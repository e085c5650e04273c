// Package digest answers challenges of SIP servers (RFC 3261 section 22, RFC 7616, RFC 8760) - but only those of the
// line's own servers, so that nobody can make the program hand out digests to break offline.
package digest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Algorithm is a hash of RFC 7616 and RFC 8760, with or without "-sess".
type Algorithm struct {
	Name string // "MD5", "SHA-256" or "SHA-512-256"
	Sess bool
}

// String is the name on the wire.
func (a Algorithm) String() string {
	if a.Sess {
		return a.Name + "-sess"
	}
	return a.Name
}

// strength orders algorithms; a server's order of preference must not talk us into a weaker one.
func (a Algorithm) strength() int {
	return slices.Index([]string{"MD5", "SHA-256", "SHA-512-256"}, a.Name)
}

// Challenge is one WWW-Authenticate or Proxy-Authenticate value.
type Challenge struct {
	Realm     string
	Nonce     string
	Opaque    string
	Algorithm Algorithm
	QopAuth   bool // qop="auth" is offered; without any qop the old RFC 2069 form is used
	Stale     bool
}

// Reasons not to use a challenge.
var (
	ErrNotDigest = errors.New("the server asks for another scheme than Digest") // Basic would give the password away
	ErrAlgorithm = errors.New("the server asks for an algorithm that is not supported")
	ErrMalformed = errors.New("the server's challenge is malformed")
)

// Parse reads one challenge.
func Parse(value string) (Challenge, error) {
	var c Challenge
	scheme, rest, _ := strings.Cut(strings.TrimSpace(value), " ")
	if !strings.EqualFold(scheme, "Digest") {
		return c, fmt.Errorf("%w: %q", ErrNotDigest, scheme)
	}
	params, err := parseParams(rest)
	if err != nil {
		return c, err
	}
	c.Realm, c.Nonce, c.Opaque = params["realm"], params["nonce"], params["opaque"]
	c.Stale = strings.EqualFold(params["stale"], "true")
	if _, ok := params["realm"]; !ok || c.Nonce == "" {
		return c, fmt.Errorf("%w: it has no realm or no nonce", ErrMalformed)
	}
	if err := c.readQop(params["qop"]); err != nil {
		return c, err
	}
	return c, c.readAlgorithm(params["algorithm"])
}

// readQop accepts lists with blanks. auth-int alone is refused: proxies change bodies.
func (c *Challenge) readQop(list string) error {
	if list == "" {
		return nil
	}
	for _, q := range strings.Split(list, ",") {
		c.QopAuth = c.QopAuth || strings.EqualFold(strings.TrimSpace(q), "auth")
	}
	if !c.QopAuth {
		return fmt.Errorf("%w: qop %q", ErrAlgorithm, list)
	}
	return nil
}

// readAlgorithm takes MD5 when none is named (RFC 7616 section 3.3).
func (c *Challenge) readAlgorithm(name string) error {
	if name == "" {
		name = "MD5"
	}
	base := name
	if n := len(name) - len("-sess"); n > 0 && strings.EqualFold(name[n:], "-sess") {
		base, c.Algorithm.Sess = name[:n], true
	}
	c.Algorithm.Name = strings.ToUpper(base)
	if c.Algorithm.strength() < 0 {
		return fmt.Errorf("%w: %q", ErrAlgorithm, name)
	}
	return nil
}

// parseParams reads name=value pairs with or without quotes, separated by commas.
func parseParams(s string) (map[string]string, error) {
	out := map[string]string{}
	for {
		s = strings.TrimLeft(s, " \t,")
		if s == "" {
			return out, nil
		}
		name, rest, ok := strings.Cut(s, "=")
		if !ok {
			return nil, fmt.Errorf("%w: %q has no value", ErrMalformed, name)
		}
		value, rest, err := cutValue(strings.TrimLeft(rest, " \t"))
		if err != nil {
			return nil, err
		}
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := out[name]; twice {
			return nil, fmt.Errorf("%w: %s comes twice", ErrMalformed, name)
		}
		out[name], s = value, rest
	}
}

// cutValue takes a token or a quoted string off the front.
func cutValue(s string) (value, rest string, err error) {
	if !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, ",")
		return strings.TrimSpace(value), rest, nil
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:], nil
		case '\\':
			if i++; i == len(s) {
				return "", "", fmt.Errorf("%w: a quoted string has no end", ErrMalformed)
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", fmt.Errorf("%w: a quoted string has no end", ErrMalformed)
}
