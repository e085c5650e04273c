package engine

import (
	"fmt"
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
	"cordboard/media"
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
// buffer, mixer and encoder, without jitter on the way, with the operator's headset in the conference and without. Each
// call is heard by the next. Two and three calls begin at any time within 20 ms. Eight are spread evenly over it, so
// that no moment for the tick is better than another: the worst case.
func BenchmarkTransit(b *testing.B) {
	for _, calls := range []int{2, 3, 8} {
		for _, headset := range []bool{true, false} {
			b.Run(fmt.Sprintf("calls=%d/headset=%v", calls, headset), func(b *testing.B) { transit(b, calls, headset) })
		}
	}
}

const (
	settleFor  = 6 * time.Second // jitter buffers and the tick find their place
	measureFor = 6 * time.Second
)

func transit(b *testing.B, calls int, headset bool) {
	card := fake.New([]string{headsetMic}, []string{monitor})
	e, err := New(Config{Sound: card, Post: func(cti.Input) {}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	all := make([]*clicker, calls)
	for i := range all {
		all[i] = newClicker(b)
	}
	ring(b, e, all, headset)
	stop := make(chan struct{})
	var done sync.WaitGroup
	start := time.Now().Add(time.Duration(rand.IntN(20)) * time.Millisecond)
	for i, c := range all {
		phase := 20 * time.Millisecond * time.Duration(i) / time.Duration(calls)
		if calls < 8 {
			phase = rand.N(20 * time.Millisecond)
		}
		done.Go(func() { c.send(start.Add(phase), stop) })
		done.Go(c.receive)
	}
	done.Go(func() { play(card, stop) })
	for b.Loop() {
		time.Sleep(settleFor)
		for _, c := range all {
			c.forget()
		}
		time.Sleep(measureFor)
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

// play lets the sound card run on the wall clock.
func play(card *fake.Card, stop <-chan struct{}) {
	beat := time.NewTicker(media.Tick)
	defer beat.Stop()
	for {
		select {
		case <-beat.C:
			card.Advance(media.MaxFrame)
		case <-stop:
			return
		}
	}
}

// ring joins the calls so that each is heard by the next, the last by the first, and by the operator if there is one.
func ring(b *testing.B, e *Engine, all []*clicker, operator bool) {
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
		if operator {
			p.Edges = append(p.Edges, both(cti.PartyID(callID(i)), cti.Operator)...)
		}
	}
	e.Do(cti.ApplyPlan{Plan: p})
}

// forget leaves out what was measured so far.
func (c *clicker) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.transit = nil
}

func report(b *testing.B, all []*clicker) {
	b.Helper()
	var every []time.Duration
	for _, c := range all {
		c.mu.Lock()
		every = append(every, c.transit...)
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
