package engine

import (
	"fmt"
	"net/netip"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"cordboard/cti"
	"cordboard/devices/fake"
	"cordboard/media"
	"cordboard/media/audiotest"
)

func TestMain(m *testing.M) {
	if os.Getenv(talkersVariable) != "" {
		talkers()
		return
	}
	goleak.VerifyTestMain(m)
}

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

const speechLevel = -20 // dBFS of every talker

// memoryPort is a party without a network: it says a tone and keeps what it hears.
type memoryPort struct {
	mu      sync.Mutex
	rate    int
	tone    *audiotest.Tone
	freq    float64
	heard   []int16
	digits  string
	session cti.MediaSession
	closed  chan struct{}
}

func (p *memoryPort) Read(dst []int16) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := media.FrameLen(p.rate)
	if p.tone == nil {
		clear(dst[:n])
		return n
	}
	p.tone.Fill(dst[:n])
	return n
}

func (p *memoryPort) Write(src []int16) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.heard = append(p.heard, src...)
}

func (p *memoryPort) SetPhase(int)                {}
func (p *memoryPort) Slack() (time.Duration, int) { return 0, 0 }
func (p *memoryPort) Local() netip.AddrPort       { return netip.MustParseAddrPort("127.0.0.1:20000") }
func (p *memoryPort) Quality() cti.Quality        { return cti.Quality{Buffer: 15} }

func (p *memoryPort) PlayDigits(d string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.digits += d
	return nil
}

func (p *memoryPort) Apply(s cti.MediaSession) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.session = s
	if s.Codec.Rate != p.rate {
		p.rate = s.Codec.Rate
		p.tone = audiotest.NewTone(p.freq, p.rate, speechLevel)
	}
	return nil
}

func (p *memoryPort) Close() error {
	close(p.closed)
	return nil
}

// take returns what the party heard since the last time.
func (p *memoryPort) take() []int16 {
	p.mu.Lock()
	defer p.mu.Unlock()
	pcm := p.heard
	p.heard = nil
	return pcm
}

// studio is an engine whose time is the test: one step is a tick and 10 ms of the sound card.
type studio struct {
	*Engine
	t     *testing.T
	card  *fake.Card
	ports map[cti.CallID]*memoryPort
	last  *memoryPort
	posts chan cti.Input
}

const (
	headset    = "Headset"
	headsetMic = "Headset microphone"
	monitor    = "Monitor speaker"
	deskMic    = "Desk microphone"
	micFreq    = 1000.0
)

// newStudio returns a studio whose card has two microphones and two speakers. The operator says a tone of micFreq.
func newStudio(t *testing.T, change func(*Config)) *studio {
	t.Helper()
	s := &studio{
		t: t, ports: map[cti.CallID]*memoryPort{}, posts: make(chan cti.Input, 1000),
		card: fake.New([]string{headsetMic, deskMic}, []string{headset, monitor}),
	}
	s.card.Speak(audiotest.NewTone(micFreq, deviceRate, speechLevel).Fill)
	cfg := Config{Sound: s.card, Listen: s.listen, Post: func(in cti.Input) { s.posts <- in }}
	if change != nil {
		change(&cfg)
	}
	e, err := build(cfg)
	if err != nil {
		t.Fatal(err)
	}
	s.Engine = e
	t.Cleanup(func() {
		go e.tick.run()
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (s *studio) listen(netip.Addr, func(string)) (Port, error) {
	s.last = &memoryPort{freq: audiotest.Freq(len(s.ports)), closed: make(chan struct{})}
	return s.last, nil
}

// call adds a party with a codec of that rate and waits for the devices.
func (s *studio) call(id cti.CallID, rate int) *memoryPort {
	s.t.Helper()
	if _, err := s.Reserve(id, netip.MustParseAddr("127.0.0.1")); err != nil {
		s.t.Fatal(err)
	}
	s.ports[id] = s.last
	s.session(id, rate)
	return s.ports[id]
}

func (s *studio) session(id cti.CallID, rate int) {
	s.Do(cti.ApplySession{Call: id, Session: cti.MediaSession{Codec: cti.Codec{Name: "test", Rate: rate}}})
}

// talk plans that the operator and these calls hear each other, and nobody else anybody.
func (s *studio) talk(ids ...cti.CallID) {
	var p cti.Plan
	for _, id := range ids {
		p.Edges = append(p.Edges, both(cti.PartyID(id), cti.Operator)...)
	}
	s.Do(cti.ApplyPlan{Plan: p})
}

func both(a, b cti.PartyID) []cti.Edge {
	return []cti.Edge{{Source: a, Listener: b, Gain: 1}, {Source: b, Listener: a, Gain: 1}}
}

// devices waits until the operator's devices are open.
func (s *studio) devices() {
	s.t.Helper()
	s.opened(media.Mic, headsetMic)
	s.opened(media.Speaker, headset)
}

func (s *studio) opened(role media.Role, name string) {
	s.t.Helper()
	if !s.card.WaitOpen(role, name, patience) {
		s.t.Fatalf("device %q is not open for role %d", name, role)
	}
}

// step lets n ticks pass.
func (s *studio) step(n int) {
	for range n {
		s.card.Advance(media.MaxFrame)
		s.tick.tick()
	}
}

// forget throws away what everybody has heard until now.
func (s *studio) forget() {
	for _, p := range s.ports {
		p.take()
	}
	s.card.Heard(media.Speaker)
	s.card.Heard(media.Ringer)
}

// sound waits for a state of the devices that fits.
func (s *studio) sound(what string, fits func(cti.Sound) bool) cti.Sound {
	s.t.Helper()
	deadline := time.After(patience)
	var last cti.Sound
	for {
		select {
		case in := <-s.posts:
			if changed, ok := in.(cti.SoundChanged); ok {
				if last = changed.Sound; fits(last) {
					return last
				}
			}
		case <-deadline:
			s.t.Fatalf("%s: never told; the last news was %+v", what, last)
		}
	}
}

// hears fails the test unless pcm has exactly the wanted tones of all that are in use, at their level.
func hears(t *testing.T, who string, pcm []int16, rate int, want ...float64) {
	t.Helper()
	all := []float64{micFreq, 425}
	for i := range 8 {
		all = append(all, audiotest.Freq(i))
	}
	pcm = pcm[max(0, len(pcm)-rate/5):] // short: a drift resampler changes the pitch by some hundred ppm
	for _, f := range all {
		level := audiotest.LevelAt(pcm, f, rate)
		if slices.Contains(want, f) && (level < speechLevel-2 || level > speechLevel+2) {
			t.Errorf("%s hears the tone of %.0f Hz at %.1f dBFS, want %d", who, f, level, speechLevel)
		}
		if !slices.Contains(want, f) && level > -60 {
			t.Errorf("%s hears a tone of %.0f Hz at %.1f dBFS, which is for others", who, f, level)
		}
	}
}

func callID(i int) cti.CallID { return cti.CallID(fmt.Sprintf("call-%d", i)) }
