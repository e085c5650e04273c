package engine

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/audiotest"
)

// walk is an operator who does at random what can be done with calls and conferences. The domain's own Step and PlanFor
// decide, the engine mixes, and what everybody hears is measured on the tones.
type walk struct {
	*studio
	rnd   *rand.Rand
	state cti.State
	now   time.Time
	calls []cti.CallID // by the number of their tone; the operator's tone is not among them
	next  int          // for IDs
}

const walkers = 8

func newWalk(t *testing.T) *walk {
	w := &walk{studio: newStudio(t, nil), rnd: rand.New(rand.NewPCG(8, 1)), now: time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)}
	line := cti.Line{Config: cti.LineConfig{ID: "desk", Name: "Desk"}, Reg: cti.Registration{State: cti.RegDirect}}
	w.state.Lines = []cti.Line{line}
	for i := range walkers {
		w.calls = append(w.calls, "")
		w.arrive(i)
	}
	w.devices()
	w.step(settled)
	return w
}

// try gives an input to the domain and lets the engine follow; it reports whether the domain took it.
func (w *walk) try(in cti.Input) bool {
	w.now = w.now.Add(time.Second)
	next, effects, err := cti.Step(w.state, in, w.now)
	if err != nil {
		return false
	}
	w.state = next
	for _, e := range effects {
		switch e := e.(type) {
		case cti.ApplySession, cti.CloseSession:
			w.Do(e)
		case cti.SetHold: // every far end agrees at once
			defer w.try(cti.HoldSettled{Call: e.Call, On: e.On, OK: true})
		}
	}
	w.Do(cti.ApplyPlan{Plan: cti.PlanFor(w.state)})
	return true
}

// arrive lets the talker of a tone call in and be answered.
func (w *walk) arrive(i int) {
	w.t.Helper()
	w.next++
	id := cti.CallID(fmt.Sprintf("call-%d", w.next))
	if _, err := w.Reserve(id, netip.MustParseAddr("127.0.0.1")); err != nil {
		w.t.Fatal(err)
	}
	w.last.freq = audiotest.Freq(i)
	w.ports[id], w.calls[i] = w.last, id
	session := cti.MediaSession{Codec: cti.Codec{Name: "test", Rate: 8000}, Version: 1, Send: true, Recv: true}
	for _, in := range []cti.Input{cti.Offered{Call: id, Line: "desk", Number: "100"}, cti.Answer{Call: id}, cti.Connected{Call: id, Session: session}} {
		if !w.try(in) {
			w.t.Fatalf("the domain does not take %T", in)
		}
	}
	port := w.ports[id]
	port.mu.Lock()
	defer port.mu.Unlock()
	port.tone.Fill(make([]int16, 3)) // or every tick would begin where the sine is zero, and hide a step
}

// act does one thing that is possible now and says what it was.
func (w *walk) act() string {
	for {
		i := w.rnd.IntN(walkers)
		call, _ := w.state.Call(w.calls[i])
		flip := func(now bool) *bool { now = !now; return &now }
		var in cti.Input
		switch w.rnd.IntN(11) {
		case 0, 1:
			in = cti.Hold{Call: call.ID, On: !call.Held}
		case 2:
			in = cti.Mute{Call: call.ID, On: !call.Muted}
		case 3:
			in = cti.Member{Call: call.ID, Deaf: flip(call.Deaf)}
		case 4:
			in = cti.Member{Call: call.ID, Silent: flip(call.Silent)}
		case 5:
			in = cti.Member{Call: call.ID, Music: flip(call.Music)}
		case 6:
			in = cti.Split{Call: call.ID}
		case 7:
			in = w.join()
		case 8:
			in = w.arrange(call)
		case 9:
			in = cti.Attend{Conf: call.Conf, On: w.rnd.IntN(3) > 0}
		case 10:
			if w.rnd.IntN(3) == 0 && w.try(cti.Ended{Call: call.ID, By: cti.SidePeer}) {
				w.arrive(i)
				return "drop and join"
			}
			continue
		}
		if w.try(in) {
			return fmt.Sprintf("%T %+v", in, in)
		}
	}
}

