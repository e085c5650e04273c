package engine

import (
	"net/netip"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/devices/fake"
	"cordboard/media"
	"cordboard/media/audiotest"
	"cordboard/media/rtp"
)

func TestDeviceVanishesInACallAndComesBack(t *testing.T) {
	s := newStudio(t, func(c *Config) { c.Mic, c.Speaker = headsetMic, headset })
	party := s.call("a", 16000)
	s.talk("a")
	s.devices()
	s.step(settled)

	s.card.Vanish(headset)
	s.card.Vanish(headsetMic)
	s.sound("the headset is missing", func(snd cti.Sound) bool {
		return snd.Speaker.State == cti.DeviceMissing && snd.Mic.State == cti.DeviceMissing
	})
	s.opened(media.Mic, deskMic)
	s.opened(media.Speaker, monitor)
	s.step(settled)
	s.forget()
	s.step(50)
	hears(t, "the call over the stand-in", party.take(), 16000, micFreq)
	hears(t, "the operator over the stand-in", s.card.Heard(media.Speaker), deviceRate, audiotest.Freq(0))

	s.card.Plug(headset, false)
	s.card.Plug(headsetMic, true)
	s.sound("the headset is back", func(snd cti.Sound) bool {
		return snd.Speaker == cti.Device{Name: headset, State: cti.DeviceOK} && snd.Mic.State == cti.DeviceOK
	})
	s.devices()
	s.step(settled)
	s.forget()
	s.step(50)
	hears(t, "the call over the headset", party.take(), 16000, micFreq)
}

func TestCallGoesOnWithoutAnyDevice(t *testing.T) {
	s := newStudio(t, nil)
	for _, name := range []string{headset, headsetMic, monitor, deskMic} {
		s.card.Vanish(name)
	}
	a, b := s.call("a", 8000), s.call("b", 8000)
	snd := s.sound("no device", func(snd cti.Sound) bool {
		return snd.Mic.State == cti.DeviceMissing && snd.Speaker.State == cti.DeviceMissing
	})
	if snd.Mic.Note == "" || snd.Speaker.Note == "" {
		t.Errorf("a missing device is not explained: %+v", snd)
	}
	s.Do(cti.ApplyPlan{Plan: cti.Plan{Edges: append(both("a", "b"), both("a", cti.Operator)...)}})
	s.step(settled)
	s.forget()
	s.step(50)
	hears(t, "a", a.take(), 8000, audiotest.Freq(1))
	hears(t, "b", b.take(), 8000, audiotest.Freq(0))

	s.card.Plug(headsetMic, true)
	s.card.Plug(headset, false)
	s.devices()
	s.step(settled)
	s.forget()
	s.step(50)
	hears(t, "a with the microphone back", a.take(), 8000, audiotest.Freq(1), micFreq)
}

func TestChosenDeviceIsTakenAtOnce(t *testing.T) {
	s := newStudio(t, nil)
	s.call("a", 8000)
	s.devices()
	s.SetDevices(deskMic, None, None)
	s.opened(media.Mic, deskMic)
	s.opened(media.Speaker, "")
	s.sound("no speaker by choice", func(snd cti.Sound) bool {
		return snd.Mic.Name == deskMic && snd.Speaker.State == cti.DeviceNone && snd.Ringer.State == cti.DeviceNone
	})
}

func TestNewDefaultOfTheSystemIsFollowed(t *testing.T) {
	s := newStudio(t, nil)
	s.call("a", 8000)
	s.devices()
	s.card.Prefer(monitor)
	s.opened(media.Speaker, monitor)
	s.sound("the new default", func(snd cti.Sound) bool {
		return snd.Speaker == cti.Device{Name: monitor, State: cti.DeviceOK}
	})
	if n := s.card.Opened(); n != 3 {
		t.Errorf("%d streams were opened, want 3: the microphone had no reason to change", n)
	}
}

func TestChosenDeviceStaysWhenTheDefaultChanges(t *testing.T) {
	s := newStudio(t, func(c *Config) { c.Speaker = headset })
	s.call("a", 8000)
	s.devices()
	s.card.Prefer(monitor)
	s.sound("the new list", func(snd cti.Sound) bool { return len(snd.Outputs) > 0 && snd.Outputs[0] == monitor })
	s.opened(media.Speaker, headset)
	if n := s.card.Opened(); n != 2 {
		t.Errorf("%d streams were opened, want 2", n)
	}
}

