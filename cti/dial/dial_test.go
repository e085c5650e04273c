package dial

import (
	"strings"
	"testing"
)

func TestClean(t *testing.T) {
	for _, tt := range []struct {
		name, in, want string
		digits         int
		format         Format
	}{
		{"US as R10 writes it", "+12015532447", "+12015532447", 11, FormatUS},
		{"US as people write it", "+1 (201) 553-2447", "+12015532447", 11, FormatUS},
		{"E.164 whose area cannot be American", "+11234567890", "+11234567890", 11, FormatE164},
		{"E.164 without plus", "34915550101", "34915550101", 11, FormatE164},
		{"IDD as R10 writes it", "01161123456789", "01161123456789", 14, FormatIDD},
		{"IDD with 00", "0049 30 1234567", "0049301234567", 13, FormatIDD},
		{"national", "030 123 456 78", "03012345678", 11, FormatNational},
		{"internal", "2044", "2044", 4, FormatInternal},
		{"feature code", "*20*2044#", "*20*2044#", 6, FormatInternal},
		{"colon survives", "12:34", "12:34", 4, FormatInternal},
		{"shortest", "112", "112", 3, FormatInternal},
		{"longest", "123456789012345678", "123456789012345678", 18, FormatOther},
		{"letters go", "call 555 0199 now", "5550199", 7, FormatE164},
		{"line break goes", "555\r\nx0199", "5550199", 7, FormatE164},
		{"marks of a right-to-left page go", "\u202a+49\u00a030\u200f1234567\u202c", "+49301234567", 11, FormatE164},
		{"Arabic-Indic digits", "٢٠٤٤", "2044", 4, FormatInternal},
		{"fullwidth digits", "２０４４", "2044", 4, FormatInternal},
		{"mathematical digits", "𝟚𝟘𝟜𝟜", "2044", 4, FormatInternal},
		{"tel", "tel:+1-201-553-2447", "+12015532447", 11, FormatUS},
		{"tel with parameters", "TEL:+1-201-553-2447;phone-context=x;isub=5", "+12015532447", 11, FormatUS},
		{"tel with escapes", "tel:%2B49301234567", "+49301234567", 11, FormatE164},
		{"callto", "callto://+49301234567", "+49301234567", 11, FormatE164},
		{"sip with a bare number", "sip:2044", "2044", 4, FormatInternal},
		{"address", "anna@example.org", "sip:anna@example.org", 0, FormatAddress},
		{"address whole", " sips:a.b;x=1@Example.org:5071;transport=tls ", "sips:a.b;x=1@Example.org:5071;transport=tls", 0, FormatAddress},
		{"address with IPv6", "sip:anna@[2001:db8::1]:5060", "sip:anna@[2001:db8::1]:5060", 0, FormatAddress},
		{"address of a host", "sip:conference.example.org", "sip:conference.example.org", 0, FormatAddress},
		{"callto with an address", "callto:anna@example.org", "sip:anna@example.org", 0, FormatAddress},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n, err := Clean(tt.in)
			if err != nil {
				t.Fatalf("Clean(%q) refused: %v", tt.in, err)
			}
			if n.Text != tt.want || n.Digits != tt.digits || n.Format != tt.format {
				t.Errorf("Clean(%q) = %q, %d digits, %s; want %q, %d, %s", tt.in, n.Text, n.Digits, n.Format, tt.want, tt.digits, tt.format)
			}
		})
	}
}

