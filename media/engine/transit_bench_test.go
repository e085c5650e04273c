package engine

import (
	"log/slog"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"sync"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/devices/fake"
)

const (
	loudA, silentA = 0x2a, 0xd5 // G.711 A-law: near full scale, and zero
	payloadLen     = 160
	clickEvery     = 25 // packets
)

// clicker is the far end of a call: it sends silence with a click now and then, and hears the click of another one.
type clicker struct {
	conn *net.UDPConn
	to   netip.AddrPort

	mu      sync.Mutex
	clicked time.Time       // when the last click was sent
	from    *clicker        // whose clicks are heard here
	transit []time.Duration // of every click heard
}

func newClicker(b *testing.B) *clicker {
	b.Helper()
	c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		b.Fatal(err)
	}
	return &clicker{conn: c}
}

// send talks until stop, one packet every 20 ms from first on.
func (c *clicker) send(first time.Time, stop <-chan struct{}) {
	pkt := make([]byte, 12+payloadLen)
	pkt[0], pkt[1] = 0x80, 8
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		case <-time.After(time.Until(first.Add(time.Duration(i) * 20 * time.Millisecond))):
		}
		ts := uint32(i * payloadLen)
		pkt[2], pkt[3] = byte(i>>8), byte(i)
		pkt[4], pkt[5], pkt[6], pkt[7] = byte(ts>>24), byte(ts>>16), byte(ts>>8), byte(ts)
		level := byte(silentA)
		if i%clickEvery == clickEvery-1 {
			level = loudA
			c.mu.Lock()
			c.clicked = time.Now()
			c.mu.Unlock()
		}
		for k := range payloadLen {
			pkt[12+k] = level
		}
		_, _ = c.conn.WriteToUDPAddrPort(pkt, c.to) // one that is lost is heard by nobody
	}
}

// receive notes the transit of clicks: from the start of the packet they were sent in to the place in a packet where
// they begin here, so that a buffer which shifts them within packets counts as well.
func (c *clicker) receive() {
	buf := make([]byte, 1500)
	quiet := false
	for {
		n, err := c.conn.Read(buf)
		if err != nil {
			return
		}
		now := time.Now()
		at := slices.IndexFunc(buf[12:n], func(v byte) bool { return v&0x7f^0x55 > 0x40 })
		if at >= 0 && quiet {
			c.from.mu.Lock()
			sent := c.from.clicked
			c.from.mu.Unlock()
			c.mu.Lock()
			c.transit = append(c.transit, now.Sub(sent)+time.Duration(at)*time.Second/8000)
			c.mu.Unlock()
		}
		quiet = at < 0
	}
}

// BenchmarkTransit is how long sound takes from the packet of one call to the packet of the next, through jitter
// buffer, mixer and encoder, without jitter on the way. Eight calls, each heard by the next, whose senders start
// evenly spread over 20 ms stand for every phase between the callers' clocks and ours.
func BenchmarkTransit(b *testing.B) {
	const calls = 8
	e, err := New(Config{Sound: fake.New(nil, nil), Post: func(cti.Input) {}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	all := make([]*clicker, calls)
	for i := range all {
		all[i] = newClicker(b)
	}
	ring(b, e, all)
	stop := make(chan struct{})
	var done sync.WaitGroup
	start := time.Now().Add(time.Duration(rand.IntN(20)) * time.Millisecond)
	for i, c := range all {
		done.Go(func() { c.send(start.Add(time.Duration(i)*20*time.Millisecond/calls), stop) })
		done.Go(c.receive)
	}
	for b.Loop() {
		time.Sleep(6 * time.Second)
	}
	close(stop)
	report(b, all)
	for _, c := range all {
		_ = c.conn.Close() // ends its receiver
	}
	done.Wait()
	if err := e.Close(); err != nil {
		b.Fatal(err)
	}
}

// ring joins the calls so that each is heard by the next, the last by the first.
func ring(b *testing.B, e *Engine, all []*clicker) {
	b.Helper()
	local := netip.MustParseAddr("127.0.0.1")
	var p cti.Plan
	for i, c := range all {
		port, err := e.Reserve(callID(i), local)
		if err != nil {
			b.Fatal(err)
		}
		c.to = netip.AddrPortFrom(local, port)
		next := (i + 1) % len(all)
		all[next].from = c
		e.Do(cti.ApplySession{Call: callID(i), Session: pcma(c.conn.LocalAddr().(*net.UDPAddr).AddrPort())})
		p.Edges = append(p.Edges, cti.Edge{Source: cti.PartyID(callID(i)), Listener: cti.PartyID(callID(next)), Gain: 1})
	}
	e.Do(cti.ApplyPlan{Plan: p})
}

// report leaves the first two seconds out, in which the jitter buffers settle.
func report(b *testing.B, all []*clicker) {
	b.Helper()
	var every []time.Duration
	for _, c := range all {
		c.mu.Lock()
		every = append(every, c.transit[min(len(c.transit), 4):]...)
		c.mu.Unlock()
	}
	if len(every) == 0 {
		b.Fatal("no click came through")
	}
	slices.Sort(every)
	var sum time.Duration
	for _, d := range every {
		sum += d
	}
	b.ReportMetric(ms64(sum)/float64(len(every)), "ms-mean")
	b.ReportMetric(ms64(every[len(every)*95/100]), "ms-p95")
	b.ReportMetric(float64(len(every)), "clicks")
}
