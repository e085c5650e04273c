package txn

import (
	"net/netip"

	"github.com/emiago/sipgo/sip"
)

// ServerTx is a request that a peer sent to us.
type ServerTx struct{}

// ServerWatch is what the owner of an INVITE wants to hear about. All functions run on the layer's goroutine; each may be nil.
type ServerWatch struct {
	// Cancel: the caller gave up before our final answer. The layer has answered 200 to the CANCEL and 487 to the INVITE.
	Cancel func(cancel *sip.Request)
	// Ack: our 2xx was acknowledged; ack carries the answer when the 2xx carried the offer. Once per transaction.
	Ack func(ack *sip.Request)
	// End: the transaction failed: ErrNoAck, ErrTransport or ErrClosed.
	End func(err error)
}

// Watch sets who hears about the transaction. Call it before the OnRequest callback returns.
func (tx *ServerTx) Watch(w ServerWatch) {}

// Request is what the peer sent. It must not be changed.
func (tx *ServerTx) Request() *sip.Request { return nil }

// Source is the address it came from.
func (tx *ServerTx) Source() netip.AddrPort { return netip.AddrPort{} }

// LocalTag is the To tag of every answer of this transaction: the request's own inside a dialog, else a new one.
func (tx *ServerTx) LocalTag() string { return "" }

// Response builds an answer with the Vias, From, To (tagged), Call-ID, CSeq and Record-Routes of the request.
// reason may be empty for the usual phrase. No goroutine limits.
func (tx *ServerTx) Response(code int, reason string) *sip.Response { return nil }

// Respond sends an answer; after a final one further calls do nothing. Any goroutine may call it, it returns at once.
// The layer repeats a 2xx to an INVITE until its ACK came, T1 doubling up to T2, and tells ErrNoAck after 64*T1:
// then the owner has to send BYE (RFC 3261 section 13.3.1.4).
func (tx *ServerTx) Respond(res *sip.Response) {}
