package rtp

import (
	"net/netip"
	"testing"
	"time"

	"go.uber.org/goleak"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/audiotest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	loopback = netip.MustParseAddr("127.0.0.1")
	pcmu     = cti.Codec{Name: "pcmu", PT: 0, Rate: 8000}
	pcma     = cti.Codec{Name: "pcma", PT: 8, Rate: 8000}
	g722     = cti.Codec{Name: "g722", PT: 9, Rate: 16000}
)

// open gives a Port that is closed with the test.
func open(t testing.TB, cfg Config) *Port {
	t.Helper()
	p, err := Listen(loopback, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// sessionTo is a plain session of one codec with events towards addr.
func sessionTo(addr netip.AddrPort, c cti.Codec) cti.MediaSession {
	return cti.MediaSession{
		Remote: addr, Codec: c, Accept: []cti.Codec{pcmu, pcma, g722},
		EventSend: 101, EventRecv: 101, EventRate: 8000, Send: true, Recv: true,
	}
}

func apply(t testing.TB, p *Port, s cti.MediaSession) {
	t.Helper()
	if err := p.Apply(s); err != nil {
		t.Fatal(err)
	}
}

// pair is two Ports that talk to each other.
func pair(t testing.TB, c cti.Codec) (a, b *Port) {
	a, b = open(t, Config{}), open(t, Config{})
	apply(t, a, sessionTo(b.Local(), c))
	apply(t, b, sessionTo(a.Local(), c))
	return a, b
}

const patience = 30 * time.Second

// await polls a condition that another goroutine will make true.
func await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(patience)
	poll := time.NewTicker(2 * time.Millisecond)
	defer poll.Stop()
	for !ok() {
		select {
		case <-poll.C:
		case <-deadline:
			t.Fatalf("%s did not happen within %v", what, patience)
		}
	}
}

// talk runs ticks in real time: a says a tone, b listens. It returns what b heard.
func talk(a, b *Port, hz float64, ticks int) []int16 {
	var heard []int16
	var frame [media.MaxFrame]int16
	rate := a.SendRate()
	n := media.FrameLen(rate)
	tone := audiotest.Sine(ticks*n, hz, rate, -20)
	clock := time.NewTicker(media.Tick)
	defer clock.Stop()
	for i := range ticks {
		a.Write(tone[i*n : (i+1)*n])
		heard = append(heard, frame[:b.Read(frame[:])]...)
		<-clock.C
	}
	return heard
}

func TestToneCrossesTheWire(t *testing.T) {
	for _, c := range []cti.Codec{pcmu, pcma, g722} {
		t.Run(c.Name, func(t *testing.T) {
			a, b := pair(t, c)
			heard := talk(a, b, 440, 60)
			tail := heard[len(heard)/2:]
			if got := audiotest.LevelAt(tail, 440, b.Rate()); got < -22 || got > -18 {
				t.Errorf("a tone of -20 dBFS arrives with %.1f dBFS", got)
			}
		})
	}
}
