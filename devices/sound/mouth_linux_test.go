//go:build cgo

package sound

import (
	"log/slog"
	"math/rand/v2"
	"net"
	"net/netip"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/devices/pulsetest"
	"cordboard/media"
	"cordboard/media/audiotest"
	"cordboard/media/engine"
)

// BenchmarkMouthToEar is the time from a click that the microphone's device has to the same click played by the
// speaker's device, both as a listener at the sound server finds them.
//
//   - "devices" hands samples from the one to the other at once: what the sound server and PortAudio take themselves;
//   - "call" is a call whose far end sends back every packet: both directions of a desk, one after the other, with a
//     packet of 20 ms, the jitter buffer and the mix in between. The far end sends by a clock of its own; how long it
//     holds a packet until then is taken off again. "ms-shown" is what the engine itself says about it.
//
// A sound server that does not get its processor time in time adds far more than what is measured here: the figures
// mean something on an otherwise idle machine only.
func BenchmarkMouthToEar(b *testing.B) {
	b.Run("devices", func(b *testing.B) {
		clicks := newClicks(b, new(atomic.Int64))
		card := newCard(b)
		mic, speaker := media.NewRing(1<<16), media.NewRing(1<<16)
		open(b, card, media.Mic, mic)
		open(b, card, media.Speaker, speaker)
		stop := make(chan struct{})
		defer close(stop)
		go patch(mic, speaker, stop)
		for b.Loop() {
			clicks.report(b, 8*time.Second)
		}
	})
	b.Run("call", func(b *testing.B) {
		held := new(atomic.Int64)
		clicks := newClicks(b, held)
		e := echoed(b, held)
		for b.Loop() {
			clicks.report(b, 12*time.Second)
		}
		d := e.Delay()
		b.ReportMetric(float64(d.Total), "ms-shown")
		b.Logf("shown: %+v; pacing %+v", d, e.Pacing())
	})
}

func open(b *testing.B, c *Card, role media.Role, ring *media.Ring) {
	b.Helper()
	s, err := c.Open(role, "", ring)
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%s says that it adds %v", s.Name(), s.Latency())
}

// patch moves samples from one ring to another as they come.
func patch(from, to *media.Ring, stop <-chan struct{}) {
	pcm := make([]int16, 1<<14)
	for {
		select {
		case <-stop:
			return
		case <-time.After(time.Millisecond / 2):
		}
		n := from.Read(pcm[:min(from.Len(), len(pcm))])
		to.Write(pcm[:n])
	}
}

// echo sends back what far gets, a packet at every beat of a clock that knows nothing of the sender's, and tells how
// long the last one was held.
func echo(far *net.UDPConn, held *atomic.Int64) {
	const beat = 20 * time.Millisecond
	base := time.Now().Add(-rand.N(beat))
	for {
		buf := make([]byte, 1500)
		n, from, err := far.ReadFromUDPAddrPort(buf)
		if err != nil {
			return
		}
		came := time.Now()
		time.AfterFunc(beat-came.Sub(base)%beat, func() {
			_, _ = far.WriteToUDPAddrPort(buf[:n], from) // what is lost is not heard
			held.Store(int64(time.Since(came)))
		})
	}
}

// echoed starts an engine with one call to a far end that sends back all it gets.
func echoed(b *testing.B, held *atomic.Int64) *engine.Engine {
	b.Helper()
	far, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		b.Fatal(err)
	}
	var done sync.WaitGroup
	done.Go(func() { echo(far, held) })
	procs := runtime.GOMAXPROCS(max(4, runtime.NumCPU())) // as the desk has it
	b.Cleanup(func() { runtime.GOMAXPROCS(procs) })
	log := slog.New(slog.DiscardHandler)
	e, err := engine.New(engine.Config{Sound: New(log), Post: func(cti.Input) {}, Log: log})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := e.Close(); err != nil {
			b.Error(err)
		}
		_ = far.Close() // ends the echo
		done.Wait()
	})
	codec := cti.Codec{Name: "pcma", PT: 8, Rate: 8000}
	if _, err := e.Reserve("a", netip.MustParseAddr("127.0.0.1")); err != nil {
		b.Fatal(err)
	}
	e.Do(cti.ApplySession{Call: "a", Session: cti.MediaSession{
		Remote: far.LocalAddr().(*net.UDPAddr).AddrPort(), Codec: codec, Accept: []cti.Codec{codec}, Send: true, Recv: true,
	}})
	e.Do(cti.ApplyPlan{Plan: cti.Plan{Edges: []cti.Edge{
		{Source: "a", Listener: cti.Operator, Gain: 1}, {Source: cti.Operator, Listener: "a", Gain: 1},
	}}})
	return e
}

// clicks says a burst of a tone into the microphone every half second and notes when mouth and ear have it.
type clicks struct {
	held  *atomic.Int64 // ns of every way that are none of ours
	mu    sync.Mutex
	mouth time.Time // of the latest
	took  []time.Duration
}

const (
	clickEvery = sampleRate / 2
	clickLen   = sampleRate / 50
	clickLoud  = 4000 // a sample of a click, not of anything else
)

func newClicks(b *testing.B, held *atomic.Int64) *clicks {
	b.Helper()
	server := pulsetest.Start(b)
	c := &clicks{held: held}
	at, tone := 0, audiotest.Sine(clickLen, 1000, sampleRate, -9)
	server.Say(func(dst []int16) {
		for i := range dst {
			dst[i] = 0
			if k := at % clickEvery; k < clickLen {
				dst[i] = tone[k]
			}
			at++
		}
	})
	server.Listen(pulsetest.MicFeed, onset(func(at time.Time) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.mouth = at
	}))
	server.Listen(pulsetest.Headset, onset(func(at time.Time) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.took = append(c.took, at.Sub(c.mouth)-time.Duration(c.held.Load()))
	}))
	return c
}

// onset tells when a click begins in what it is given as it comes.
func onset(began func(time.Time)) func([]int16) {
	quiet := 0 // samples
	return func(pcm []int16) {
		now := time.Now()
		for i, v := range pcm {
			if quiet++; max(v, -v) < clickLoud {
				continue
			}
			if quiet > clickEvery/4 {
				began(now.Add(-time.Duration(len(pcm)-i) * time.Second / sampleRate))
			}
			quiet = 0
		}
	}
}

// report lets time pass and reports what the clicks in the second half of it took, when everything is steady.
func (c *clicks) report(b *testing.B, during time.Duration) {
	b.Helper()
	time.Sleep(during / 2)
	c.mu.Lock()
	c.took = nil
	c.mu.Unlock()
	time.Sleep(during / 2)
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.took) == 0 {
		b.Fatal("no click came to the ear")
	}
	slices.Sort(c.took)
	b.ReportMetric(float64(c.took[len(c.took)/2].Microseconds())/1000, "ms-median")
	b.ReportMetric(float64(c.took[len(c.took)-1].Microseconds())/1000, "ms-max")
}
