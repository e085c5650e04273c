package hid_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/devices/fake"
	"cordboard/devices/hid"
	"cordboard/devices/hid/report"
)

// TestTwinReports: one press that is reported twice counts once, be it a usage pair or the release of a momentary hook.
func TestTwinReports(t *testing.T) {
	play(t, "s05-relative-hook", fake.Habits{}, hid.Profile{}, func(s *scene) {
		s.do(offered)
		s.wait(time.Second)
		s.dev.Press(report.Hook)
		s.wait(100 * time.Millisecond)
		s.dev.Press(report.Hook)
		s.wait(time.Second)
		s.is("x", cti.PhaseAnswering)
		s.do(talking)
		s.dev.Press(report.Mute)
		s.dev.Press(report.Mute)
		s.wait(2 * time.Second)
		if !s.call("x").Muted {
			t.Error("the twin of a mute press opened the microphone again")
		}
	})
}

// TestBadReports: floods and reports of any length are named and hurt no call.
func TestBadReports(t *testing.T) {
	for _, bad := range []struct {
		name, words string
		report      []byte
	}{
		{"empty", "empty report", []byte{}},
		{"short", "shorter than", []byte{2}},
		{"long", "longer than", append([]byte{2, 1, 0}, make([]byte, 1000)...)},
		{"unknown", "", []byte{0x77, 1, 2, 3}},
	} {
		t.Run(bad.name, func(t *testing.T) {
			play(t, packed, fake.Habits{}, hid.Profile{}, func(s *scene) {
				s.do(outgoing, talking)
				s.wait(2 * time.Second)
				for range 50 {
					s.dev.Send(bad.report)
				}
				s.wait(time.Second)
				s.is("x", cti.PhaseTalking)
				if !s.told(bad.words) || len(s.notes) > 1 {
					t.Errorf("the notes are %q", s.notes)
				}
			})
		})
	}
}

// TestFlood: a device that presses its buttons by itself gets a limited number of them through; what it did to the hook is
// put right, and the operator's press counts again afterwards.
func TestFlood(t *testing.T) {
	play(t, packed, fake.Habits{}, hid.Profile{}, func(s *scene) {
		s.do(outgoing, talking)
		s.wait(2 * time.Second)
		for range 1000 {
			s.dev.Press(report.Flash)
			s.wait(time.Millisecond)
		}
		if n := len(s.pressed()); n > 2*hid.MostChanges || !s.told("more than a hand can press") {
			t.Errorf("%d presses got through", n)
		}
		s.wait(2 * time.Second)
		held := s.call("x").Held
		s.dev.Press(report.Flash)
		s.wait(time.Second)
		if s.call("x").Held == held {
			t.Error("the press after the flood does not count")
		}
		s.is("x", cti.PhaseTalking)
	})
}

// TestWritesFail: they are tried again, the call goes on, and the operator is told when it does not help.
func TestWritesFail(t *testing.T) {
	play(t, packed, fake.Habits{}, hid.Profile{}, func(s *scene) {
		s.dev.Refuse(errors.New("pipe stalled"))
		s.do(offered)
		s.wait(700 * time.Millisecond)
		s.dev.Refuse(nil)
		s.wait(time.Second)
		s.shows(report.Ring)
		s.dev.Refuse(errors.New("pipe stalled"))
		s.do(answer, talking)
		s.wait(time.Minute)
		s.is("x", cti.PhaseTalking)
		if !s.told("takes no lamps") {
			t.Error("nobody was told")
		}
	})
}

// TestWriteHangs: presses still count, and the device can be let go.
func TestWriteHangs(t *testing.T) {
	play(t, packed, fake.Habits{}, hid.Profile{}, func(s *scene) {
		s.dev.Hang()
		s.do(offered)
		s.wait(time.Second)
		s.dev.Press(report.Hook)
		s.wait(0)
		s.is("x", cti.PhaseAnswering)
	})
}

// TestReplug in a call: the lamps are there again, after the set has settled, and its first reports are no wishes.
func TestReplug(t *testing.T) {
	play(t, packed, fake.Habits{}, hid.Profile{}, func(s *scene) {
		s.do(outgoing, talking, cti.Mute{Call: "x", On: true})
		s.wait(time.Second)
		s.dev.Unplug()
		if err := <-s.err; !errors.Is(err, hid.ErrGone) {
			t.Errorf("unplugged: %v", err)
		}
		again := s.plug(synthetic(t, packed), fake.Habits{}, hid.Profile{})
		again.dev.Send([]byte{2, 1, 0})
		again.dev.Send([]byte{2, 0, 0})
		again.wait(hid.Settle - time.Millisecond)
		again.shows()
		again.wait(5 * time.Second)
		again.shows(report.OffHook, report.Muted)
		s.is("x", cti.PhaseTalking)
		if p := s.pressed(); len(p) != 0 {
			t.Errorf("the presses %v came of plugging in", p)
		}
		again.stop()
		s.err <- <-again.err
		again.wait(time.Second)
		again.shows()
	})
}

// TestContrary: a device whose hook never follows is put right a few times, then the operator is told; the call stays.
func TestContrary(t *testing.T) {
	play(t, packed, fake.Habits{Silent: true}, hid.Profile{}, func(s *scene) {
		s.do(outgoing, talking)
		written := 0
		for range 100 {
			s.wait(100 * time.Millisecond)
			if n := len(s.dev.Written()); n > 0 {
				written += n
				s.dev.Send([]byte{2, 1, 0})
				s.dev.Send([]byte{2, 0, 0})
			}
		}
		if written != 1+hid.MostRetries || !s.told("does not follow the call") {
			t.Errorf("%d reports were written to a device that does not follow", written)
		}
		s.is("x", cti.PhaseTalking)
	})
}

// TestOpenRefuses what no desk can use, in words.
func TestOpenRefuses(t *testing.T) {
	for words, desc := range map[string][]byte{
		"describes itself wrongly": {0x05}, "neither a hook switch": {0x05, 0x0b, 0x09, 0x05, 0xa1, 0x01, 0xc0},
	} {
		if _, err := hid.Open(desc); err == nil || !bytes.Contains([]byte(err.Error()), []byte(words)) {
			t.Errorf("% x: %v", desc, err)
		}
	}
}
