// Package siptest has scripted SIP peers for tests: they send and receive single messages on loopback sockets, with
// no transactions of their own in the way, so that a script can do what a well-behaved stack never would.
//
// All methods fail the test when what they wait for does not come. A Peer belongs to the test's goroutine.
package siptest

import (
	"bufio"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"cordboard/cti/sip/message"

	"github.com/emiago/sipgo/sip"
)

// Patience is how long a script waits for a message. It is long: machines that run tests are busy.
const Patience = 20 * time.Second

// Peer is one scripted party.
type Peer struct {
	t    testing.TB
	udp  *net.UDPConn
	tcp  net.Listener
	addr netip.AddrPort
	in   chan sip.Message
	seen map[string]bool // repeated requests are taken once
	kept []sip.Message   // arrived while another kind was waited for

	mu    sync.Mutex
	conns map[netip.AddrPort]net.Conn
}

// UDP opens a peer on a free port of 127.0.0.1; it is closed when the test ends.
func UDP(t testing.TB) *Peer {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	p := newPeer(t, conn.LocalAddr().(*net.UDPAddr).AddrPort())
	p.udp = conn
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.readUDP()
	}()
	t.Cleanup(func() {
		_ = conn.Close() // the end of the reader is what counts
		<-done
	})
	return p
}

// TCP opens a peer that listens on a free port of 127.0.0.1.
func TCP(t testing.TB) *Peer {
	t.Helper()
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := newPeer(t, l.Addr().(*net.TCPAddr).AddrPort())
	p.tcp = l
	var readers sync.WaitGroup
	readers.Go(func() { p.accept(&readers) })
	t.Cleanup(func() {
		_ = l.Close() // the end of the readers is what counts
		p.mu.Lock()
		for _, c := range p.conns {
			_ = c.Close()
		}
		p.mu.Unlock()
		readers.Wait()
	})
	return p
}

// newPeer has room for more messages than a script leaves lying, so that its reader never blocks.
func newPeer(t testing.TB, addr netip.AddrPort) *Peer {
	return &Peer{t: t, addr: addr, in: make(chan sip.Message, 4096), seen: map[string]bool{}, conns: map[netip.AddrPort]net.Conn{}}
}

// Addr is where the peer listens.
func (p *Peer) Addr() netip.AddrPort { return p.addr }

// URI is a SIP address at the peer.
func (p *Peer) URI(user string) string {
	if p.tcp != nil {
		return fmt.Sprintf("sip:%s@%s;transport=tcp", user, p.addr)
	}
	return fmt.Sprintf("sip:%s@%s", user, p.addr)
}

// readUDP takes datagrams until the socket is closed.
func (p *Peer) readUDP() {
	buf := make([]byte, 65535)
	for {
		n, from, err := p.udp.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		p.take(buf[:n], netip.AddrPortFrom(from.Addr().Unmap(), from.Port()))
	}
}

// accept takes connections until the listener is closed.
func (p *Peer) accept(readers *sync.WaitGroup) {
	for {
		conn, err := p.tcp.Accept()
		if err != nil {
			return
		}
		from := conn.RemoteAddr().(*net.TCPAddr).AddrPort()
		p.mu.Lock()
		p.conns[from] = conn
		p.mu.Unlock()
		readers.Go(func() { p.readTCP(conn, from) })
	}
}

// readTCP takes the messages of one connection.
func (p *Peer) readTCP(conn net.Conn, from netip.AddrPort) {
	r := bufio.NewReader(conn)
	for {
		f, err := message.NextFrame(r)
		if err != nil {
			return
		}
		if f.Message != nil {
			p.take(f.Message, from)
		}
	}
}

// take parses a copy of data; what cannot be read is dropped, as keepalives are.
func (p *Peer) take(data []byte, from netip.AddrPort) {
	msg, fault := message.Parse(append([]byte(nil), data...))
	if fault != nil {
		return
	}
	msg.SetSource(from.String())
	p.in <- msg
}

// Send writes raw text to an address; lines may end with LF alone.
func (p *Peer) Send(to netip.AddrPort, text string) {
	p.t.Helper()
	if err := p.write(to, []byte(text)); err != nil {
		p.t.Fatalf("peer cannot send: %v", err)
	}
}

