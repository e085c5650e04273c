package sip

import (
	"fmt"
	"strings"

	"cordboard/cti"
	"cordboard/cti/sip/txn"

	"errors"

	"github.com/emiago/sipgo/sip"
)

// sentences say what a final answer means to an operator.
var sentences = map[int]string{
	400: "The server did not understand the call",
	401: "The server did not accept the user name or password",
	402: "The server wants payment for this call",
	403: "The server does not allow this call",
	404: "This number does not exist",
	405: "The far end does not take calls of this kind",
	407: "The server did not accept the user name or password",
	408: "Nobody answered in time",
	410: "This number is not in use any more",
	413: "The message was too large for the far end",
	415: "The far end cannot do this kind of call",
	416: "The far end does not know this kind of address",
	420: "The far end lacks something that the call needs",
	421: "The far end wants something that this program does not have",
	480: "The number cannot be reached now",
	481: "The far end does not know this call any more",
	482: "The call ran in a circle",
	483: "The call passed too many servers",
	484: "The number is not complete",
	485: "The number is not unique",
	486: "The number is busy",
	487: "The call was taken back",
	488: "The far end accepts no kind of sound that is offered",
	491: "The far end was changing the call at the same moment",
	500: "The server has a fault",
	501: "The server cannot do this",
	502: "The server had a bad answer from the next one",
	503: "The server is not available now",
	504: "The next server did not answer",
	513: "The message was too large for the server",
	580: "The network has no room for the call",
	600: "The number is busy everywhere",
	603: "The call was declined",
	604: "This number exists nowhere",
	606: "The far end cannot take a call of this kind",
	607: "The called person does not want this call",
	608: "The call was rejected on the way",
}

// q850 says what a Q.850 cause means, for those that tell more than the SIP code.
var q850 = map[string]string{
	"1": "unassigned number", "3": "no route to the number", "18": "nobody responds", "19": "nobody answers",
	"20": "the subscriber is absent", "21": "rejected", "22": "the number has changed", "27": "out of order", "28": "bad number format",
	"34": "no line is free", "38": "the network is out of order", "41": "a passing fault of the network", "42": "the exchange is overloaded",
	"57": "not permitted", "58": "not available now", "88": "incompatible", "102": "a timer ran out",
}

// sentence says in words what a final answer means. Warning and Reason of the far end are added: they often hold
// the one useful hint, and are text of a stranger, so they are cleaned and cut.
func sentence(res *sip.Response) string {
	s, ok := sentences[res.StatusCode]
	if !ok {
		s = fmt.Sprintf("The call failed (%d %s)", res.StatusCode, shown(res.Reason))
	}
	if hint := hintOf(res); hint != "" {
		s += " (" + hint + ")"
	}
	return s + "."
}

// hintOf reads the text of Reason (RFC 3326) or Warning (RFC 3261 20.43).
func hintOf(m sip.Message) string {
	for _, v := range listOf(m, "Reason") {
		protocol, p := params(v)
		if text := shown(p["text"]); text != "" {
			return text
		}
		if text := q850[p["cause"]]; text != "" && strings.EqualFold(protocol, "Q.850") {
			return text
		}
	}
	if w := value(m, "Warning"); w != "" {
		if _, text, ok := strings.Cut(w, `"`); ok {
			return shown(strings.TrimRight(text, `"`))
		}
	}
	return ""
}

// elsewhere reports whether a CANCEL or BYE says that another phone took the call (RFC 3326).
func elsewhere(m sip.Message) bool {
	for _, v := range listOf(m, "Reason") {
		protocol, p := params(v)
		if strings.EqualFold(protocol, "SIP") && p["cause"] == "200" {
			return true
		}
	}
	return false
}

// failure says in words why a request got no answer, with the code that comes closest (RFC 3261 8.1.3.1).
func failure(err error) (int, string) {
	switch {
	case errors.Is(err, txn.ErrTimeout), errors.Is(err, txn.ErrCancelled):
		return 408, "The server does not answer."
	case errors.Is(err, txn.ErrClosed):
		return 503, "The line was closed."
	}
	return 503, "The call could not be sent: " + err.Error() + "."
}

// ended is the end of a call by the far end's final answer.
func refused(id cti.CallID, res *sip.Response) cti.Ended {
	return cti.Ended{Call: id, By: cti.SidePeer, Code: res.StatusCode, Reason: sentence(res)}
}
