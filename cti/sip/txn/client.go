package txn

import "github.com/emiago/sipgo/sip"

// ClientTx is a request of ours under way.
type ClientTx struct{}

// Cancel ends a pending INVITE by RFC 3261 section 9.1: the CANCEL waits for a provisional answer; a 2xx that slips
// through is delivered to the Handler all the same; 64*T1 after the CANCEL the Handler gets ErrCancelled. The headers
// (Reason) are added to the CANCEL. It does nothing after a final answer or for another method.
func (tx *ClientTx) Cancel(headers ...sip.Header) {}
