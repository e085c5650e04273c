package engine

import (
	"testing"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/audiotest"
)

// settled is long enough for rings and resamplers to be in a steady state.
const settled = 60

func TestOperatorAndCallHearEachOther(t *testing.T) {
	for _, rate := range rates {
		s := newStudio(t, nil)
		party := s.call("a", rate)
		s.talk("a")
		s.devices()
		s.step(settled)
		s.forget()
		s.step(100)
		hears(t, "the call", party.take(), rate, micFreq)
		hears(t, "the operator", s.card.Heard(media.Speaker), deviceRate, audiotest.Freq(0))
		if level := s.MicLevel(); level < speechLevel-1 || level > speechLevel+1 {
			t.Errorf("microphone level is shown as %.1f dBFS, want %d", level, speechLevel)
		}
	}
}

func TestPlanDecidesWhoHearsWhom(t *testing.T) {
	s := newStudio(t, nil)
	a, b, c := s.call("a", 8000), s.call("b", 16000), s.call("c", 48000)
	s.devices()
	// a and b with the operator in one conference; c waits.
	p := cti.Plan{}
	p.Edges = append(p.Edges, both("a", "b")...)
	p.Edges = append(p.Edges, both("a", cti.Operator)...)
	p.Edges = append(p.Edges, both("b", cti.Operator)...)
	s.Do(cti.ApplyPlan{Plan: p})
	s.step(settled)
	s.forget()
	s.step(100)
	hears(t, "a", a.take(), 8000, audiotest.Freq(1), micFreq)
	hears(t, "b", b.take(), 16000, audiotest.Freq(0), micFreq)
	hears(t, "the operator", s.card.Heard(media.Speaker), deviceRate, audiotest.Freq(0), audiotest.Freq(1))
	silent(t, "c, who is not in the plan,", c.take())
}

func TestMuteAndHoldAreZerosAtTheEncoder(t *testing.T) {
	s := newStudio(t, nil)
	party := s.call("a", 8000)
	s.talk("a")
	s.devices()
	s.step(settled)

	s.Do(cti.ApplyPlan{Plan: cti.Plan{Edges: []cti.Edge{{Source: "a", Listener: cti.Operator, Gain: 1}}}})
	s.step(3) // the cross-fade and the tail of the resampler
	s.forget()
	s.step(50)
	silent(t, "the call while muted", party.take())
	hears(t, "the operator while muted", s.card.Heard(media.Speaker), deviceRate, audiotest.Freq(0))

	s.Do(cti.ApplyPlan{})
	s.step(10)
	s.forget()
	s.step(50)
	got := party.take()
	silent(t, "the call on hold", got)
	if len(got) != 50*media.FrameLen(8000) {
		t.Errorf("the call on hold was sent %d samples in 50 ticks; the stream must go on in silence", len(got))
	}
	silent(t, "the operator with the call on hold", s.card.Heard(media.Speaker))
}

func silent(t *testing.T, who string, pcm []int16) {
	t.Helper()
	for i, v := range pcm {
		if v != 0 {
			t.Errorf("%s hears %d at sample %d, want zeros", who, v, i)
			return
		}
	}
	if len(pcm) == 0 {
		t.Errorf("%s was sent nothing at all, want zeros", who)
	}
}

func TestChangesDoNotClick(t *testing.T) {
	s := newStudio(t, nil)
	party := s.call("a", 16000)
	s.devices()
	s.talk("a")
	s.step(settled)
	s.forget()
	for range 5 {
		s.Do(cti.ApplyPlan{})
		s.step(7)
		s.talk("a")
		s.step(7)
	}
	// A second call of a higher rate makes the whole desk change its rate under way.
	s.call("b", 48000)
	s.step(20)
	s.Do(cti.CloseSession{Call: "b"})
	s.step(20)
	noJump(t, "the call", party.take(), micFreq, 16000)
	noJump(t, "the operator", s.card.Heard(media.Speaker), audiotest.Freq(0), deviceRate)
}

