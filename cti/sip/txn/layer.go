package txn

import (
	"crypto/tls"
	"errors"
	"log/slog"
	"net/netip"

	"cordboard/cti"
	"cordboard/cti/sip/message"
	"cordboard/cti/sip/resolve"

	"github.com/emiago/sipgo/sip"
)

// Errors that a Handler or ServerWatch.End can see. They come wrapped: compare with errors.Is.
var (
	ErrTimeout   = errors.New("no answer from the other side")                    // timers B and F
	ErrCancelled = errors.New("no final answer after the CANCEL")                 // RFC 3261 section 9.1: 64*T1 after CANCEL
	ErrNoAck     = errors.New("the caller never confirmed our answer")            // timers H and L
	ErrTransport = errors.New("the message could not be sent")                    // socket, connection or TLS failure
	ErrClosed    = errors.New("the line's transport is closed")                   // Layer.Close, or a new local address
	ErrTooMany   = errors.New("too many transactions are open on this line")      // Limits.Transactions
	ErrUnsafe    = errors.New("the message holds characters that cannot be sent") // CR, LF or NUL in a header
)

// Config is what a Layer is made of.
type Config struct {
	Transport cti.Transport
	Bind      netip.AddrPort // local address; an unspecified address means by route, port 0 a random one
	Listen    bool           // TCP and TLS: accept connections on Bind (UDP always receives)
	TLS       *tls.Config    // roots and, for Listen, certificates; the server name is set per connection
	Timers    Timers
	KeepAlive KeepAlive
	Limits    Limits
	Policy    message.Policy // what requests may ask for; see message.Check

	// Admit says whether requests from this address are welcome. Others are dropped without an answer and counted,
	// unless Known says that they belong to a dialog of ours. It must be safe for concurrent use.
	Admit func(netip.Addr) bool
	// Known says whether an in-dialog request from a stranger's address belongs to a dialog of ours with that peer.
	Known func(*sip.Request) bool
	// OnRequest takes every new request but CANCEL and ACK. It must set its ServerWatch before it returns.
	OnRequest func(*ServerTx)
	// OnStray takes a 2xx to an INVITE that no transaction knows any more (after a crash, or later than 32 s).
	OnStray func(*sip.Response)
	// OnLost tells that a TCP or TLS connection, or an unanswered keepalive, ended the way to remote.
	OnLost func(remote netip.AddrPort, err error)

	Log *slog.Logger
}

// Layer is one line's transport and transactions.
type Layer struct{ cfg Config }

// Handler takes what becomes of a request, on the layer's goroutine. Responses come in the order of their arrival.
// For an INVITE every 2xx is delivered, repeated ones too, for 64*T1 after the first, so that each can be
// acknowledged (a fork gives several, told apart by their To tag). err is set when nothing more will come.
type Handler func(res *sip.Response, err error)

// New opens the socket. Errors name the address.
func New(cfg Config) (*Layer, error) { return &Layer{cfg: cfg}, nil }

// Request sends req in a client transaction of its own. It adds the topmost Via with a new branch, Max-Forwards and
// Content-Length when missing; req belongs to the transaction from now on.
func (l *Layer) Request(req *sip.Request, to resolve.Target, handle Handler) *ClientTx {
	return &ClientTx{}
}

// Send sends a request outside of any transaction: the ACK of a 2xx. It adds a Via with a new branch.
// A failure is logged; the 2xx comes again and so will the ACK.
func (l *Layer) Send(req *sip.Request, to resolve.Target) {}

// Local is the address that a peer at to would see us at, before any NAT.
func (l *Layer) Local(to resolve.Target) netip.AddrPort { return netip.AddrPort{} }