// join puts some calls into one conference.
func (w *walk) join() cti.Input {
	in := cti.Join{Conf: "k1"}
	if w.rnd.IntN(3) == 0 {
		in.Conf = "k2"
	}
	for _, id := range w.calls {
		if w.rnd.IntN(2) == 0 {
			in.Calls = append(in.Calls, id)
		}
	}
	return in
}

// arrange sets a preset, or a single cell of the matrix.
func (w *walk) arrange(c cti.Call) cti.Input {
	other := w.calls[w.rnd.IntN(walkers)]
	presets := []cti.Preset{cti.PresetAll, cti.PresetAll, cti.PresetAside, cti.PresetCoach, cti.PresetMusic, cti.PresetDeaf}
	if n := w.rnd.IntN(len(presets) + 2); n < len(presets) {
		return cti.Arrange{Conf: c.Conf, Preset: presets[n], Call: c.ID}
	}
	return cti.Hear{Conf: c.Conf, Listener: cti.PartyID(c.ID), Source: cti.PartyID(other), On: w.rnd.IntN(2) == 0}
}

// shown is who hears whom as the screen has it: the matrix of each conference, and the open call.
func (w *walk) shown() map[cti.PartyID][]int {
	all := map[cti.PartyID][]int{}
	add := func(listener, source cti.PartyID) {
		number := slices.Index(w.calls, cti.CallID(source))
		if source == cti.Operator {
			number = walkers
		}
		all[listener] = append(all[listener], number)
	}
	snap := cti.View(w.state, cti.DeskInfo{}, 1, w.now)
	for _, c := range snap.Conferences {
		for _, p := range c.Hears {
			add(p.Listener, p.Source)
		}
	}
	for _, c := range snap.Calls {
		if c.Conf == "" && c.Open {
			add(cti.Operator, cti.PartyID(c.ID))
			if !c.Muted {
				add(cti.PartyID(c.ID), cti.Operator)
			}
		}
	}
	for _, heard := range all {
		slices.Sort(heard)
	}
	return all
}

// measured is whose tones somebody hears.
func measured(pcm []int16, rate int) []int {
	pcm = pcm[max(0, len(pcm)-rate/5):] // short: a drift resampler changes the pitch by some hundred ppm
	heard := audiotest.Heard(pcm, rate, walkers, -40)
	if audiotest.LevelAt(pcm, micFreq, rate) > -40 {
		heard = append(heard, walkers)
	}
	return heard
}

// click is the level in dBFS of what is above all tones and the music: only a step in the sound reaches up there.
func click(pcm []int16) float64 {
	most := float64(media.Silence)
	for f := 3300.0; f < 3800; f += 100 {
		most = max(most, audiotest.LevelAt(pcm, f, 8000))
	}
	return most
}

// R52 to R63: after every one of 250 random steps with eight calls, each hears exactly whom the screen says, and so does
// the operator; and no step is one in the sound of anybody: what comes and goes is faded.
func TestEverybodyHearsWhatTheScreenSays(t *testing.T) {
	const steps = 250
	w := newWalk(t)
	meetings := 0
	for n := range steps {
		w.forget()
		w.step(2) // what was heard before belongs to it
		what := w.act()
		w.step(5) // the cross-fade and the tails of the resamplers
		shown := w.shown()
		for i, id := range w.calls {
			if level := click(w.ports[id].take()); level > -85 {
				t.Errorf("step %d, %s: talker %d hears a click of %.0f dBFS", n, what, i, level)
			}
		}
		w.forget()
		w.step(25)
		for i, id := range w.calls {
			if got := measured(w.ports[id].take(), 8000); !slices.Equal(got, shown[cti.PartyID(id)]) {
				t.Fatalf("step %d, %s: talker %d hears %v, the screen says %v", n, what, i, got, shown[cti.PartyID(id)])
			}
		}
		if got := measured(w.card.Heard(media.Speaker), deviceRate); !slices.Equal(got, shown[cti.Operator]) {
			t.Fatalf("step %d, %s: the operator hears %v, the screen says %v", n, what, got, shown[cti.Operator])
		}
		if len(w.state.Conferences) > 0 {
			meetings++
		}
	}
	if meetings < steps/2 {
		t.Errorf("in %d of %d steps only there was a conference", meetings, steps)
	}
}