func TestDevicesStayWarmAfterACallAndThenClose(t *testing.T) {
	s := newStudio(t, func(c *Config) { c.Warm = 50 * time.Millisecond })
	s.call("a", 8000)
	s.devices()
	s.Do(cti.CloseSession{Call: "a"})
	s.opened(media.Mic, "")
	s.opened(media.Speaker, "")
	s.sound("idle devices", func(snd cti.Sound) bool { return snd.Mic.State == cti.DeviceIdle && snd.Mic.Name == headsetMic })
	if n := s.card.Opened(); n != 2 {
		t.Errorf("%d streams were opened for one call, want 2", n)
	}
}

// A card whose clock is off must not lose or add whole frames, and its ring must stay short.
func TestDriftingCardIsFollowed(t *testing.T) {
	for _, ppm := range []int{-300, 300} {
		s := newStudio(t, nil)
		party := s.call("a", 16000)
		s.talk("a")
		s.devices()
		owed := 0.0
		drift := func(ticks int) {
			for range ticks {
				owed += media.MaxFrame * (1 + float64(ppm)*1e-6)
				s.card.Advance(int(owed))
				owed -= float64(int(owed))
				s.tick.tick()
			}
		}
		drift(4000)
		s.forget()
		drift(4000)
		for who, heard := range map[string]audiotest.Damage{
			"the call":     audiotest.Inspect(party.take(), micFreq, 16000),
			"the operator": audiotest.Inspect(s.card.Heard(media.Speaker), audiotest.Freq(0), deviceRate),
		} {
			if heard.Bad > 0 || heard.Clicks > 0 {
				t.Errorf("at %d ppm %s hears in 40 s: %v", ppm, who, heard)
			}
		}
		if d := s.Delay(); d.Capture > 35 || d.Playback > 35 {
			t.Errorf("at %d ppm the rings grew: %+v", ppm, d)
		}
	}
}

// A stall of the card or of the tick leaves sound in the rings. It must go again, unheard, or it stays as delay.
func TestShortStallLeavesNoDelay(t *testing.T) {
	const late = 3 // ticks
	for _, stall := range []struct {
		what   string
		happen func(*studio)
		ring   func(*studio) *media.Ring
	}{
		{"tick", func(s *studio) { s.card.Advance(late * media.MaxFrame) }, func(s *studio) *media.Ring { return s.tick.mic.Load().ring }},
		{"card", func(s *studio) {
			for range late {
				s.tick.tick()
			}
		}, func(s *studio) *media.Ring { return s.tick.speaker.Load().ring }},
	} {
		s := newStudio(t, nil)
		party := s.call("a", 16000)
		s.talk("a")
		s.devices()
		s.step(settled)
		ring := stall.ring(s)
		before := ring.Len()
		stall.happen(s)
		s.step(1)
		if left := ring.Len(); left < before+20*ms {
			t.Fatalf("a stall of the %s left %d samples in the ring, %d before", stall.what, left, before)
		}
		s.step(5) // the other side ran dry: that is heard
		s.forget()
		s.step(500)
		if left := ring.Len(); left > before+5*ms {
			t.Errorf("5 s after a stall of the %s there are %d samples in the ring, %d before", stall.what, left, before)
		}
		noJump(t, "the call", party.take(), micFreq, 16000)
		noJump(t, "the operator", s.card.Heard(media.Speaker), audiotest.Freq(0), deviceRate)
	}
}

// An idle desk must cost nothing: no tick at all.
func TestTickIsParkedWhileNothingIsToBeDone(t *testing.T) {
	card := fake.New([]string{headsetMic}, []string{headset})
	e, err := New(Config{Sound: card, Post: func(cti.Input) {}})
	if err != nil {
		t.Fatal(err)
	}
	defer closeEngine(t, e)
	if n := e.Pacing().Ticks; n != 0 {
		t.Errorf("%d ticks before anything was planned", n)
	}
	busy := cti.ApplyPlan{Plan: cti.Plan{Tones: []cti.PlannedTone{{Tone: cti.ToneBusy, Listener: cti.Operator}}}}
	for round := range uint64(2) {
		e.Do(busy)
		wait(t, "ticks", func() bool { return e.Pacing().Ticks >= 10*(round+1) })
		e.Do(cti.ApplyPlan{})
		wait(t, "the tick to park", e.parked)
	}
}

// parked reports whether the tick stands still.
func (e *Engine) parked() bool {
	before := e.Pacing().Ticks
	<-time.After(10 * media.Tick)
	return e.Pacing().Ticks == before
}

