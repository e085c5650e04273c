package txn

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/message"
	"cordboard/cti/sip/resolve"
	"cordboard/cti/sip/serial"

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
	// OnLost tells that a TCP or TLS connection to remote ended, or that its keepalive stayed unanswered.
	OnLost func(remote netip.AddrPort, err error)

	Log *slog.Logger
}

// Layer is one line's transport and transactions.
type Layer struct {
	cfg     Config
	log     *slog.Logger
	queue   *serial.Queue // owns everything below
	udp     *udpSocket    // nil on streams
	streams *streamSet    // nil on UDP
	clients map[clientKey]*ClientTx
	servers map[serverKey]*ServerTx
	byCall  map[callKey]*ServerTx // INVITEs for ACK, everything for merged requests
	rates   rateTable
	closed  bool

	counters
}

// Handler takes what becomes of a request, on the layer's goroutine. Responses come in the order of their arrival.
// For an INVITE every 2xx is delivered, repeated ones too, for 64*T1 after the first, so that each can be
// acknowledged (a fork gives several, told apart by their To tag). err is set when nothing more will come.
type Handler func(res *sip.Response, err error)

// New opens the socket. Errors name the address.
func New(cfg Config) (*Layer, error) {
	cfg.Timers = cfg.Timers.withDefaults()
	cfg.KeepAlive = cfg.KeepAlive.withDefaults()
	cfg.Limits = cfg.Limits.withDefaults()
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	l := &Layer{
		cfg: cfg, log: cfg.Log, queue: serial.NewQueue(),
		clients: map[clientKey]*ClientTx{}, servers: map[serverKey]*ServerTx{}, byCall: map[callKey]*ServerTx{},
		rates: rateTable{limits: cfg.Limits},
	}
	if err := l.open(); err != nil {
		l.queue.Close()
		return nil, err
	}
	return l, nil
}

// open makes the sockets, and lets them be read only when the layer is complete.
func (l *Layer) open() (err error) {
	if l.cfg.Transport == cti.UDP || l.cfg.Transport == "" {
		if l.udp, err = listenUDP(l); err == nil {
			go l.udp.read()
		}
		return err
	}
	if l.streams, err = newStreamSet(l); err == nil && l.streams.listener != nil {
		l.streams.goroutine(l.streams.accept)
	}
	return err
}

// Close ends all transactions with ErrClosed, closes the sockets, and waits for the layer's goroutines.
// It must not be called from a callback.
func (l *Layer) Close() {
	l.queue.Post(l.shut)
	l.queue.Close()
	<-l.queue.Done()
	if l.udp != nil {
		l.udp.wait()
	} else {
		l.streams.wait()
	}
}

// shut runs last on the layer's goroutine: sockets first, so that nothing comes in while owners are told.
func (l *Layer) shut() {
	l.closed = true
	if l.udp != nil {
		l.udp.close()
	} else {
		l.streams.close()
	}
	for _, tx := range l.clients {
		tx.fail(ErrClosed)
	}
	for _, tx := range l.servers {
		tx.fail(ErrClosed)
	}
}

// after runs f on the layer's goroutine when d has passed. Stop of the timer is final when called there, since f
// looks at its own state once more.
func (l *Layer) after(d time.Duration, f func()) *timer { return newTimer(l.queue, d, f) }

// Send sends a request outside of any transaction: the ACK of a 2xx. It adds a Via with a new branch.
// A failure is logged; the 2xx comes again and so will the ACK.
func (l *Layer) Send(req *sip.Request, to resolve.Target) {
	l.queue.Post(func() {
		l.withFlow(to, func(f flow, err error) {
			if err == nil {
				stamp(req, f, newBranch())
				err = l.write(f, req)
			}
			if err != nil {
				l.log.Warn("a request was not sent", "method", req.Method, "to", to.String(), "error", err)
			}
		})
	})
}

// Connect opens the way to a target, and keeps it open from now on (KeepAlive), and calls done on the layer's goroutine
// with the local address that the target sees us at, before any NAT. For UDP it succeeds at once.
func (l *Layer) Connect(to resolve.Target, done func(local netip.AddrPort, err error)) {
	posted := l.queue.Post(func() {
		l.withFlow(to, func(f flow, err error) {
			if err != nil {
				done(netip.AddrPort{}, err)
				return
			}
			f.keepAlive()
			done(f.local(), nil)
		})
	})
	if !posted {
		go done(netip.AddrPort{}, ErrClosed)
	}
}

// Local is the UDP socket's or the listener's address; its address may be unspecified.
func (l *Layer) Local() netip.AddrPort {
	if l.udp != nil {
		return l.udp.addr
	}
	return l.streams.addr
}

// LocalTo is the source address that the system picks towards a peer.
func LocalTo(peer netip.Addr) (netip.Addr, error) {
	conn, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(netip.AddrPortFrom(peer, 9))) // sends nothing
	if err != nil {
		return netip.Addr{}, fmt.Errorf("no route to %s: %w", peer, err)
	}
	defer func() { _ = conn.Close() }() // nothing was sent that could be lost
	return conn.LocalAddr().(*net.UDPAddr).AddrPort().Addr().Unmap(), nil
}

// write encodes and sends. What must not be sent comes back as ErrUnsafe.
func (l *Layer) write(f flow, msg sip.Message) error {
	data, err := message.Encode(msg)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnsafe, err)
	}
	return f.send(data)
}
