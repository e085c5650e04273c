//go:build cgo && linux

package window

import (
	"slices"
	"testing"
	"time"

	"cordboard/app/e2e/screen"
	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/cti/siptest/rig"
	"cordboard/media/audiotest"
	"cordboard/media/wav"
	"cordboard/ui/theme"
)

// The window is killed within a call: the far end hears no gap, and a new window shows the call. A busy machine can make
// the phone stutter by itself, so one kill out of three without a gap is enough.
func TestKilledWindowLeavesTheCallAlone(t *testing.T) {
	s := screen.New(t, 1600, 1000)
	k := rig.Kamailio(t, network)
	phone := k.Baresip(t, "1001", rig.PhoneOptions{Tone: 440, Auto: true})
	d := newDesk(t)
	d.set(settings.Settings{})
	d.addLine(k)
	w := d.show(s, theme.Look{})
	d.registered()
	s.Write("1001", 20)
	s.Key("Return")
	before := d.call("the conversation", talking)
	w.row(theme.TalkGround)
	var gaps []time.Duration
	for len(gaps) < 3 {
		gaps = append(gaps, w.kill(phone, before.ID))
		w = d.show(s, theme.Look{})
		w.row(theme.TalkGround)
		if after := d.call("the conversation", talking); after.ID != before.ID || after.Answered != before.Answered {
			t.Errorf("another call: %+v, before %+v", after, before)
		}
		if gaps[len(gaps)-1] < 60*time.Millisecond {
			break
		}
	}
	if slices.Min(gaps) >= 60*time.Millisecond {
		t.Errorf("the phone heard gaps of %v", gaps)
	}
	s.Key("F5")
	phone.Wait("session closed|terminated")
}

// kill ends the window as the kernel does when memory runs out, and returns the longest gap that the phone heard around it.
func (w *window) kill(phone *rig.Phone, call cti.CallID) time.Duration {
	w.t.Helper()
	phone.AwaitHeard(time.Second)
	from, sent, start := len(w.heardBy(phone).PCM), w.sent(call), time.Now()
	if err := w.cmd.Process.Kill(); err != nil {
		w.t.Fatal(err)
	}
	<-w.done
	phone.AwaitHeard(2 * time.Second)
	const packet = 20 * time.Millisecond
	due := uint64(time.Since(start) / packet)
	if n := w.sent(call) - sent; n < due*8/10 {
		w.t.Errorf("%d packets went out since the kill, of %d", n, due)
	}
	return w.longestGap(w.heardBy(phone), from)
}

// sent is the number of packets that went out in a call.
func (d *desk) sent(id cti.CallID) uint64 {
	d.t.Helper()
	for _, c := range d.printed().Calls {
		if c.ID == id {
			return c.Quality.Sent
		}
	}
	d.t.Fatal("the call is gone")
	return 0
}

// heardBy is what a phone has recorded so far.
func (w *window) heardBy(phone *rig.Phone) wav.Sound {
	w.t.Helper()
	sound, err := wav.Read(phone.Heard())
	if err != nil {
		w.t.Fatal(err)
	}
	return sound
}

// longestGap is the longest time in a recording, from a sample on to the last sound, in which the operator was not heard.
func (w *window) longestGap(sound wav.Sound, from int) time.Duration {
	w.t.Helper()
	pcm, step := sound.Mono()[from/sound.Channels:], sound.Rate/100
	var gap, longest time.Duration
	heard := false
	for ; len(pcm) >= step; pcm = pcm[step:] {
		const stepTime = 10 * time.Millisecond
		if audiotest.LevelAt(pcm[:step], operatorSay, sound.Rate) < -30 {
			gap += stepTime
			continue
		}
		longest, gap, heard = max(longest, gap), 0, true
	}
	if !heard {
		w.t.Errorf("the phone heard nothing")
	}
	return longest
}
