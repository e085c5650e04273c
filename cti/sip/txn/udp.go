package txn

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"cordboard/cti"
	"cordboard/cti/sip/message"
)

// maxWaiting bounds what was read and is not handled yet; datagrams beyond it are lost, which SIP survives.
const maxWaiting = 4096

// udpSocket is the one socket that a UDP line sends and receives with.
type udpSocket struct {
	l    *Layer
	conn *net.UDPConn
	addr netip.AddrPort
	kept map[netip.AddrPort]*timer
	done chan struct{}
}

// listenUDP opens the socket. One socket sends and receives, because NATs and servers answer to where a request came
// from (symmetric response routing, RFC 3581).
func listenUDP(l *Layer) (*udpSocket, error) {
	bind := l.cfg.Bind
	if !bind.Addr().IsValid() {
		bind = netip.AddrPortFrom(netip.IPv4Unspecified(), bind.Port())
	}
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(bind))
	if err != nil {
		return nil, fmt.Errorf("opening the UDP socket %s: %w", bind, err)
	}
	addr := conn.LocalAddr().(*net.UDPAddr).AddrPort()
	u := &udpSocket{
		l: l, conn: conn, addr: netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port()),
		kept: map[netip.AddrPort]*timer{}, done: make(chan struct{}),
	}
	_ = conn.SetReadBuffer(1 << 20) // a wish: bursts survive a busy moment
	return u, nil
}

// read hands datagrams over in the order of their arrival.
func (u *udpSocket) read() {
	defer close(u.done)
	buf := make([]byte, message.MaxSize)
	for {
		n, src, err := u.conn.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // an ICMP error of some peer: it is no reason to stop listening
			u.l.log.Debug("reading from the UDP socket", "error", err)
			continue
		}
		src = netip.AddrPortFrom(src.Addr().Unmap(), src.Port())
		if n <= 4 || !u.l.admitDatagram(src) {
			continue // keepalives, and what cannot be a message
		}
		data := append([]byte(nil), buf[:n]...)
		u.l.queue.Post(func() { u.l.take(data, udpFlow{u, src}, src) })
	}
}

// localTo is our address as peer sees it, without NAT: the one bound, or by route when that is unspecified.
func (u *udpSocket) localTo(peer netip.Addr) netip.AddrPort {
	if !u.addr.Addr().IsUnspecified() {
		return u.addr
	}
	if a, err := LocalTo(peer); err == nil {
		return netip.AddrPortFrom(a, u.addr.Port())
	}
	return u.addr
}

func (u *udpSocket) flow(to netip.AddrPort) (flow, error) {
	if !to.IsValid() || to.Port() == 0 {
		return nil, fmt.Errorf("%w: no address to send to", ErrTransport)
	}
	return udpFlow{u, to}, nil
}

func (u *udpSocket) close() {
	for _, t := range u.kept {
		t.stop()
	}
	_ = u.conn.Close() // unblocks read; nothing to be done about a failure
}

func (u *udpSocket) wait() { <-u.done }

// udpFlow is the socket with a peer's address.
type udpFlow struct {
	u    *udpSocket
	peer netip.AddrPort
}

func (f udpFlow) local() netip.AddrPort    { return f.u.localTo(f.peer.Addr()) }
func (f udpFlow) remote() netip.AddrPort   { return f.peer }
func (f udpFlow) transport() cti.Transport { return cti.UDP }

// send never blocks: a datagram goes to the system's buffer, whole; the system cuts long ones into fragments.
func (f udpFlow) send(data []byte) error {
	if _, err := f.u.conn.WriteToUDPAddrPort(data, f.peer); err != nil {
		return fmt.Errorf("%w: udp to %s: %w", ErrTransport, f.peer, err)
	}
	return nil
}

// keepAlive sends CRLF to the peer now and then, so that a NAT on the way stays open.
func (f udpFlow) keepAlive() {
	every := f.u.l.cfg.KeepAlive.UDP
	if every < 0 || f.u.kept[f.peer] != nil {
		return
	}
	f.tick(every)
}

// tick repeats for as long as the socket is open: the peer is a server of the line, of which there are few.
func (f udpFlow) tick(every time.Duration) {
	f.u.kept[f.peer] = f.u.l.after(every, func() {
		if err := f.send([]byte("\r\n\r\n")); err != nil {
			f.u.l.log.Debug("keepalive", "to", f.peer, "error", err)
		}
		f.tick(every)
	})
}
