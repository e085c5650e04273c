package message

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// MaxSize is the longest message that is read, in octets (the most a UDP datagram can carry).
const MaxSize = 65535

// Parse reads one message of a datagram, or one that Frame cut out of a stream. What follows Content-Length is ignored
// (RFC 3261 section 18.3). The Fault says which answer a request is due that cannot be read; nil when msg is good.
// A parsed request still wants Check. Octets that are no SIP at all give a Fault with code 0.
func Parse(data []byte) (sip.Message, *Fault) {
	s, err := split(data)
	if err != nil {
		f := s.bad("%v", err)
		f.silenceUnlessRequest()
		return nil, f
	}
	if strings.HasPrefix(s.start, "SIP/") {
		return parseResponse(s)
	}
	return parseRequest(s)
}

// silenceUnlessRequest keeps us from answering responses, ACKs and noise.
func (f *Fault) silenceUnlessRequest() {
	words := strings.Fields(f.req.start)
	if len(words) < 3 || !strings.HasPrefix(words[len(words)-1], "SIP/") || words[0] == "ACK" {
		f.Code = 0
	}
}

// parseRequest goes on to the body even though Check has not run: an answer to a bad request needs all its headers.
func parseRequest(s sections) (sip.Message, *Fault) {
	req, f := requestLine(s)
	if f == nil {
		f = headers(s, req)
	}
	if f == nil {
		f = bodyOf(s, req)
	}
	if f != nil {
		f.silenceUnlessRequest()
		return nil, f
	}
	return req, nil
}

// requestLine reads "METHOD SP Request-URI SP SIP/2.0". The method keeps its case: it is case-sensitive.
func requestLine(s sections) (*sip.Request, *Fault) {
	words := strings.Split(s.start, " ")
	last := words[len(words)-1]
	if len(words) >= 3 && strings.HasPrefix(last, "SIP/") && last != "SIP/2.0" {
		return nil, s.fault(sip.StatusVersionNotSupported, "Version Not Supported", "version %q", last)
	}
	if len(words) != 3 || last != "SIP/2.0" || !isToken(words[0]) {
		return nil, s.bad("request line %q", s.start)
	}
	req := sip.NewRequest(sip.RequestMethod(words[0]), sip.Uri{})
	if err := ParseURI(words[1], &req.Recipient); err != nil {
		return nil, s.bad("request URI: %v", err)
	}
	if len(req.Recipient.Headers) > 0 { // RFC 3261 section 19.1.1: not allowed here, and never to be acted upon
		return nil, s.bad("the request URI holds headers")
	}
	return req, nil
}

// parseResponse reads a response. "SIP/2.0 200" without the blank before an empty phrase is seen in the wild.
func parseResponse(s sections) (sip.Message, *Fault) {
	version, rest, _ := strings.Cut(s.start, " ")
	code, reason, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(code)
	res := sip.NewResponse(n, reason)
	var f *Fault
	if err != nil || version != "SIP/2.0" || len(code) != 3 || n < 100 || n > 699 {
		f = s.bad("status line %q", s.start)
	}
	if f == nil {
		f = headers(s, res)
	}
	if f == nil {
		f = bodyOf(s, res)
	}
	if f != nil {
		f.Code = 0 // a response is never answered
		return nil, f
	}
	return res, nil
}

// once are headers that a message holds one time; all but Max-Forwards and Content-* must be there (RFC 3261 section 8.1.1).
var once = []struct {
	name     string
	required bool
}{
	{"From", true}, {"To", true}, {"Call-ID", true}, {"CSeq", true},
	{"Max-Forwards", false}, {"Content-Length", false}, {"Content-Type", false},
}

// headers fills msg with typed headers.
func headers(s sections, msg sip.Message) *Fault {
	for _, h := range once {
		n := s.count(h.name)
		if n > 1 || n == 0 && h.required {
			return s.bad("%d %s headers", n, h.name)
		}
	}
	for _, f := range s.fields {
		list, err := typed(f)
		if err != nil {
			return s.bad("%s: %v", f.name, err)
		}
		for _, h := range list {
			msg.AppendHeader(h)
		}
	}
	if msg.Via() == nil {
		return s.bad("no Via")
	}
	return nil
}

