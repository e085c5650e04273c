package hid_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/devices/fake"
	"cordboard/devices/hid"
	"cordboard/devices/hid/report"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// headsets are one of each archetype: packed lamps, one lamp for each report, nested collections, a logical collection in
// a phone, a relative hook, a hook of two buttons.
var headsets = []string{"s01-packed-headset", "s02-one-led-per-report", "s04-nested-application", "s08-phone-with-logical-headset", "s05-relative-hook"}

const packed = "s01-packed-headset"

// TestHookAnswersAndEnds on every kind of headset: once each, and no echo of the device undoes it.
func TestHookAnswersAndEnds(t *testing.T) {
	for _, name := range headsets {
		t.Run(name, func(t *testing.T) {
			play(t, name, fake.Habits{}, hid.Profile{}, func(s *scene) {
				s.do(offered)
				s.wait(time.Second)
				s.shows(report.Ring)
				s.dev.Press(report.Hook)
				s.wait(0)
				s.is("x", cti.PhaseAnswering)
				s.do(talking)
				s.wait(5 * time.Second)
				s.is("x", cti.PhaseTalking)
				s.shows(report.OffHook)
				s.dev.Press(report.Hook)
				s.wait(0)
				s.is("x", cti.PhaseEnding)
				s.wait(5 * time.Second)
				s.shows()
				if got := s.pressed(); len(got) != 2 {
					t.Errorf("two presses became %v", got)
				}
			})
		})
	}
}

// TestTwoButtonHook: the one button only answers, the other only ends.
func TestTwoButtonHook(t *testing.T) {
	play(t, "s06-on-off-buttons-hook", fake.Habits{}, hid.Profile{}, func(s *scene) {
		on, off, none := []byte{1, 0b01}, []byte{1, 0b11}, []byte{1, 0}
		s.do(offered)
		s.wait(time.Second)
		for _, step := range []struct {
			report []byte
			want   cti.Phase
		}{{off, cti.PhaseRinging}, {on, cti.PhaseAnswering}, {on, cti.PhaseAnswering}, {off, cti.PhaseEnding}} {
			s.dev.Send(step.report)
			s.dev.Send(none)
			s.wait(time.Second)
			s.is("x", step.want)
		}
	})
}

// TestHandset: the cradle answers and ends; taking the receiver up never ends, putting it down never answers.
func TestHandset(t *testing.T) {
	play(t, "s03-unnumbered-handset", fake.Habits{Silent: true}, hid.Profile{}, func(s *scene) {
		s.do(offered)
		s.wait(time.Second)
		s.dev.Press(report.Hook)
		s.wait(0)
		s.is("x", cti.PhaseAnswering)
		s.do(talking, second)
		s.wait(3 * time.Second)
		s.dev.Press(report.Hook)
		s.wait(time.Second)
		s.is("x", cti.PhaseEnding)
		s.is("y", cti.PhaseRinging)
	})
}

// TestAnsweredInTheWindow: what the device sends after that is an echo, also when it hesitates first; so is the end.
func TestAnsweredInTheWindow(t *testing.T) {
	for _, habits := range []fake.Habits{{}, {Silent: true}, {Hesitates: 100 * time.Millisecond}} {
		t.Run(fmt.Sprintf("%+v", habits), func(t *testing.T) {
			play(t, packed, habits, hid.Profile{}, func(s *scene) {
				s.do(offered)
				s.wait(time.Second)
				s.do(answer, talking)
				s.wait(5 * time.Second)
				s.shows(report.OffHook)
				s.is("x", cti.PhaseTalking)
				s.do(cti.Ended{Call: "x", By: cti.SidePeer})
				s.wait(5 * time.Second)
				s.shows()
				if got := s.pressed(); len(got) != 0 {
					t.Errorf("echoes became the presses %v", got)
				}
			})
		})
	}
}

// TestOrderOfLamps: Off-Hook goes on before Ring goes off, and off after everything else; every report is whole.
func TestOrderOfLamps(t *testing.T) {
	play(t, packed, fake.Habits{}, hid.Profile{RingInHeadset: true}, func(s *scene) {
		const offHook, mute, ring, hold, ringer = 1, 2, 4, 8, 32
		s.do(offered)
		s.wait(time.Second)
		s.do(answer, talking)
		s.wait(time.Second)
		s.do(cti.Mute{Call: "x", On: true})
		s.wait(time.Second)
		s.do(cti.Hold{Call: "x", On: true})
		s.wait(time.Second)
		s.do(cti.Hangup{Call: "x"})
		s.wait(time.Second)
		var got []byte
		for _, r := range s.dev.Written() {
			if len(r) != 3 || r[0] != 2 || r[2] != 0 {
				t.Errorf("the report % x is not whole", r)
			}
			got = append(got, r[1])
		}
		want := []byte{ring | ringer, ring | ringer | offHook, offHook, offHook | mute, offHook | hold, offHook, 0}
		if !bytes.Equal(got, want) {
			t.Errorf("written %v, not %v", got, want)
		}
	})
}

