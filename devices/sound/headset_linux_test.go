//go:build cgo

package sound_test

import (
	"log/slog"
	"net/netip"
	"slices"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/devices/pulsetest"
	"cordboard/devices/sound"
	"cordboard/media/audiotest"
	"cordboard/media/engine"
)

const patience = 30 * time.Second

// speaker collects what one device of the sound server plays.
type speaker chan []int16

func listenTo(s *pulsetest.Server, name string) speaker {
	sp := make(speaker, 1<<16)
	s.Listen(name, func(pcm []int16) { sp <- slices.Clone(pcm) })
	return sp
}

// plays waits until the busy tone has been heard for a fifth of a second.
func (sp speaker) plays(t *testing.T, name string) {
	t.Helper()
	const length = 9600
	var pcm []int16
	for deadline := time.After(patience); ; {
		select {
		case more := <-sp:
			pcm = append(pcm, more...)
		case <-deadline:
			t.Fatalf("%s does not play what the operator should hear", name)
		}
		if n := len(pcm) - length; n >= 0 && audiotest.LevelAt(pcm[n:], 425, 48000) > -40 {
			return
		}
	}
}

// The engine, PortAudio and a sound server together: a headset that is pulled out in the middle is replaced by the
// other speaker, and taken again when it is back.
func TestHeadsetPulledOutWhileListening(t *testing.T) {
	server := pulsetest.Start(t)
	states := make(chan cti.Sound, 1000)
	log := slog.New(slog.DiscardHandler)
	e, err := engine.New(engine.Config{
		Sound: sound.New(log), Speaker: pulsetest.Headset, Mic: engine.None, Log: log,
		Post: func(in cti.Input) {
			if s, ok := in.(cti.SoundChanged); ok {
				states <- s.Sound
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := e.Reserve("a", netip.MustParseAddr("127.0.0.1")); err != nil {
		t.Fatal(err)
	}
	e.Do(cti.ApplyPlan{Plan: cti.Plan{Tones: []cti.PlannedTone{{Tone: cti.ToneBusy, Listener: cti.Operator}}}})
	listenTo(server, pulsetest.Headset).plays(t, "the headset")

	pulled := time.Now()
	server.Unplug(pulsetest.Headset)
	await(t, states, "missing", func(s cti.Sound) bool {
		return s.Speaker.State == cti.DeviceMissing && s.Speaker.Name == pulsetest.Headset
	})
	t.Logf("replaced after %v", time.Since(pulled))
	listenTo(server, pulsetest.Speaker).plays(t, "the speaker that stands in")

	server.Plug(pulsetest.Headset)
	await(t, states, "back", func(s cti.Sound) bool { return s.Speaker.State == cti.DeviceOK && s.Speaker.Name == pulsetest.Headset })
	listenTo(server, pulsetest.Headset).plays(t, "the headset that is back")
}

func await(t *testing.T, states chan cti.Sound, what string, so func(cti.Sound) bool) {
	t.Helper()
	var last cti.Sound
	for deadline := time.After(patience); !so(last); {
		select {
		case last = <-states:
		case <-deadline:
			t.Fatalf("the headset is never %s; the last news: %+v", what, last)
		}
	}
}
