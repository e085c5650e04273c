// Package account is a line at work: its transport, its servers, its registration and its digest credentials.
package account

import (
	"context"
	"log/slog"
	"net/netip"

	"cordboard/cti"
	"cordboard/cti/sip/resolve"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// Config is what an Account is made of.
type Config struct {
	Line       cti.LineConfig
	Secret     func() (string, error) // the digest password; asked for at each new challenge, never kept
	InstanceID string                 // "urn:uuid:…" of this desk (RFC 5626 section 4.1), the same for ever
	UserAgent  string
	Allow      []string // methods of Allow and of the Policy; INVITE ACK CANCEL BYE OPTIONS … when empty
	Supported  []string // option tags of Supported, besides the account's own path, gruu and outbound
	Timing     Timing
	Resolver   *resolve.Resolver // the system's when nil
	Log        *slog.Logger

	// OnRegistration takes each change of the registration. Own goroutine of the account; it must return soon.
	OnRegistration func(cti.Registration)
	// OnRequest takes requests but OPTIONS outside of dialogs, REGISTER and what Allow does not name, which the account
	// answers itself. See txn.Config.OnRequest.
	OnRequest func(*txn.ServerTx)
	// OnStray takes a 2xx to an INVITE that no transaction knows. See txn.Config.
	OnStray func(*sip.Response)
	// Known: see txn.Config.Known.
	Known func(*sip.Request) bool
	// OnAddressChanged tells that the local address or Contact is another: live dialogs have to re-INVITE.
	OnAddressChanged func()
	// InCall says whether a call is up on the line; the way back to the first server waits for false.
	InCall func() bool
}

// Account is one line. Its methods may be called from any goroutine.
type Account struct{ cfg Config }

// New checks the configuration; nothing is opened before Start.
func New(cfg Config) (*Account, error) { return &Account{cfg: cfg}, nil }

// Start opens the socket and registers. It returns at once; news comes through OnRegistration.
func (a *Account) Start() {}

// Close removes our own binding, waits for the answer until ctx ends, and closes the socket.
func (a *Account) Close(ctx context.Context) error { return nil }

// Line is the configuration.
func (a *Account) Line() cti.LineConfig { return a.cfg.Line }

// AOR is the address of record, sip:user@domain.
func (a *Account) AOR() sip.Uri { return sip.Uri{} }

// Domain is the domain that numbers of this line are dialled at.
func (a *Account) Domain() string { return "" }

// Contact is what goes into Contact now: the GRUU when the registrar gave one, else our address as the server sees it.
func (a *Account) Contact() *sip.ContactHeader { return &sip.ContactHeader{} }

// LocalAddr is the source address towards the server, for c= and o= of SDP. Invalid before the first Start.
func (a *Account) LocalAddr() netip.Addr { return netip.Addr{} }

// LocalAddrTo is the source address towards a peer, for lines without a registrar.
func (a *Account) LocalAddrTo(peer netip.Addr) netip.Addr { return netip.Addr{} }

// Routes is the pre-loaded route set of a new dialog or out-of-dialog request: the Service-Route (RFC 3608).
// The outbound proxy is not in it: it is where requests are sent to.
func (a *Account) Routes() []*sip.RouteHeader { return nil }

// NewRequest makes a request outside of any dialog: From (address of record, display name, new tag), To, Call-ID,
// CSeq 1, Max-Forwards, Contact, Route, User-Agent. The caller may change all of it before Send.
func (a *Account) NewRequest(method sip.RequestMethod, target sip.Uri) *sip.Request { return nil }

// Options of a Send.
type Options struct {
	// To fixes where the request goes. Zero: the topmost Route, else the Request-URI for requests inside a dialog (a To tag),
	// else Proxy, else the line's server in use.
	To resolve.Target
	// Proxy is the outbound proxy of a route, host or host:port.
	Proxy string
	// NextCSeq gives the CSeq of a repetition with credentials; the old one plus 1 when nil. Layer's goroutine.
	NextCSeq func() uint32
}

// Exchange is a request with all its repetitions (digest, other servers).
type Exchange struct{}

// Send sends a request and answers challenges (401, 407) of the line's own servers by itself, each once unless stale.
// handle sees what txn.Handler says, but no challenge that was answered. req belongs to the exchange from now on.
func (a *Account) Send(req *sip.Request, opt Options, handle txn.Handler) *Exchange {
	return &Exchange{}
}

// Request is what was sent last: its CSeq and branch are the ones to use for ACK. The caller must not change it.
func (e *Exchange) Request() *sip.Request { return nil }

// Target is where it was sent last. Zero while a name is being looked up.
func (e *Exchange) Target() resolve.Target { return resolve.Target{} }

// Cancel ends a pending INVITE, whichever repetition it is in. See txn.ClientTx.Cancel.
func (e *Exchange) Cancel(headers ...sip.Header) {}

// SendAck sends the ACK of a 2xx: same rules for the destination as Send.
func (a *Account) SendAck(ack *sip.Request, opt Options) {}
