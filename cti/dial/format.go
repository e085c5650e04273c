package dial

import "strings"

// Format names how a number is written (R10).
type Format string

// Formats, each with the shape that it is recognised by.
const (
	FormatUS       Format = "US"       // + 1, area and exchange that begin with 2 to 9, seven digits: +12015532447
	FormatE164     Format = "E.164"    // optional +, country and number, 7 to 15 digits: +11234567890
	FormatIDD      Format = "IDD"      // international prefix 011 or 00, country and number: 01161123456789
	FormatInternal Format = "internal" // up to six digits, or with * # : inside: a number of the own exchange
	FormatNational Format = "national" // begins with the trunk prefix 0
	FormatOther    Format = "number"   // longer than ITU-T E.164 allows
	FormatAddress  Format = "SIP address"
)

// Longest number of an exchange of one's own, and the range of ITU-T E.164 section 6.
const (
	maxInternal = 6
	minE164     = 7
	maxE164     = 15
)

// formatOf names the format of a cleaned number; it never refuses.
func formatOf(n Number) Format {
	plain, plus := strings.CutPrefix(n.Text, "+")
	switch {
	case strings.ContainsAny(plain, Specials):
		return FormatInternal
	case plus && isNANP(plain):
		return FormatUS
	case !plus && n.Digits <= maxInternal:
		return FormatInternal
	case !plus && isIDD(plain):
		return FormatIDD
	case strings.HasPrefix(plain, "0"):
		return FormatNational
	case n.Digits >= minE164 && n.Digits <= maxE164:
		return FormatE164
	}
	return FormatOther
}

// isNANP reports whether digits are 1 and a number of the North American plan: NXX NXX XXXX with N from 2 to 9.
func isNANP(digits string) bool {
	return len(digits) == 11 && digits[0] == '1' && digits[1] >= '2' && digits[4] >= '2'
}

// isIDD reports whether digits begin with an international prefix and have a country's number behind it.
func isIDD(digits string) bool {
	for _, prefix := range []string{"011", "00"} {
		if rest, ok := strings.CutPrefix(digits, prefix); ok && len(rest) >= minE164 && rest[0] != '0' {
			return true
		}
	}
	return false
}
