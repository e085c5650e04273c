package hid_test

import (
	"bytes"
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
