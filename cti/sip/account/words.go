package account

import (
	"errors"
	"fmt"

	"cordboard/cti/sip/digest"
	"cordboard/cti/sip/message"
	"cordboard/cti/sip/resolve"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// refusal is a registrar's answer as a sentence for the operator, without the full stop.
func refusal(res *sip.Response) string {
	switch res.StatusCode {
	case 401, 407:
		return "the server does not accept the user name or password"
	case 403:
		return "the server forbids this user to register (403)"
	case 404, 604:
		return "the server does not know this user (404)"
	case 408:
		return "the server behind the proxy does not answer (408)"
	case 423:
		return "the server wants a longer registration than this program asks for (423)"
	case 503:
		return "the server is out of service or overloaded (503)"
	}
	reason := res.Reason
	if reason == "" {
		reason = message.Phrase(res.StatusCode)
	}
	if res.StatusCode >= 500 {
		return fmt.Sprintf("the server has a fault (%d %s)", res.StatusCode, reason)
	}
	return fmt.Sprintf("the server refuses the registration (%d %s)", res.StatusCode, reason)
}

// sentence is an error of ours in the same form.
func sentence(err error) string {
	switch {
	case errors.Is(err, txn.ErrTimeout):
		return "the server does not answer"
	case errors.Is(err, resolve.ErrNotFound):
		return "the server's name has no address"
	case errors.Is(err, digest.ErrForeign), errors.Is(err, digest.ErrDowngrade):
		return err.Error()
	case errors.Is(err, txn.ErrTransport):
		return "the server cannot be reached: " + err.Error()
	}
	return err.Error()
}