// noJump fails when two samples differ by more than the tone itself and a fade of 5 ms can make them.
func noJump(t *testing.T, who string, pcm []int16, freq float64, rate int) {
	t.Helper()
	const amp = 32768 * 0.1 * 1.4143
	limit := int(amp*2*3.1416*freq/float64(rate)*1.15 + amp/float64(rate/200))
	for i := 1; i < len(pcm); i++ {
		if d := int(pcm[i]) - int(pcm[i-1]); d > limit || -d > limit {
			t.Errorf("%s hears a click: a step of %d at sample %d, the tone makes %d at most", who, d, i, limit)
			return
		}
	}
}

func TestTonesGoWhereThePlanSays(t *testing.T) {
	s := newStudio(t, func(c *Config) { c.Ringer = monitor })
	s.Do(cti.ApplyPlan{Plan: cti.Plan{Tones: []cti.PlannedTone{
		{Tone: cti.ToneBusy, Listener: cti.Operator}, {Tone: cti.ToneRinging, Listener: cti.Ringer},
	}}})
	s.opened(media.Speaker, headset)
	s.opened(media.Ringer, monitor)
	s.step(40)
	ear, room := s.card.Heard(media.Speaker), s.card.Heard(media.Ringer)
	if level := audiotest.LevelAt(ear, 425, deviceRate); level < -30 {
		t.Errorf("the busy tone is in the ear at %.1f dBFS", level)
	}
	if level := media.LevelOf(room); level < -30 {
		t.Errorf("it rings at %.1f dBFS only", level)
	}
	if level := audiotest.LevelAt(room, 425, deviceRate); level > -45 {
		t.Errorf("the busy tone is on the ringer too, at %.1f dBFS", level)
	}
}

func TestRingerWithoutItsDeviceRingsInTheEar(t *testing.T) {
	s := newStudio(t, func(c *Config) { c.Ringer = monitor })
	s.card.SetBusy(monitor, true)
	s.card.SetBusy(headset, false)
	s.Do(cti.ApplyPlan{Plan: cti.Plan{Tones: []cti.PlannedTone{{Tone: cti.ToneRinging, Listener: cti.Ringer}}}})
	s.sound("a ringer in use elsewhere", func(snd cti.Sound) bool { return snd.Ringer.State == cti.DeviceBusy && snd.Ringer.Note != "" })
	s.opened(media.Ringer, headset) // the default stands in
	s.card.SetBusy(headset, true)
	s.card.Vanish(headset)
	s.card.Vanish(monitor)
	s.sound("no ringer at all", func(snd cti.Sound) bool { return snd.Ringer.State == cti.DeviceMissing })
	s.card.SetBusy("Loudspeaker", false)
	s.card.Plug("Loudspeaker", false)
	s.opened(media.Speaker, "Loudspeaker")
}

func TestDigitsAndClosing(t *testing.T) {
	s := newStudio(t, nil)
	party := s.call("a", 8000)
	s.Do(cti.PlayDigits{Call: "a", Digits: "42#"})
	if party.digits != "42#" {
		t.Errorf("digits sent: %q", party.digits)
	}
	if q := s.Quality("a"); q.Buffer != 15 {
		t.Errorf("quality of the call: %+v", q)
	}
	s.Do(cti.CloseSession{Call: "a"})
	<-party.closed
	if q := s.Quality("a"); q != (cti.Quality{}) {
		t.Errorf("a closed stream still has a quality: %+v", q)
	}
}

func TestDelayBudgetIsHeld(t *testing.T) {
	s := newStudio(t, nil)
	s.call("a", 16000)
	s.talk("a")
	s.devices()
	s.step(300)
	d := s.Delay()
	// 20 ms of packet and 15 ms of jitter buffer are given here; what the desk itself adds is the rest.
	if own := d.Total - d.Packet - d.Jitter; own > 60 || d.Capture < 10 || d.Playback < 10 {
		t.Errorf("the desk adds %.1f ms: %+v", own, d)
	}
}
