package sip

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// fragment is a status line as message/sipfrag carries it (RFC 3420).
type fragment struct {
	code   int // 0: the body is empty
	reason string
}

const fragmentType = "message/sipfrag;version=2.0"

var (
	errFragment     = errors.New("the body is no status line")
	errFragmentType = errors.New("the body is no message/sipfrag")
)

// fragmentOf reads the first line of a NOTIFY; what follows it (headers of the target's answer) is of no use here.
func fragmentOf(req *sip.Request) (fragment, error) {
	body := strings.TrimLeft(string(req.Body()), "\r\n \t")
	if body == "" {
		return fragment{}, nil
	}
	// A body of another type could be anything, such as a web page with a status line in it.
	if kind, _ := params(value(req, "Content-Type")); !strings.EqualFold(kind, "message/sipfrag") {
		return fragment{}, errFragmentType
	}
	line, _, _ := strings.Cut(body, "\n") // LF alone is seen too
	version, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	word, reason, _ := strings.Cut(rest, " ")
	code, err := strconv.Atoi(word)
	if err != nil || !strings.EqualFold(version, "SIP/2.0") || len(word) != 3 || code < 100 || code > 699 {
		return fragment{}, errFragment
	}
	return fragment{code, shown(reason)}, nil
}

// meaning says in words how a transfer ended; "" for one that goes on or has gone well.
func (f fragment) meaning(over bool, reason string) string {
	switch known, ok := sentences[f.code]; {
	case f.code >= 300 && ok:
		return known + "."
	case f.code >= 300:
		return fmt.Sprintf("The transfer failed (%d %s).", f.code, f.reason)
	case f.code >= 200 || !over:
		return ""
	case reason == "rejected":
		return "The far end did not follow the transfer."
	}
	return "The far end gives no more news of the transfer."
}
