package dial

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"
)

// Limits of a number (R11) and of an address.
const (
	MinDigits  = 3   // R11; + # * : do not count
	MaxDigits  = 18  // R11
	MaxAddress = 256 // bytes of a SIP address
	maxTyped   = 1024
)

// Specials are the only characters besides digits that survive in a number (R12).
const Specials = "+#*:"

// Number is a cleaned target: a telephone number, or a SIP address kept whole.
type Number struct {
	Text   string // digits and Specials, or an address with its scheme: "sip:anna@example.org"
	Digits int    // how many digits; 0 for an address
	Format Format
	Ext    string // the ext= of a tel: URI (RFC 3966 section 5.3); it is not dialled
}

// Clean reads typed or pasted text: a number in any notation, a SIP address (recognised by @, sip: or
// sips:), a tel: URI (RFC 3966) or a callto: link. The error is one sentence that says why it cannot
// be dialled.
func Clean(text string) (Number, error) {
	if len(text) > maxTyped {
		return Number{}, errors.New("this is too long for a number or an address")
	}
	text = trim(text)
	scheme, rest := splitScheme(text)
	switch scheme {
	case "tel":
		return cleanTel(rest)
	case "callto":
		return Clean(strings.TrimPrefix(rest, "//"))
	case "sip", "sips":
		// Click-to-call links write sip:2044 for a number of the own exchange.
		user, _, _ := strings.Cut(rest, ";")
		if user != "" && user == keepDialable(user) && !strings.Contains(rest, "@") {
			return cleanNumber(user)
		}
		return cleanAddress(scheme, rest)
	}
	if strings.Contains(text, "@") {
		return cleanAddress("sip", text)
	}
	return cleanNumber(text)
}

// Typed removes from pasted text whatever a number may not hold (R13): letters, blanks, signs other
// than Specials, invisible marks. Decimal digits of other scripts become 0 to 9, since to drop one
// silently would dial somebody else. Text that is an address or a link comes back trimmed but whole.
func Typed(text string) string {
	text = trim(text)
	if scheme, _ := splitScheme(text); scheme != "" || strings.Contains(text, "@") {
		return text
	}
	return keepDialable(text)
}

// keepDialable keeps digits and Specials.
func keepDialable(text string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(Specials, r) {
			return r
		}
		return digit(r)
	}, text)
}

// digit gives the ASCII digit of a decimal digit of any script, -1 for anything else. Unicode
// allots decimal digits in runs of ten that start at zero (The Unicode Standard, section 4.6).
func digit(r rune) rune {
	if r < 0x80 {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}
	for _, t := range unicode.Nd.R16 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if rune(t.Lo) <= r && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	return -1
}

// trim takes blanks and invisible marks (bidi controls, zero-width signs) off both ends.
func trim(text string) string {
	return strings.TrimFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.IsControl(r)
	})
}

// splitScheme cuts a scheme that can be dialled off the front, in lower case.
func splitScheme(text string) (scheme, rest string) {
	head, rest, ok := strings.Cut(text, ":")
	if !ok {
		return "", text
	}
	switch head = strings.ToLower(head); head {
	case "sip", "sips", "tel", "callto":
		return head, rest
	}
	return "", text
}

// cleanTel reads the part of a tel: URI behind the scheme. Only the number is dialled: parameters
// but ext name contexts that mean nothing to a telephone line.
func cleanTel(rest string) (Number, error) {
	number, params, _ := strings.Cut(rest, ";")
	number, err := url.PathUnescape(strings.TrimPrefix(number, "//"))
	if err != nil {
		return Number{}, fmt.Errorf("this tel: link is damaged: %w", err)
	}
	n, err := cleanNumber(number)
	for p := range strings.SplitSeq(params, ";") {
		if name, value, _ := strings.Cut(p, "="); strings.EqualFold(name, "ext") {
			n.Ext = keepDialable(value)
		}
	}
	return n, err
}

// cleanNumber applies R11 to R13.
func cleanNumber(text string) (Number, error) {
	n := Number{Text: keepDialable(text)}
	for _, r := range n.Text {
		if r >= '0' && r <= '9' {
			n.Digits++
		}
	}
	n.Format = formatOf(n)
	switch {
	case n.Text == "" && trim(text) == "":
		return n, errors.New("type a number first")
	case n.Digits == 0:
		return n, errors.New("there is no digit in this")
	case n.Digits < MinDigits:
		return n, fmt.Errorf("a number has at least %d digits", MinDigits)
	case n.Digits > MaxDigits:
		return n, fmt.Errorf("a number has at most %d digits, this one has %d", MaxDigits, n.Digits)
	}
	return n, nil
}