// TestOneLampForEachReport: only the report that changed is written.
func TestOneLampForEachReport(t *testing.T) {
	play(t, "s02-one-led-per-report", fake.Habits{}, hid.Profile{}, func(s *scene) {
		s.do(offered)
		s.wait(time.Second)
		s.do(answer)
		s.wait(time.Second)
		want := [][]byte{{0x18, 1}, {0x17, 1}, {0x2a, 1}, {0x18, 0}}
		if got := s.dev.Written(); !slices.EqualFunc(got, want, bytes.Equal) {
			t.Errorf("written % x, not % x", got, want)
		}
	})
}

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
	})
}

// TestSecondCall: the hook answers the new one and holds the old one, neither ends, and the device is off-hook again.
func TestSecondCall(t *testing.T) {
	for _, b := range []report.What{report.Hook, report.Flash} {
		t.Run(b.String(), func(t *testing.T) {
			play(t, packed, fake.Habits{}, hid.Profile{}, func(s *scene) {
				s.do(outgoing, talking, second)
				s.wait(2 * time.Second)
				s.shows(report.OffHook, report.Ring)
				s.dev.Press(b)
				s.wait(10 * time.Second)
				s.is("y", cti.PhaseAnswering)
				if c := s.call("x"); c.Phase != cti.PhaseTalking || !c.Held {
					t.Errorf("the first call is %s, held %t", c.Phase, c.Held)
				}
				s.shows(report.OffHook)
				s.do(cti.Connected{Call: "y"})
				s.dev.Press(report.Hook)
				s.wait(5 * time.Second)
				s.is("y", cti.PhaseEnding)
				s.is("x", cti.PhaseTalking)
				s.shows(report.OffHook, report.Held)
			})
		})
	}
}

// TestFlashAndReject: hold, resume, and no to the second caller.
func TestFlashAndReject(t *testing.T) {
	play(t, packed, fake.Habits{}, hid.Profile{}, func(s *scene) {
		s.do(outgoing, talking)
		s.wait(time.Second)
		s.dev.Press(report.Flash)
		s.wait(time.Second)
		s.shows(report.OffHook, report.Held)
		s.dev.Press(report.Flash)
		s.wait(time.Second)
		s.shows(report.OffHook)
		s.do(second)
		s.wait(time.Second)
		s.dev.Press(report.Reject)
		s.wait(time.Second)
		s.is("y", cti.PhaseEnding)
		s.is("x", cti.PhaseTalking)
		s.shows(report.OffHook)
	})
}

// TestOtherProgramsAreLeftAlone: no lamp is written and no button counts without a call of ours, nor while somebody
// else's call is on the set.
func TestOtherProgramsAreLeftAlone(t *testing.T) {
	play(t, packed, fake.Habits{Silent: true}, hid.Profile{}, func(s *scene) {
		for _, b := range []report.What{report.Hook, report.Mute, report.Flash, report.Redial, report.Digit, report.Hook} {
			s.dev.Press(b)
			s.wait(3 * time.Second)
		}
		s.dev.Foreign(true)
		s.wait(time.Second)
		s.do(offered)
		s.wait(3 * time.Second)
		s.dev.Press(report.Hook)
		s.wait(3 * time.Second)
		s.is("x", cti.PhaseRinging)
		if w := s.dev.Written(); len(w) != 0 {
			t.Errorf("% x was written into another program's call", w)
		}
		if p := s.pressed(); len(p) != 0 || !s.told("Another program") {
			t.Errorf("the presses %v were taken, or nobody was told", p)
		}
		s.dev.Press(report.Hook)
		s.dev.Foreign(false)
		s.wait(time.Second)
		s.shows(report.Ring)
	})
}

// TestDialFromSet: with the option hook, redial and digits count without a call; still nothing is written.
func TestDialFromSet(t *testing.T) {
	play(t, packed, fake.Habits{}, hid.Profile{DialFromSet: true}, func(s *scene) {
		for _, b := range []report.What{report.Hook, report.Digit, report.Redial, report.Flash, report.Mute} {
			s.dev.Press(b)
			s.wait(5 * time.Second)
		}
		want := []cti.Wish{cti.WishDial, cti.WishDigit, cti.WishRedial}
		if !slices.Equal(s.wishes, want) || len(s.dev.Written()) != 0 {
			t.Errorf("the wishes are %v, not %v", s.wishes, want)
		}
	})
}

// TestProfiles of makers.
func TestProfiles(t *testing.T) {
	t.Run("pulse", func(t *testing.T) {
		play(t, "s05-relative-hook", fake.Habits{}, hid.Profile{PulseOffHook: true}, func(s *scene) {
			s.do(outgoing)
			s.wait(time.Second)
			want := [][]byte{{2, 1}, {2, 0}, {2, 1}}
			if got := s.dev.Written(); !slices.EqualFunc(got, want, bytes.Equal) {
				t.Errorf("written % x", got)
			}
		})
	})
	t.Run("hold drops the hook", func(t *testing.T) {
		play(t, packed, fake.Habits{}, hid.Profile{HoldDropsHook: true}, func(s *scene) {
			s.do(outgoing, talking)
			s.wait(time.Second)
			s.do(cti.Hold{Call: "x", On: true})
			s.wait(time.Second)
			s.shows(report.Held)
			s.dev.Press(report.Hook)
			s.wait(5 * time.Second)
			s.shows(report.OffHook)
			s.is("x", cti.PhaseTalking)
		})
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