func TestCleanRefuses(t *testing.T) {
	for _, tt := range []struct{ name, in, why string }{
		{"nothing", "  ", "type a number first"},
		{"letters only", "anna", "no digit"},
		{"two digits", "+1#2", "at least 3"},
		{"nineteen digits", "1234567890123456789", "at most 18"},
		{"a novel", strings.Repeat("1", 5000), "too long"},
		{"line break in an address", "sip:anna@example.org\r\nVia: x", "control"},
		{"escaped line break", "sip:an%0d%0aVia@example.org", "hidden"},
		{"half an escape", "sip:anna%2@example.org", "damaged"},
		{"headers in an address", "sip:anna@example.org?Replaces=1", "headers"},
		{"angle brackets", "Anna <sip:anna@example.org>", "blanks"},
		{"angle brackets alone", "<sip:anna@example.org>", "no <"},
		{"two words", "anna berg@example.org", "blanks"},
		{"no user", "@example.org", "user"},
		{"no host", "anna@", "host"},
		{"host of signs", "anna@ex;a,b", ""},
		{"port out of range", "anna@example.org:70000", "port"},
		{"look-alike letters", "sip:аnna@example.org", "plain letters"},
		{"no end", "sip:" + strings.Repeat("a", 300) + "@example.org", "too long"},
		{"broken IPv6", "sip:anna@[2001:db8::1", "host"},
		{"damaged tel", "tel:%2", "damaged"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n, err := Clean(tt.in)
			if tt.why == "" {
				if err != nil || n.Format != FormatAddress {
					t.Errorf("Clean(%q) = %+v, %v; want an address", tt.in, n, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.why) {
				t.Errorf("Clean(%q) = %+v, %v; want a refusal with %q", tt.in, n, err, tt.why)
			}
		})
	}
}

func TestTyped(t *testing.T) {
	for in, want := range map[string]string{
		"(201) 553-2447 ext": "2015532447",
		" anna@example.org ": "anna@example.org",
		"tel:+49 30":         "tel:+49 30",
		"+49/30.12":          "+493012",
	} {
		if got := Typed(in); got != want {
			t.Errorf("Typed(%q) = %q, want %q", in, got, want)
		}
	}
}

var desk = Line{Name: "Desk 2001", Default: Identity{Name: "Desk", Number: "2001"}}

// berlin is a route with rules: a city's numbers lose their area, one that must not be dialled goes.
var berlin = Route{Name: "Berlin", Prefix: "0", Strip: 1, Rewrite: []Rewrite{{From: `\+4930(\d+)`, To: "90$1"}, {From: `11[02]`, To: "x"}, {From: `\+49.*`, To: "1"}}}

func TestPreview(t *testing.T) {
	for _, tt := range []struct {
		name  string
		text  string
		line  Line
		route Route
		id    Identity
		want  Preview
	}{
		{"as drawn", "+1 201 553 2447", desk, Route{Name: "Trunk A"}, Identity{Name: "Acme Support", Number: "+49301234"},
			Preview{OK: true, Number: "+12015532447", Digits: 11, Format: FormatUS, Line: "Desk 2001", Route: "Trunk A", Target: "+12015532447", ShowAs: "Acme Support +49301234"}},
		{"prefix and strip", "+12015532447", desk, Route{Name: "Trunk B", Prefix: "9 ", Strip: 1}, Identity{},
			Preview{OK: true, Number: "+12015532447", Digits: 11, Format: FormatUS, Line: "Desk 2001", Route: "Trunk B", Target: "92015532447", ShowAs: "Desk 2001"}},
		{"address ignores the prefix", "anna@example.org", desk, Route{Name: "Trunk B", Prefix: "9", Strip: 3}, Identity{Anonymous: true},
			Preview{OK: true, Number: "sip:anna@example.org", Format: FormatAddress, Line: "Desk 2001", Route: "Trunk B", Target: "sip:anna@example.org", ShowAs: "Anonymous"}},
		{"route leaves nothing", "112", desk, Route{Name: "Trunk C", Strip: 3}, Identity{},
			Preview{Why: "Route Trunk C takes 3 digits off, which leaves nothing to dial.", Number: "112", Digits: 3, Format: FormatInternal, Line: "Desk 2001", Route: "Trunk C", ShowAs: "Desk 2001"}},
		{"line down", "2044", Line{Name: "Sales", Why: "Sales is still registering"}, Route{}, Identity{},
			Preview{Why: "Sales is still registering", Number: "2044", Digits: 4, Format: FormatInternal, Line: "Sales", Target: "2044"}},
		{"line without server", "2044", Line{Name: "Direct", AddressOnly: true}, Route{}, Identity{},
			Preview{Why: "Direct has no server: type a SIP address such as sip:anna@192.0.2.7.", Number: "2044", Digits: 4, Format: FormatInternal, Line: "Direct", Target: "2044"}},
		{"rewritten by the first rule that fits", "+49 30 1234", desk, berlin, Identity{},
			Preview{OK: true, Number: "+49301234", Digits: 8, Format: FormatE164, Line: "Desk 2001", Route: "Berlin", Target: "001234", ShowAs: "Desk 2001"}},
		{"no rule fits", "2044", desk, berlin, Identity{},
			Preview{OK: true, Number: "2044", Digits: 4, Format: FormatInternal, Line: "Desk 2001", Route: "Berlin", Target: "0044", ShowAs: "Desk 2001"}},
		{"a rule that leaves nothing", "110", desk, berlin, Identity{},
			Preview{Why: "Route Berlin rewrites this number to nothing that could be dialled.", Number: "110", Digits: 3, Format: FormatInternal, Line: "Desk 2001", Route: "Berlin", ShowAs: "Desk 2001"}},
		{"a rule that is none", "2044", desk, Route{Name: "Broken", Rewrite: []Rewrite{{From: "a)|(b"}}}, Identity{},
			Preview{Why: "Route Broken: the rewriting rule a)|(b is no regular expression.", Number: "2044", Digits: 4, Format: FormatInternal, Line: "Desk 2001", Route: "Broken", ShowAs: "Desk 2001"}},
		{"extension is named", "tel:+1-201-553-2447;ext=22", desk, Route{}, Identity{},
			Preview{OK: true, Note: "extension 22 is not dialled, send it as DTMF", Number: "+12015532447", Digits: 11, Format: FormatUS, Line: "Desk 2001", Target: "+12015532447", ShowAs: "Desk 2001"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := Make(tt.text, tt.line, tt.route, tt.id); got != tt.want {
				t.Errorf("Make(%q)\n got %+v\nwant %+v", tt.text, got, tt.want)
			}
		})
	}
}

// FuzzClean looks for text that passes and still holds a byte that means something on the wire.
func FuzzClean(f *testing.F) {
	for _, s := range []string{
		"+12015532447", "tel:+1-201;ext=1", "sip:a@b", "sips:a%40b@[::1]:5061;transport=tls", "callto:callto:callto:1",
		"555\r\nVia: x", "sip:a@b\r\nVia: x", "sip:a%0d%0a@b", "٢٠٤٤", "\u202e123\u202c", strings.Repeat("9", 2000), "<sip:a@b>", "@", ":", "sip:", "tel:%zz",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := Clean(s)
		p := Make(s, desk, Route{Prefix: "0", Strip: 1, Rewrite: []Rewrite{{From: `\+?(\d+)`, To: "$1"}}}, Identity{})
		if err != nil {
			if p.OK || p.Why == "" {
				t.Errorf("Clean(%q) refuses (%v), the preview does not: %+v", s, err, p)
			}
			return
		}
		if strings.ContainsAny(p.Target+n.Text, "\r\n\x00 <>\"?") {
			t.Errorf("Clean(%q) lets %q through", s, n.Text)
		}
		again, err := Clean(n.Text)
		if err != nil || again.Text != n.Text {
			t.Errorf("Clean is not stable: %q -> %q -> %q, %v", s, n.Text, again.Text, err)
		}
		if n.Format != FormatAddress && (n.Digits < MinDigits || n.Digits > MaxDigits || strings.Trim(n.Text, "0123456789"+Specials) != "") {
			t.Errorf("Clean(%q) = %+v breaks R11 or R12", s, n)
		}
	})
}

func BenchmarkMake(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		Make("+1 (201) 553-2447", desk, Route{Name: "Trunk A", Prefix: "9"}, Identity{})
	}
}