// wait polls until something is so: for states that nobody signals.
func wait(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !so(); <-time.After(media.Tick) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func closeEngine(t *testing.T, e *Engine) {
	t.Helper()
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	if err := e.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
}

// peer is the far end of a call on the loopback interface: it says a tone and keeps what it hears.
type peer struct {
	port *rtp.Port
	tone *audiotest.Tone
	stop chan struct{}
	done chan struct{}
	pcm  []int16 // read after done
}

func pcma(remote netip.AddrPort) cti.MediaSession {
	c := cti.Codec{Name: "pcma", PT: 8, Rate: 8000}
	return cti.MediaSession{
		Version: 1, Remote: remote, Codec: c, Accept: []cti.Codec{c}, Send: true, Recv: true,
		EventSend: 101, EventRecv: 101, EventRate: 8000,
	}
}

// A call that the domain allows must not fail for want of a port, and one that it sends away has a port until it is.
func TestEveryCallOfTheDomainHasAPort(t *testing.T) {
	s := newStudio(t, nil)
	local := netip.MustParseAddr("127.0.0.1")
	for i := range max(MaxCalls, cti.MaxCalls+1) {
		if _, err := s.Reserve(callID(i), local); err != nil {
			t.Fatalf("call %d: %v", i+1, err)
		}
	}
	if _, err := s.Reserve("one too many", local); err == nil {
		t.Error("there is no end of ports")
	}
	s.Free(callID(0))
	if _, err := s.Reserve("another", local); err != nil {
		t.Errorf("a port that was given back is not there: %v", err)
	}
}

// newPeer calls the engine: both ends send to each other.
func newPeer(t testing.TB, e *Engine, id cti.CallID, freq float64) *peer {
	t.Helper()
	local := netip.MustParseAddr("127.0.0.1")
	port, err := rtp.Listen(local, rtp.Config{})
	if err != nil {
		t.Fatal(err)
	}
	ours, err := e.Reserve(id, local)
	if err != nil {
		t.Fatal(err)
	}
	if err := port.Apply(pcma(netip.AddrPortFrom(local, ours))); err != nil {
		t.Fatal(err)
	}
	e.Do(cti.ApplySession{Call: id, Session: pcma(port.Local())})
	p := &peer{port: port, tone: audiotest.NewTone(freq, 8000, speechLevel), stop: make(chan struct{}), done: make(chan struct{})}
	go p.run()
	return p
}

func (p *peer) run() {
	defer close(p.done)
	tick := time.NewTicker(media.Tick)
	defer tick.Stop()
	frame := make([]int16, media.MaxFrame)
	for {
		select {
		case <-p.stop:
			return
		case <-tick.C:
		}
		n := p.port.Read(frame)
		p.pcm = append(p.pcm, frame[:n]...)
		p.tone.Fill(frame[:80])
		p.port.Write(frame[:80])
	}
}

func (p *peer) hangUp(t testing.TB) {
	t.Helper()
	close(p.stop)
	<-p.done
	if err := p.port.Close(); err != nil {
		t.Error(err)
	}
}

func TestTwoCallsOverTheNetwork(t *testing.T) {
	card := fake.New([]string{headsetMic}, []string{headset})
	digits := make(chan string, 10)
	e, err := New(Config{Sound: card, Post: func(in cti.Input) {
		if d, ok := in.(cti.DTMFReceived); ok {
			digits <- string(d.Call) + d.Digit
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	a, b := newPeer(t, e, "a", audiotest.Freq(0)), newPeer(t, e, "b", audiotest.Freq(1))
	e.Do(cti.ApplyPlan{Plan: cti.Plan{Edges: both("a", "b")}})
	wait(t, "two seconds of sound at both ends", func() bool {
		return e.Quality("a").Packets > 100 && e.Quality("b").Packets > 100 && e.Quality("a").Sent > 100
	})
	if err := b.port.PlayDigits("7"); err != nil {
		t.Fatal(err)
	}
	select {
	case d := <-digits:
		if d != "b7" {
			t.Errorf("digit received: %q, want 7 of b", d)
		}
	case <-time.After(patience):
		t.Error("the digit never came")
	}
	a.hangUp(t)
	b.hangUp(t)
	e.Do(cti.CloseSession{Call: "a"})
	closeEngine(t, e)
	late := func(pcm []int16) []int16 { return pcm[len(pcm)/2:] }
	if level := audiotest.LevelAt(late(a.pcm)[:4000], audiotest.Freq(1), 8000); level < speechLevel-6 {
		t.Errorf("a hears b at %.1f dBFS", level)
	}
	if level := audiotest.LevelAt(late(a.pcm), audiotest.Freq(0), 8000); level > -60 {
		t.Errorf("a hears itself at %.1f dBFS", level)
	}
}
