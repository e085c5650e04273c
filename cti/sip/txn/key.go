package txn

import (
	"strconv"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// clientKey matches responses to our requests: branch and method (RFC 3261 section 17.1.3).
type clientKey struct {
	branch string
	method sip.RequestMethod
}

// serverKey matches requests to transactions: branch, sent-by and method, ACK counting as INVITE (section 17.2.3).
type serverKey struct{ id, sentBy, method string }

// callKey names a request whatever way it took: for the ACK of a 2xx, whose branch is another, and for merged requests
// (section 8.2.2.2).
type callKey struct {
	callID, fromTag string
	cseq            uint32
	method          string
}

func newBranch() string { return sip.RFC3261BranchMagicCookie + "." + sip.GenerateTagN(20) }

func clientKeyOf(res *sip.Response) clientKey {
	branch, _ := res.Via().Params.Get("branch")
	return clientKey{branch, res.CSeq().MethodName}
}

func serverKeyOf(req *sip.Request) serverKey {
	via := req.Via()
	method := matchMethod(req.Method)
	branch, _ := via.Params.Get("branch")
	if strings.HasPrefix(branch, sip.RFC3261BranchMagicCookie) && len(branch) > len(sip.RFC3261BranchMagicCookie) {
		return serverKey{branch, strings.ToLower(via.SentBy()), method}
	}
	// RFC 2543 peers: Request-URI, From tag, Call-ID, CSeq number and the topmost Via together.
	tag, _ := req.From().Params.Get("tag")
	id := strings.Join([]string{req.Recipient.String(), tag, req.CallID().Value(),
		strconv.Itoa(int(req.CSeq().SeqNo)), via.Value()}, "\x00")
	return serverKey{id, strings.ToLower(via.SentBy()), method}
}

func callKeyOf(req *sip.Request) callKey {
	tag, _ := req.From().Params.Get("tag")
	return callKey{req.CallID().Value(), tag, req.CSeq().SeqNo, matchMethod(req.Method)}
}

func matchMethod(m sip.RequestMethod) string {
	if m == sip.ACK {
		return string(sip.INVITE)
	}
	return string(m)
}

func toTag(msg sip.Message) string {
	tag, _ := msg.To().Params.Get("tag")
	return tag
}
