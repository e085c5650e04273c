package hid_test

import (
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/devices/fake"
	"cordboard/devices/hid"
	"cordboard/devices/hid/report"
)

// TestMuteFollowsBothWays: the button of the device and the window change one state, with the lamp.
func TestMuteFollowsBothWays(t *testing.T) {
	for _, name := range headsets {
		t.Run(name, func(t *testing.T) {
			play(t, name, fake.Habits{}, hid.Profile{}, func(s *scene) {
				s.do(outgoing, talking)
				for _, muted := range []bool{true, false, true} {
					s.wait(2 * time.Second)
					s.dev.Press(report.Mute)
					s.wait(0)
					if s.call("x").Muted != muted {
						t.Fatalf("the press did not make it muted=%t", muted)
					}
				}
				s.wait(2 * time.Second)
				if !s.dev.Lamps().Has(report.Muted) {
					t.Error("the lamp does not say so")
				}
				s.do(cti.Mute{Call: "x"})
				s.wait(2 * time.Second)
				s.shows(report.OffHook)
			})
		})
	}
}

// TestMuteLock: a device that keeps its microphone shut wins, in state, lamp and words, and nothing goes round in circles.
func TestMuteLock(t *testing.T) {
	play(t, packed, fake.Habits{Locked: true}, hid.Profile{}, func(s *scene) {
		s.do(outgoing, talking, cti.Mute{Call: "x", On: true})
		s.wait(2 * time.Second)
		s.do(cti.Mute{Call: "x"})
		s.wait(time.Minute)
		if !s.call("x").Muted || !s.told("keeps its microphone muted") {
			t.Error("the call is open while the device is muted, or nobody was told")
		}
		s.shows(report.OffHook, report.Muted)
		if n := len(s.pressed()); n != 1 {
			t.Errorf("%d presses came of one refusal", n)
		}
	})
}

// TestEchoOfMute: a pulse that answers the window's Mute does not open the microphone again.
func TestEchoOfMute(t *testing.T) {
	play(t, packed, fake.Habits{}, hid.Profile{}, func(s *scene) {
		s.do(outgoing, talking)
		s.wait(2 * time.Second)
		s.do(cti.Mute{Call: "x", On: true})
		s.wait(100 * time.Millisecond)
		s.dev.Press(report.Mute)
		s.wait(time.Second)
		if !s.call("x").Muted {
			t.Error("the echo of Mute opened the microphone")
		}
	})
}

// TestQuickPresses: whoever presses mute again at once is heard again, but a third pulse in such a short time leaves the
// microphone shut, since it may be the device that refuses.
func TestQuickPresses(t *testing.T) {
	play(t, packed, fake.Habits{}, hid.Profile{}, func(s *scene) {
		s.do(outgoing, talking)
		s.wait(2 * time.Second)
		for i, muted := range []bool{true, false, true} {
			s.dev.Press(report.Mute)
			s.wait(300 * time.Millisecond)
			if s.call("x").Muted != muted {
				t.Errorf("after press %d muted is %t", i+1, !muted)
			}
		}
	})
}

// TestAbsoluteMute is a state that the device has by itself.
func TestAbsoluteMute(t *testing.T) {
	play(t, "s03-unnumbered-handset", fake.Habits{}, hid.Profile{}, func(s *scene) {
		s.do(outgoing, talking)
		s.wait(2 * time.Second)
		for _, muted := range []bool{true, false} {
			s.dev.Press(report.Mute)
			s.wait(2 * time.Second)
			if s.call("x").Muted != muted {
				t.Errorf("the switch says %t, the call %t", muted, !muted)
			}
		}
		s.pressed()
		s.do(cti.Mute{Call: "x", On: true})
		s.wait(2 * time.Second)
		s.dev.Press(report.Mute) // the switch follows the lamp
		s.wait(time.Second)
		if p := s.pressed(); len(p) != 0 || !s.call("x").Muted {
			t.Errorf("following the lamp became %v", p)
		}
	})
}

// TestMuteButtonOfAnotherProgram: a hook off right behind a mute press keeps the call and says why.
func TestMuteButtonOfAnotherProgram(t *testing.T) {
	play(t, packed, fake.Habits{}, hid.Profile{}, func(s *scene) {
		s.do(outgoing, talking)
		s.wait(2 * time.Second)
		s.dev.Press(report.Mute)
		s.wait(100 * time.Millisecond)
		s.dev.Press(report.Hook)
		s.wait(5 * time.Second)
		s.is("x", cti.PhaseTalking)
		if !s.told("Another program took the mute button") {
			t.Error("nobody was told")
		}
		s.dev.Press(report.Hook)
		s.wait(time.Second)
		s.is("x", cti.PhaseEnding)
	})
}
