package engine

import (
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/devices/fake"
	"cordboard/media"
)

// BenchmarkTick is the cost of one tick of a full-mesh conference whose parties are streams on the loopback interface:
// reading, mixing, encoding and sending. Divide by 10 ms for the load of one processor.
func BenchmarkTick(b *testing.B) {
	for _, n := range []int{2, 4, 8, 16} {
		b.Run(fmt.Sprintf("legs=%d", n), func(b *testing.B) {
			e, err := build(Config{
				Sound: fake.New([]string{headsetMic}, []string{headset}), Post: func(cti.Input) {},
				Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
			})
			if err != nil {
				b.Fatal(err)
			}
			conference(b, e, n)
			b.ReportAllocs()
			for b.Loop() {
				e.tick.tick()
			}
			go e.tick.run()
			if err := e.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// conference joins n calls and the operator, each hearing all others. What is sent to the calls comes nowhere.
func conference(b *testing.B, e *Engine, n int) {
	b.Helper()
	local := netip.MustParseAddr("127.0.0.1")
	sink, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(local, 0)))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = sink.Close() }) // nothing is read from it
	all := []cti.PartyID{cti.Operator}
	for i := range n {
		if _, err := e.Reserve(callID(i), local); err != nil {
			b.Fatal(err)
		}
		e.Do(cti.ApplySession{Call: callID(i), Session: pcma(sink.LocalAddr().(*net.UDPAddr).AddrPort())})
		all = append(all, cti.PartyID(callID(i)))
	}
	var p cti.Plan
	for _, listener := range all {
		for _, source := range all {
			if source != listener {
				p.Edges = append(p.Edges, cti.Edge{Source: source, Listener: listener, Gain: 1})
			}
		}
	}
	e.Do(cti.ApplyPlan{Plan: p})
}

// BenchmarkPacing measures how far the packets of a call leave from their 20 ms, quiet and beside goroutines that keep
// every processor busy. It is a benchmark, no test: the figures are the machine's as much as ours.
func BenchmarkPacing(b *testing.B) {
	for _, busy := range []int{0, runtime.NumCPU()} {
		b.Run(fmt.Sprintf("busy=%d", busy), func(b *testing.B) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(runtime.NumCPU() + 2))
			stop := make(chan struct{})
			for range busy {
				go spin(stop)
			}
			defer close(stop)
			for b.Loop() {
				errors, p := pacing(b, 3*time.Second)
				b.ReportMetric(ms64(errors[len(errors)/2]), "ms-p50")
				b.ReportMetric(ms64(errors[len(errors)*99/100]), "ms-p99")
				b.ReportMetric(ms64(p.P99), "ms-late-p99")
			}
		})
	}
}

func spin(stop chan struct{}) {
	for n := 0; ; n++ {
		if n%1e6 == 0 {
			select {
			case <-stop:
				return
			default:
			}
		}
	}
}

func ms64(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// pacing receives the packets of one call for a while and returns by how much each came off the 20 ms grid of the
// earliest, sorted.
func pacing(b *testing.B, length time.Duration) ([]time.Duration, Pacing) {
	b.Helper()
	e, err := New(Config{Sound: fake.New(nil, nil), Post: func(cti.Input) {}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	local := netip.MustParseAddr("127.0.0.1")
	far, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(local, 0)))
	if err != nil {
		b.Fatal(err)
	}
	if _, err := e.Reserve("a", local); err != nil {
		b.Fatal(err)
	}
	e.Do(cti.ApplySession{Call: "a", Session: pcma(far.LocalAddr().(*net.UDPAddr).AddrPort())})
	start, packet := time.Now(), make([]byte, 1500)
	var offs []time.Duration
	for i := 0; time.Since(start) < length; i++ {
		if _, err := far.Read(packet); err != nil {
			b.Fatal(err)
		}
		offs = append(offs, time.Since(start)-time.Duration(i)*2*media.Tick)
	}
	p := e.Pacing()
	if err := e.Close(); err != nil {
		b.Fatal(err)
	}
	_ = far.Close() // nothing more is read from it
	slices.Sort(offs)
	first := offs[0]
	for i := range offs {
		offs[i] -= first
	}
	return offs, p
}
