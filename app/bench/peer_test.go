//go:build linux

package bench

import (
	"context"
	"encoding/binary"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"cordboard/app/api"
	"cordboard/cti"
	"cordboard/cti/siptest"

	"github.com/emiago/sipgo/sip"
	"golang.org/x/sys/unix"
)

// talker is the far end of calls: it sends G.711 every 20 ms and notes when packets arrive.
type talker struct {
	conn *net.UDPConn
	stop chan struct{}
	done sync.WaitGroup

	mu   sync.Mutex
	came []time.Time
}

// newTalker opens an RTP socket and starts to send to where the first packet comes from.
func newTalker(b *testing.B) *talker {
	b.Helper()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		b.Fatal(err)
	}
	stamp(b, c)
	t := &talker{conn: c, stop: make(chan struct{})}
	first := make(chan netip.AddrPort, 1)
	t.done.Go(func() { t.receive(first) })
	t.done.Go(func() { t.send(first) })
	b.Cleanup(func() {
		close(t.stop)
		_ = c.Close() // the ends of both goroutines are what counts
		t.done.Wait()
	})
	return t
}

func (t *talker) port() int { return t.conn.LocalAddr().(*net.UDPAddr).Port }

func (t *talker) receive(first chan<- netip.AddrPort) {
	buf, control := make([]byte, 2048), make([]byte, 128)
	for {
		n, nc, _, from, err := t.conn.ReadMsgUDPAddrPort(buf, control)
		if err != nil {
			return
		}
		if n < 100 { // keepalives and events
			continue
		}
		t.mu.Lock()
		if len(t.came) == 0 {
			first <- from
		}
		t.came = append(t.came, arrival(control[:nc]))
		t.mu.Unlock()
	}
}

// stamp makes the kernel note when packets arrive: on the loopback that is when they were sent, however late this
// process gets to read them.
func stamp(b *testing.B, c *net.UDPConn) {
	b.Helper()
	raw, err := c.SyscallConn()
	if err != nil {
		b.Fatal(err)
	}
	var failed error
	if err := raw.Control(func(fd uintptr) { failed = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TIMESTAMPNS, 1) }); err != nil || failed != nil {
		b.Fatal(err, failed)
	}
}

// arrival is the kernel's time in a control message, now when there is none.
func arrival(control []byte) time.Time {
	msgs, err := unix.ParseSocketControlMessage(control)
	if err != nil {
		return time.Now()
	}
	for _, m := range msgs {
		if m.Header.Type == unix.SO_TIMESTAMPNS && len(m.Data) >= 16 {
			return time.Unix(int64(binary.NativeEndian.Uint64(m.Data)), int64(binary.NativeEndian.Uint64(m.Data[8:])))
		}
	}
	return time.Now()
}

// send talks at a steady pace once it knows where to.
func (t *talker) send(first <-chan netip.AddrPort) {
	var to netip.AddrPort
	select {
	case to = <-first:
	case <-t.stop:
		return
	}
	pkt := make([]byte, 12+160)
	pkt[0], pkt[1] = 0x80, 8
	for i := range 160 {
		pkt[12+i] = byte(i) ^ 0x55
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for n := uint32(0); ; n++ {
		pkt[2], pkt[3] = byte(n>>8), byte(n)
		ts := n * 160
		pkt[4], pkt[5], pkt[6], pkt[7] = byte(ts>>24), byte(ts>>16), byte(ts>>8), byte(ts)
		_, _ = t.conn.WriteToUDPAddrPort(pkt, to) // a closed socket ends the receiver, and then this too
		select {
		case <-tick.C:
		case <-t.stop:
			return
		}
	}
}

// errors are the differences of the gaps between packets from 20 ms, since the last time it was asked.
func (t *talker) errors() (errs []time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := 1; i < len(t.came); i++ {
		errs = append(errs, (t.came[i].Sub(t.came[i-1]) - 20*time.Millisecond).Abs())
	}
	t.came = t.came[max(0, len(t.came)-1):] // the next gap begins with the newest
	return errs
}

// forget drops what came so far.
func (t *talker) forget() { t.errors() }

// hangup ends a call from the peer's side.
func hangup(p *siptest.Peer, leg *siptest.Leg) {
	leg.Request(sip.BYE)
	p.Response(200, sip.BYE)
}

// calls holds n calls with sound open until the benchmark ends; the operator takes each, so all but the last are held.
func calls(b *testing.B, d *desk, n int) []*talker {
	b.Helper()
	p, client := siptest.UDP(b), d.client()
	var ts []*talker
	for i := range n {
		t := newTalker(b)
		leg := p.Calling(netip.MustParseAddrPort(d.addr), "desk", fmt.Sprintf("load-%d-%d", n, i))
		leg.Request(sip.INVITE, siptest.SDP(t.port(), 1, "sendrecv"))
		ringing := d.await(func(s cti.Snapshot) bool { return len(s.Calls) == i+1 && s.Calls[i].Phase == cti.PhaseRinging })
		if _, err := client.Command(context.Background(), cti.VerbAnswer, api.Request{Call: ringing.Calls[i].ID}); err != nil {
			b.Fatal(err)
		}
		leg.Confirm(p.Response(200, sip.INVITE))
		b.Cleanup(func() { hangup(p, leg) })
		ts = append(ts, t)
		if i > 0 { // the earlier call is put on hold
			p.Answer(p.Request(sip.INVITE), 200, "", siptest.SDP(ts[i-1].port(), 2, "recvonly"))
			p.Request(sip.ACK)
		}
	}
	return ts
}