// write sends on the socket, or on the connection that came from that address.
func (p *Peer) write(to netip.AddrPort, data []byte) error {
	if p.udp != nil {
		_, err := p.udp.WriteToUDPAddrPort(data, to)
		return err
	}
	p.mu.Lock()
	conn := p.conns[to]
	p.mu.Unlock()
	if conn == nil {
		return fmt.Errorf("no connection from %s", to)
	}
	_, err := conn.Write(data)
	return err
}

// match waits for the first message that fits; others that come before it are kept for later calls.
func (p *Peer) match(what string, fits func(sip.Message) bool) sip.Message {
	p.t.Helper()
	for i, m := range p.kept {
		if fits(m) {
			p.kept = append(p.kept[:i:i], p.kept[i+1:]...)
			return m
		}
	}
	deadline := time.NewTimer(Patience)
	defer deadline.Stop()
	for {
		select {
		case m := <-p.in:
			if p.repeated(m) {
				continue
			}
			if fits(m) {
				return m
			}
			p.kept = append(p.kept, m)
		case <-deadline.C:
			p.t.Fatalf("peer waited in vain for %s; instead came %s", what, starts(p.kept))
		}
	}
}

// repeated reports whether a request was taken before (same branch and method).
func (p *Peer) repeated(m sip.Message) bool {
	req, ok := m.(*sip.Request)
	if !ok {
		return false
	}
	branch, _ := req.Via().Params.Get("branch") // an RFC 2543 client has none; then nothing counts as repeated
	key := branch + string(req.Method)
	if branch == "" || req.Method == sip.ACK || !p.seen[key] {
		p.seen[key] = true
		return false
	}
	return true
}

// starts lists start lines, for the message of a failed wait.
func starts(list []sip.Message) (out []string) {
	for _, m := range list {
		switch m := m.(type) {
		case *sip.Request:
			out = append(out, m.StartLine())
		case *sip.Response:
			out = append(out, m.StartLine()+" to "+m.CSeq().Value())
		}
	}
	return out
}

// Request waits for the next request of a method, repeated ones left out.
func (p *Peer) Request(method sip.RequestMethod) *sip.Request {
	p.t.Helper()
	m := p.match("a "+string(method), func(m sip.Message) bool {
		r, ok := m.(*sip.Request)
		return ok && r.Method == method
	})
	return m.(*sip.Request)
}

// Invited waits for the next INVITE that begins a call.
func (p *Peer) Invited() *sip.Request {
	p.t.Helper()
	m := p.match("a new INVITE", func(m sip.Message) bool {
		r, ok := m.(*sip.Request)
		return ok && r.Method == sip.INVITE && !r.To().Params.Has("tag")
	})
	return m.(*sip.Request)
}

// Response waits for the next response with a code to a method.
func (p *Peer) Response(code int, method sip.RequestMethod) *sip.Response {
	p.t.Helper()
	m := p.match(fmt.Sprintf("a %d to %s", code, method), func(m sip.Message) bool {
		r, ok := m.(*sip.Response)
		return ok && r.StatusCode == code && r.CSeq().MethodName == method
	})
	return m.(*sip.Response)
}

// Final waits for the next final response to a method.
func (p *Peer) Final(method sip.RequestMethod) *sip.Response {
	p.t.Helper()
	m := p.match("a final answer to "+string(method), func(m sip.Message) bool {
		r, ok := m.(*sip.Response)
		return ok && r.StatusCode >= 200 && r.CSeq().MethodName == method
	})
	return m.(*sip.Response)
}

// Pending reports whether a request of a method has arrived and was not taken. It does not wait.
func (p *Peer) Pending(method sip.RequestMethod) bool {
	for {
		select {
		case m := <-p.in:
			if !p.repeated(m) {
				p.kept = append(p.kept, m)
			}
			continue
		default:
		}
		break
	}
	for _, m := range p.kept {
		if r, ok := m.(*sip.Request); ok && r.Method == method {
			return true
		}
	}
	return false
}

// Any reports whether anything at all has arrived and was not taken. It does not wait.
func (p *Peer) Any() bool { return p.Pending("") || len(p.kept) > 0 }
