package message

import (
	"fmt"

	"github.com/emiago/sipgo/sip"
)

// Fault says what is wrong with a message and which answer is due for it.
type Fault struct {
	Code    int    // of the answer; 0 when silence is due (responses, ACK, what is no SIP)
	Reason  string // its phrase
	Headers []sip.Header
	Detail  string // for the log

	req sections
}

// Error tells the log what happened.
func (f *Fault) Error() string {
	if f.Code == 0 {
		return "not answered: " + f.Detail
	}
	return fmt.Sprintf("%d %s: %s", f.Code, f.Reason, f.Detail)
}

// Answer is the stateless answer that is due, nil for silence. It echoes Via, From, To, Call-ID and CSeq as they came,
// right or wrong (RFC 3261 section 8.2.6.2); without a Via that can be read there is no way back and no answer.
func (f *Fault) Answer(tag string) *sip.Response {
	if f.Code == 0 {
		return nil
	}
	vias := f.vias()
	if len(vias) == 0 {
		return nil
	}
	res := sip.NewResponse(f.Code, f.Reason)
	for _, v := range vias {
		res.AppendHeader(v)
	}
	for _, name := range []string{"From", "To", "Call-ID", "CSeq"} {
		if value, ok := f.req.first(name); ok {
			if name == "To" && !hasTag(value) {
				value += ";tag=" + tag
			}
			res.AppendHeader(sip.NewHeader(name, value))
		}
	}
	for _, h := range f.Headers {
		res.AppendHeader(h)
	}
	return res
}

// vias are those that can be read; an unreadable one ends the list, but never the first one's use.
func (f *Fault) vias() []sip.Header {
	var out []sip.Header
	for _, fl := range f.req.fields {
		if fl.name != "Via" {
			continue
		}
		hops, err := parseVias(fl.value)
		for _, h := range hops {
			out = append(out, h)
		}
		if err != nil {
			break
		}
	}
	return out
}

// hasTag looks for a tag parameter in a To that may be malformed.
func hasTag(value string) bool {
	_, params, err := parseAddress(value)
	return err == nil && params.Has("tag")
}

func (s sections) fault(code int, reason, format string, args ...any) *Fault {
	return &Fault{Code: code, Reason: reason, Detail: fmt.Sprintf(format, args...), req: s}
}

func (s sections) bad(format string, args ...any) *Fault {
	return s.fault(sip.StatusBadRequest, "Bad Request", format, args...)
}