// typed turns a field into sipgo's headers, several for a list.
func typed(f field) ([]sip.Header, error) {
	switch f.name {
	case "Via":
		hops, err := parseVias(f.value)
		return asHeaders(hops), err
	case "Contact", "Route", "Record-Route":
		return addressList(f)
	case "From", "To", "Refer-To", "Referred-By":
		h, err := addressHeader(f.name, f.value)
		return []sip.Header{h}, err
	case "CSeq", "Max-Forwards", "Content-Length":
		h, err := numberHeader(f)
		return []sip.Header{h}, err
	case "Call-ID":
		id := sip.CallIDHeader(f.value)
		return []sip.Header{&id}, nonEmpty(f.value)
	case "Content-Type":
		ct := sip.ContentTypeHeader(f.value)
		return []sip.Header{&ct}, nonEmpty(f.value)
	}
	if !isToken(f.name) {
		return nil, fmt.Errorf("header name %q is malformed", f.name)
	}
	return []sip.Header{sip.NewHeader(f.name, f.value)}, nil
}

func asHeaders(hops []*sip.ViaHeader) []sip.Header {
	out := make([]sip.Header, len(hops))
	for i, h := range hops {
		out[i] = h
	}
	return out
}

func nonEmpty(s string) error {
	if s == "" {
		return fmt.Errorf("is empty")
	}
	return nil
}

// addressList reads a header that may hold several addresses, separated by commas.
func addressList(f field) ([]sip.Header, error) {
	list, err := splitList(f.value)
	if err != nil {
		return nil, err
	}
	out := make([]sip.Header, 0, len(list))
	for _, one := range list {
		h, err := addressHeader(f.name, one)
		if err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, nil
}

// addressHeader reads one of the headers that hold a name and an address. "*" is for Contact alone.
func addressHeader(name, value string) (sip.Header, error) {
	a, params, err := parseAddress(value)
	if err != nil {
		return nil, err
	}
	if a.uri.Wildcard && name != "Contact" {
		return nil, errAddrSpec
	}
	switch name {
	case "From":
		return &sip.FromHeader{DisplayName: a.display, Address: a.uri, Params: params}, nil
	case "To":
		return &sip.ToHeader{DisplayName: a.display, Address: a.uri, Params: params}, nil
	case "Contact":
		return &sip.ContactHeader{DisplayName: a.display, Address: a.uri, Params: params}, nil
	case "Route":
		return &sip.RouteHeader{Address: a.uri}, nil
	case "Record-Route":
		return &sip.RecordRouteHeader{Address: a.uri}, nil
	case "Refer-To":
		return &sip.ReferToHeader{Address: a.uri}, nil
	}
	return &sip.ReferredByHeader{DisplayName: a.display, Address: a.uri, Params: params}, nil
}

// numberHeader reads the headers that begin with a number, within the bounds of RFC 3261.
func numberHeader(f field) (sip.Header, error) {
	number, rest, _ := strings.Cut(strings.ReplaceAll(f.value, "\t", " "), " ")
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil {
		return nil, fmt.Errorf("%q is no number", number)
	}
	switch rest = strings.TrimSpace(rest); f.name {
	case "CSeq":
		if !isToken(rest) || n > math.MaxInt32 { // section 8.1.1.5: below 2**31
			return nil, fmt.Errorf("%q", f.value)
		}
		return &sip.CSeqHeader{SeqNo: uint32(n), MethodName: sip.RequestMethod(rest)}, nil
	case "Max-Forwards":
		if rest != "" || n > 255 {
			return nil, fmt.Errorf("%q", f.value)
		}
		mf := sip.MaxForwardsHeader(n)
		return &mf, nil
	}
	if rest != "" || n > MaxSize {
		return nil, fmt.Errorf("%q", f.value)
	}
	cl := sip.ContentLengthHeader(n)
	return &cl, nil
}

// bodyOf cuts the body by Content-Length; without one (allowed on UDP) it is all the rest.
func bodyOf(s sections, msg sip.Message) *Fault {
	n := len(s.body)
	if cl := msg.ContentLength(); cl != nil {
		if int(*cl) > n {
			return s.bad("Content-Length %d, but %d octets came", *cl, n)
		}
		n = int(*cl)
	}
	msg.SetBody(s.body[:n:n])
	return nil
}
