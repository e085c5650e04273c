package message

import (
	"bytes"
	"errors"
	"strings"
)

// field is one header field value: the canonical name and the unfolded text.
type field struct{ name, value string }

// sections is a message cut into its parts, before any of them is understood.
type sections struct {
	start  string
	fields []field
	body   []byte
}

var (
	errNoEnd   = errors.New("the header section has no end")
	errNoColon = errors.New("a header line has no colon")
	errBareCR  = errors.New("a header line holds a lone carriage return")
)

// split cuts data into start line, fields and body. Lines may end in LF alone and line ends before the start line are
// skipped, since both are seen in the wild. On an error the sections hold what was read until then, for the answer.
func split(data []byte) (sections, error) {
	var s sections
	data = bytes.TrimLeft(data, "\r\n")
	lines, body, fault := cutHeader(data)
	if len(lines) == 0 {
		return s, errNoEnd
	}
	s.start, s.body = lines[0], body
	for _, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ":")
		if !ok {
			fault = errors.Join(fault, errNoColon)
			continue
		}
		s.fields = append(s.fields, field{canonical(strings.TrimSpace(name)), strings.TrimSpace(value)})
	}
	return s, fault
}

// cutHeader gives the unfolded lines before the empty line, and what follows it.
func cutHeader(data []byte) (lines []string, body []byte, err error) {
	for len(data) > 0 {
		line, rest, ended := bytes.Cut(data, []byte{'\n'})
		line = bytes.TrimSuffix(line, []byte{'\r'})
		if ended && len(line) == 0 {
			return lines, rest, err
		}
		if bytes.IndexByte(line, '\r') >= 0 {
			err = errBareCR
		}
		if n := len(lines); n > 1 && len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
			lines[n-1] += " " + strings.Trim(string(line), " \t") // RFC 3261 section 7.3.1: folding is one blank
		} else if len(line) > 0 {
			lines = append(lines, string(line))
		}
		data = rest
	}
	return lines, nil, errors.Join(err, errNoEnd)
}

// compact are the one-letter names that IANA lists; sipgo knows only six of them.
var compact = map[string]string{
	"a": "Accept-Contact", "b": "Referred-By", "c": "Content-Type", "d": "Request-Disposition",
	"e": "Content-Encoding", "f": "From", "i": "Call-ID", "j": "Reject-Contact", "k": "Supported",
	"l": "Content-Length", "m": "Contact", "n": "Identity-Info", "o": "Event", "r": "Refer-To",
	"s": "Subject", "t": "To", "u": "Allow-Events", "v": "Via", "x": "Session-Expires", "y": "Identity",
}

// usual are the spellings that the rest of the stack compares names with.
var usual = func() map[string]string {
	names := strings.Fields(`Accept Alert-Info Allow Allow-Events Answer-Mode Authorization Call-ID Call-Info Contact
		Content-Disposition Content-Encoding Content-Length Content-Type CSeq Date Diversion Event Expires From
		History-Info Max-Forwards Min-Expires Min-SE P-Asserted-Identity P-Preferred-Identity Path Privacy
		Proxy-Authenticate Proxy-Authorization Proxy-Require RAck Reason Record-Route Refer-To Referred-By
		Remote-Party-ID Replaces Require Retry-After Route RSeq Server Service-Route Session-Expires Subject
		Subscription-State Supported Timestamp To Unsupported User-Agent Via Warning WWW-Authenticate`)
	m := make(map[string]string, len(names)+len(compact))
	for _, n := range names {
		m[strings.ToLower(n)] = n
	}
	for short, n := range compact {
		m[short] = n
	}
	return m
}()

// canonical expands compact names and gives known names their usual spelling: header names ignore case.
func canonical(name string) string {
	if n, ok := usual[strings.ToLower(name)]; ok {
		return n
	}
	return name
}

// first is the first value of a header; name is in its usual spelling.
func (s sections) first(name string) (string, bool) {
	for _, f := range s.fields {
		if f.name == name {
			return f.value, true
		}
	}
	return "", false
}

// count is how often a header appears.
func (s sections) count(name string) int {
	n := 0
	for _, f := range s.fields {
		if f.name == name {
			n++
		}
	}
	return n
}
