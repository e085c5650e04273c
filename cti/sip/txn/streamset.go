package txn

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/resolve"
)

const (
	connectWait = 5 * time.Second // TCP connection and TLS handshake together
	maxConns    = 64              // of one line, accepted ones included
)

// streamSet holds the TCP or TLS connections of a line, by peer. Calls come in on the connections that we opened
// (RFC 5923, RFC 5626); a listener exists only when the configuration asks for one.
type streamSet struct {
	l        *Layer
	addr     netip.AddrPort
	listener net.Listener
	conns    map[netip.AddrPort]*streamConn
	ctx      context.Context // ends when the layer closes: connecting stops
	cancel   context.CancelFunc
	running  sync.WaitGroup
}

func newStreamSet(l *Layer) (*streamSet, error) {
	s := &streamSet{l: l, conns: map[netip.AddrPort]*streamConn{}, addr: l.cfg.Bind}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	if !s.addr.Addr().IsValid() {
		s.addr = netip.AddrPortFrom(netip.IPv4Unspecified(), s.addr.Port())
	}
	if !l.cfg.Listen {
		return s, nil
	}
	listener, err := net.Listen("tcp", s.addr.String())
	if err != nil {
		s.cancel()
		return nil, fmt.Errorf("listening on %s: %w", s.addr, err)
	}
	s.listener = listener
	s.addr = listener.Addr().(*net.TCPAddr).AddrPort()
	return s, nil
}

// goroutine starts one that Layer.Close waits for.
func (s *streamSet) goroutine(f func()) {
	s.running.Go(f)
}

// accept runs until the listener is closed. A failure of one connection (too many files, a peer that went away) is no
// reason to stop taking calls.
func (s *streamSet) accept() {
	for {
		conn, err := s.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			s.l.log.Warn("accepting a connection", "error", err)
			continue
		}
		s.goroutine(func() { s.welcome(conn) })
	}
}

// welcome turns strangers away before they cost a handshake.
func (s *streamSet) welcome(conn net.Conn) {
	peer := conn.RemoteAddr().(*net.TCPAddr).AddrPort()
	peer = netip.AddrPortFrom(peer.Addr().Unmap(), peer.Port())
	if s.l.cfg.Admit == nil || !s.l.cfg.Admit(peer.Addr()) {
		s.l.refuse(&s.l.strangers, "connection from a stranger", peer)
		_ = conn.Close() // nothing was said on it
		return
	}
	if s.l.cfg.Transport == cti.TLS {
		secured := tls.Server(conn, s.l.cfg.TLS)
		ctx, cancel := context.WithTimeout(s.ctx, connectWait)
		defer cancel()
		if err := secured.HandshakeContext(ctx); err != nil {
			s.l.log.Info("TLS handshake failed", "peer", peer, "error", err)
			_ = conn.Close() // unusable
			return
		}
		conn = secured
	}
	s.adopt(resolve.Target{Addr: peer, Transport: s.l.cfg.Transport}, conn)
}

// adopt brings an accepted connection to the layer's goroutine.
func (s *streamSet) adopt(from resolve.Target, conn net.Conn) {
	posted := s.l.queue.Post(func() {
		if s.l.closed || len(s.conns) >= maxConns {
			_ = conn.Close() // no room
			return
		}
		if old := s.conns[from.Addr]; old != nil {
			old.shut() // the same peer port again: the old connection is dead
		}
		s.add(from).run(conn)
	})
	if !posted {
		_ = conn.Close() // the layer has ended
	}
}

// add registers a connection before it is open, so that requests to the same peer wait for it instead of dialling again.
func (s *streamSet) add(to resolve.Target) *streamConn {
	c := &streamConn{set: s, to: to, out: make(chan []byte, sendBacklog), gone: make(chan struct{})}
	s.conns[to.Addr] = c
	return c
}

// flow uses the open connection to a peer or opens one.
func (s *streamSet) flow(to resolve.Target, use func(flow, error)) {
	if !to.IsValid() || to.Addr.Port() == 0 {
		use(nil, fmt.Errorf("%w: no address to send to", ErrTransport))
		return
	}
	c := s.conns[to.Addr]
	switch {
	case c != nil && c.conn != nil:
		use(c, nil)
	case c != nil:
		c.waiting = append(c.waiting, use)
	default:
		c = s.add(to)
		c.waiting = append(c.waiting, use)
		s.goroutine(func() { s.connect(c) })
	}
}

// connect dials and tells the layer's goroutine.
func (s *streamSet) connect(c *streamConn) {
	ctx, cancel := context.WithTimeout(s.ctx, connectWait)
	defer cancel()
	conn, err := s.dial(ctx, c.to)
	posted := s.l.queue.Post(func() {
		waiting := c.waiting
		c.waiting = nil
		switch {
		case err != nil:
			c.shut()
		case c.closed:
			_ = conn.Close() // came too late
			err = ErrClosed
		default:
			c.run(conn)
		}
		for _, use := range waiting {
			if err != nil {
				use(nil, fmt.Errorf("%w: connecting to %s: %w", ErrTransport, c.to.Addr, err))
			} else {
				use(c, nil)
			}
		}
	})
	if !posted && err == nil {
		_ = conn.Close() // the layer has ended
	}
}

// dial connects from the line's own address. TLS verifies the configured name, not what the DNS made of it.
func (s *streamSet) dial(ctx context.Context, to resolve.Target) (net.Conn, error) {
	d := net.Dialer{KeepAlive: 15 * time.Second}
	if a := s.addr.Addr(); a.IsValid() && !a.IsUnspecified() {
		d.LocalAddr = net.TCPAddrFromAddrPort(netip.AddrPortFrom(a, 0))
	}
	conn, err := d.DialContext(ctx, "tcp", to.Addr.String())
	if err != nil || s.l.cfg.Transport != cti.TLS {
		return conn, err
	}
	secured := tls.Client(conn, clientTLS(s.l.cfg.TLS, to))
	if err := secured.HandshakeContext(ctx); err != nil {
		_ = conn.Close() // unusable
		return nil, fmt.Errorf("the server's certificate or TLS set-up: %w", err)
	}
	return secured, nil
}

// clientTLS fixes the name that the certificate must carry; an address needs an IP entry in the certificate.
func clientTLS(base *tls.Config, to resolve.Target) *tls.Config {
	c := &tls.Config{}
	if base != nil {
		c = base.Clone()
	}
	c.MinVersion = max(c.MinVersion, tls.VersionTLS12)
	c.ServerName = to.ServerName
	if c.ServerName == "" {
		c.ServerName = to.Addr.Addr().String()
	}
	return c
}

// close ends everything that could still bring something to the layer; requests that wait for a connection are told.
func (s *streamSet) close() {
	s.cancel()
	if s.listener != nil {
		_ = s.listener.Close() // unblocks accept
	}
	for _, c := range s.conns {
		waiting := c.waiting
		c.waiting = nil
		c.shut()
		for _, use := range waiting {
			use(nil, ErrClosed)
		}
	}
}

func (s *streamSet) wait() { s.running.Wait() }
