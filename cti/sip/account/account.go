// Package account is a line at work: its transport, its servers, its registration and its digest credentials.
//
// The registration is driven by one goroutine of the account (serial.Queue); calls use Send from anywhere and hear on
// the goroutine of the line's txn.Layer.
package account

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"

	"cordboard/cti"
	"cordboard/cti/sip/digest"
	"cordboard/cti/sip/resolve"
	"cordboard/cti/sip/serial"
	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

// Config is what an Account is made of.
type Config struct {
	Line       cti.LineConfig
	Secret     func() (string, error) // the digest password; asked for at each new challenge, never kept
	InstanceID string                 // "urn:uuid:…" of this desk (RFC 5626 section 4.1), the same for ever
	UserAgent  string
	Allow      []string // methods that OnRequest takes; those of a telephone when empty
	Supported  []string // option tags of Supported besides the account's own; also what Require may name
	Timing     Timing
	Resolver   *resolve.Resolver // the system's when nil
	Log        *slog.Logger

	// OnRegistration takes each change of the registration, on the account's goroutine; it must return soon.
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
type Account struct {
	cfg    Config
	log    *slog.Logger
	domain string
	keeper *digest.Keeper
	queue  *serial.Queue
	ctx    context.Context // ends with Close: look-ups stop
	stop   context.CancelFunc
	reg    registration // the queue's

	layer  atomic.Pointer[txn.Layer] // nil before the first socket
	place  atomic.Pointer[place]     // where we are, as the server sees it
	hosts  atomic.Pointer[hosts]     // who may talk to us
	closed atomic.Bool

	ready     chan struct{} // closed by the first place
	readyOnce sync.Once
}

// place is a consistent view of our addresses. It is replaced as a whole.
type place struct {
	server  resolve.Target // in use
	local   netip.AddrPort // of the socket, as the server sees it before any NAT
	contact sip.Uri
	routes  []*sip.RouteHeader // Service-Route
}

// phoneMethods are answered by a telephone.
const phoneMethods = "INVITE ACK CANCEL BYE OPTIONS INFO UPDATE PRACK NOTIFY MESSAGE REFER"

// New checks the configuration; nothing is opened before Start.
func New(cfg Config) (*Account, error) {
	cfg.Timing = cfg.Timing.withDefaults()
	if cfg.Line.Transport == "" {
		cfg.Line.Transport = cti.UDP
	}
	if len(cfg.Allow) == 0 {
		cfg.Allow = strings.Fields(phoneMethods)
	}
	if cfg.Resolver == nil {
		cfg.Resolver = resolve.New()
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if err := check(cfg); err != nil {
		return nil, fmt.Errorf("line %s: %w", cfg.Line.Name, err)
	}
	a := &Account{cfg: cfg, log: cfg.Log.With("line", cfg.Line.ID), domain: domainOf(cfg.Line), ready: make(chan struct{})}
	user := cfg.Line.AuthUser
	if user == "" {
		user = cfg.Line.User
	}
	a.keeper = digest.NewKeeper(user, "*", cfg.Secret)
	a.place.Store(&place{})
	a.hosts.Store(&hosts{})
	return a, nil
}

// check refuses settings that can never work; those that may work later (names, passwords) are told by the registration.
func check(cfg Config) error {
	switch {
	case cfg.Line.User == "":
		return errors.New("it has no user name")
	case strings.ContainsAny(cfg.Line.User+cfg.Line.Domain, "\r\n\x00 <>\"@"):
		return errors.New("its user name or domain holds characters that an address cannot have")
	case cfg.Line.Server != "" && cfg.Secret == nil:
		return errors.New("it has a server, but nowhere to get the password from")
	}
	_, err := bindOf(cfg.Line)
	return err
}

// domainOf is the host part of the address of record.
func domainOf(line cti.LineConfig) string {
	if line.Domain != "" {
		return line.Domain
	}
	host, _, err := resolve.SplitServer(line.Server)
	if err != nil {
		return ""
	}
	return host
}

// Start opens the socket and registers. It returns at once; news comes through OnRegistration. Call it once.
func (a *Account) Start() {
	a.ctx, a.stop = context.WithCancel(context.Background())
	a.queue = serial.NewQueue()
	a.reg.init(a)
	a.queue.Post(a.reg.begin)
}

// Close removes our own binding, waits for the answer until ctx ends, and closes the socket. Call it once, after Start.
func (a *Account) Close(ctx context.Context) error {
	err := a.unregister(ctx)
	a.closed.Store(true)
	a.stop()
	a.queue.Post(a.reg.end)
	a.queue.Close()
	<-a.queue.Done()
	if l := a.layer.Load(); l != nil {
		l.Close()
	}
	return err
}

// Line is the configuration.
func (a *Account) Line() cti.LineConfig { return a.cfg.Line }

// Domain is the domain that numbers of this line are dialled at; for a line without registrar its local address.
func (a *Account) Domain() string {
	if a.domain != "" {
		return a.domain
	}
	return a.place.Load().local.Addr().String()
}

// AOR is the address of record, sip:user@domain.
func (a *Account) AOR() sip.Uri {
	return sip.Uri{Scheme: "sip", User: a.cfg.Line.User, Host: a.Domain()}
}

// Contact is what goes into Contact now: the GRUU when the registrar gave one, else our address as the server sees it.
func (a *Account) Contact() *sip.ContactHeader {
	contact := a.place.Load().contact
	return &sip.ContactHeader{Address: *contact.Clone()}
}

// LocalAddr is the source address towards the server, for c= and o= of SDP. Invalid before the socket is open.
func (a *Account) LocalAddr() netip.Addr { return a.place.Load().local.Addr() }

// LocalAddrTo is the source address towards a peer, for lines without a registrar. It asks the routing table.
func (a *Account) LocalAddrTo(peer netip.Addr) netip.Addr {
	if local := a.LocalAddr(); local.IsValid() && !local.IsUnspecified() {
		return local
	}
	addr, err := txn.LocalTo(peer)
	if err != nil {
		a.log.Warn("no local address towards a peer", "error", err)
	}
	return addr
}

// Server is where requests outside of dialogs go; zero for a line without registrar and proxy.
func (a *Account) Server() resolve.Target { return a.place.Load().server }

// Routes is the pre-loaded route set of a new dialog or out-of-dialog request: the Service-Route (RFC 3608).
// The outbound proxy is not in it: it is where requests are sent to.
func (a *Account) Routes() []*sip.RouteHeader {
	var out []*sip.RouteHeader
	for _, r := range a.place.Load().routes {
		out = append(out, r.Clone())
	}
	return out
}

// Stats counts what the line refused, since its socket was opened.
func (a *Account) Stats() txn.Stats {
	if l := a.layer.Load(); l != nil {
		return l.Stats()
	}
	return txn.Stats{}
}
