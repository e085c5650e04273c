package dial

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"
)

// cleanAddress keeps a SIP address whole and checks what would break a request line or carry
// something that was not meant: RFC 3261 section 25.1 has the grammar, section 19.1.5 the warning
// about headers inside a URI.
func cleanAddress(scheme, rest string) (Number, error) {
	if len(rest) > MaxAddress {
		return Number{}, errors.New("this SIP address is too long")
	}
	if err := checkBytes(rest); err != nil {
		return Number{}, err
	}
	// The user part may hold a semicolon of its own, so the @ is looked for first.
	host := rest
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		if at == 0 {
			return Number{}, errors.New("this SIP address has no user before the @")
		}
		host = rest[at+1:]
	}
	host, _, _ = strings.Cut(host, ";")
	if err := checkHost(host); err != nil {
		return Number{}, err
	}
	return Number{Text: scheme + ":" + rest, Format: FormatAddress}, nil
}

// checkBytes refuses every byte that has a meaning outside the address.
func checkBytes(s string) error {
	for i := range len(s) {
		switch b := s[i]; {
		case b == ' ' || b == '\t':
			return errors.New("a SIP address has no blanks")
		case b < 0x20 || b == 0x7f:
			return errors.New("a SIP address has no control characters")
		case b > 0x7f:
			return errors.New("a SIP address has only plain letters, digits and signs")
		case strings.IndexByte("<>\"\\{}|^`", b) >= 0:
			return errors.New("a SIP address has no " + string(b))
		case b == '?':
			return errors.New("a SIP address that carries headers is not dialled")
		case b == '%' && !printableEscape(s[i:]):
			return errors.New("this SIP address has a damaged or hidden character in it")
		}
	}
	return nil
}

// printableEscape reports whether s begins with %XX for a printable character: an escaped CR LF must
// not come back to life in a parser further on.
func printableEscape(s string) bool {
	if len(s) < 3 {
		return false
	}
	v, err := strconv.ParseUint(s[1:3], 16, 8)
	return err == nil && v >= 0x20 && v != 0x7f
}

// checkHost accepts host names, IPv4 and bracketed IPv6 literals, each with an optional port.
func checkHost(hostport string) error {
	bad := errors.New("this SIP address has no host that could be called")
	host, port := hostport, ""
	if i := strings.LastIndexByte(hostport, ':'); i > strings.LastIndexByte(hostport, ']') {
		host, port = hostport[:i], hostport[i+1:]
		if p, err := strconv.ParseUint(port, 10, 16); err != nil || p == 0 {
			return errors.New("this SIP address has a port that does not exist")
		}
	}
	if inner, ok := strings.CutPrefix(host, "["); ok {
		if a, err := netip.ParseAddr(strings.TrimSuffix(inner, "]")); err != nil || !a.Is6() {
			return bad
		}
		return nil
	}
	if host == "" || strings.Trim(host, hostChars) != "" || strings.HasPrefix(host, ".") || strings.HasPrefix(host, "-") {
		return bad
	}
	return nil
}

const hostChars = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"
