package message

import (
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// Check measures a parsed request by what RFC 3261 section 8.2 demands of a user agent server and by what this line
// understands. nil means that it may be dispatched; otherwise the Fault has the answer that is due.
func Check(req *sip.Request, p Policy) *Fault {
	s := echo(req)
	for _, check := range []func(*sip.Request, Policy, sections) *Fault{
		checkForm, checkMethod, checkScheme, checkRequire, checkBody, checkAccept,
	} {
		if f := check(req, p, s); f != nil {
			if req.Method == sip.ACK {
				f.Code = 0
			}
			return f
		}
	}
	return nil
}

// echo gives back the fields that an answer copies.
func echo(req *sip.Request) sections {
	var s sections
	for _, h := range req.Headers() {
		s.fields = append(s.fields, field{h.Name(), h.Value()})
	}
	return s
}

// checkForm finds what is malformed beyond the syntax of single headers.
func checkForm(req *sip.Request, _ Policy, s sections) *Fault {
	if req.CSeq().MethodName != req.Method {
		return s.bad("CSeq is of method %s", req.CSeq().MethodName)
	}
	// The bare cookie claims an identity that it does not carry (RFC 4475 section 3.2.1).
	if branch, _ := req.Via().Params.Get("branch"); branch == sip.RFC3261BranchMagicCookie {
		return s.bad("the branch is empty")
	}
	if h := req.GetHeader("Date"); h != nil {
		if _, err := time.Parse("Mon, 02 Jan 2006 15:04:05 GMT", h.Value()); err != nil {
			return s.bad("Date: %v", err)
		}
	}
	return nil
}

// known are methods that exist, so that 405 is the answer when a line does not take them.
var known = map[sip.RequestMethod]bool{
	sip.INVITE: true, sip.ACK: true, sip.CANCEL: true, sip.BYE: true, sip.REGISTER: true, sip.OPTIONS: true,
	sip.SUBSCRIBE: true, sip.NOTIFY: true, sip.REFER: true, sip.INFO: true, sip.MESSAGE: true, sip.PRACK: true,
	sip.UPDATE: true, sip.PUBLISH: true,
}

// checkMethod tells a method that does not exist here (501) from one that this line does not take (405); both answers
// list what it does take.
func checkMethod(req *sip.Request, p Policy, s sections) *Fault {
	for _, m := range p.Methods {
		if string(req.Method) == m {
			return nil
		}
	}
	if req.Method == sip.ACK || req.Method == sip.CANCEL {
		return nil
	}
	f := s.fault(sip.StatusNotImplemented, "Not Implemented", "method %s", req.Method)
	if known[req.Method] {
		f = s.fault(sip.StatusMethodNotAllowed, "Method Not Allowed", "method %s", req.Method)
	}
	f.Headers = []sip.Header{sip.NewHeader("Allow", strings.Join(p.Methods, ", "))}
	return f
}

// checkScheme lets tel: in, since gateways put dialled numbers so (RFC 3966).
func checkScheme(req *sip.Request, _ Policy, s sections) *Fault {
	switch req.Recipient.Scheme {
	case "sip", "sips", "tel":
		return nil
	}
	return s.fault(sip.StatusRequestedRangeNotSatisfiable, "Unsupported URI Scheme", "scheme %s", req.Recipient.Scheme)
}

// checkRequire answers 420 with what is not understood. ACK and CANCEL are exempt (section 8.2.2.3), Proxy-Require is
// not for a user agent.
func checkRequire(req *sip.Request, p Policy, s sections) *Fault {
	if req.Method == sip.ACK || req.Method == sip.CANCEL {
		return nil
	}
	var foreign []string
	for _, tag := range tokens(req, "Require") {
		if !contains(p.Extensions, tag) {
			foreign = append(foreign, tag)
		}
	}
	if len(foreign) == 0 {
		return nil
	}
	f := s.fault(sip.StatusBadExtension, "Bad Extension", "required: %v", foreign)
	f.Headers = []sip.Header{sip.NewHeader("Unsupported", strings.Join(foreign, ", "))}
	return f
}

// checkBody answers 415 where a session description is expected and something else came, or it came encoded.
func checkBody(req *sip.Request, _ Policy, s sections) *Fault {
	if len(req.Body()) == 0 || req.Method != sip.INVITE && req.Method != sip.UPDATE && req.Method != sip.PRACK {
		return nil
	}
	coded := req.GetHeader("Content-Encoding")
	if coded != nil && !strings.EqualFold(coded.Value(), "identity") {
		f := s.fault(sip.StatusUnsupportedMediaType, "Unsupported Media Type", "encoding %s", coded.Value())
		f.Headers = []sip.Header{sip.NewHeader("Accept-Encoding", "identity")}
		return f
	}
	ct := req.ContentType()
	if ct == nil || isType(ct.Value(), "application/sdp") || isType(ct.Value(), "multipart/mixed") {
		return nil
	}
	f := s.fault(sip.StatusUnsupportedMediaType, "Unsupported Media Type", "content type %s", ct.Value())
	f.Headers = []sip.Header{sip.NewHeader("Accept", "application/sdp")}
	return f
}

// checkAccept answers 406 to an INVITE whose answer could only be what the caller does not accept.
func checkAccept(req *sip.Request, _ Policy, s sections) *Fault {
	if req.Method != sip.INVITE || req.GetHeader("Accept") == nil {
		return nil
	}
	for _, t := range tokens(req, "Accept") {
		if isType(t, "application/sdp") || isType(t, "application/*") || isType(t, "*/*") {
			return nil
		}
	}
	return s.fault(sip.StatusNotAcceptable, "Not Acceptable", "the caller accepts no application/sdp")
}

// tokens gives the values of a list header, over all its fields.
func tokens(req *sip.Request, name string) []string {
	var out []string
	for _, h := range req.GetHeaders(name) {
		for _, t := range strings.Split(h.Value(), ",") {
			if t = strings.TrimSpace(t); t != "" {
				out = append(out, t)
			}
		}
	}
	return out
}

func contains(list []string, s string) bool {
	for _, e := range list {
		if strings.EqualFold(e, s) {
			return true
		}
	}
	return false
}

// isType compares a media type, whatever its parameters.
func isType(value, want string) bool {
	t, _, _ := strings.Cut(value, ";")
	return strings.EqualFold(strings.TrimSpace(t), want)
}
