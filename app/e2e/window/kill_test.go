//go:build cgo && linux

package window

import (
	"testing"
	"time"

	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/cti/siptest/rig"
	"cordboard/media/audiotest"
	"cordboard/media/wav"
	"cordboard/ui/theme"
)

// The window is killed within a call: the far end hears no gap, and a new window shows the call.
func TestKilledWindowLeavesTheCallAlone(t *testing.T) {
	s := newScreen(t, 1600, 1000)
	k := rig.Kamailio(t, network)
	phone := k.Baresip(t, "1001", rig.PhoneOptions{Tone: 440, Auto: true})
	d := newDesk(t)
	d.set(settings.Settings{})
	d.addLine(k)
	w := d.show(s, theme.Look{})
	d.registered()
	s.write("1001", 20)
	s.key("Return")
	before := d.call("the conversation", talking)
	w.row(theme.TalkGround)
	phone.AwaitHeard(2 * time.Second)

	killed, from := time.Now(), len(heardBy(t, phone).PCM)
	sent := d.sent(before.ID)
	if err := w.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-w.done
	phone.AwaitHeard(2 * time.Second)
	again := time.Now()
	w = d.show(s, theme.Look{})
	w.row(theme.TalkGround)
	t.Logf("a new window shows the call after %v", time.Since(again))
	if after := d.call("the conversation", talking); after.ID != before.ID || after.Answered != before.Answered {
		t.Errorf("another call: %+v, before %+v", after, before)
	}
	const packet = 20 * time.Millisecond
	if n, want := d.sent(before.ID)-sent, uint64(time.Since(killed)/packet); n < want*8/10 {
		t.Errorf("%d packets went out since the kill, in %d times 20 ms", n, want)
	}
	s.key("F5")
	phone.Wait("session closed|terminated")
	if gap := longestGap(t, heardBy(t, phone), from); gap >= 60*time.Millisecond {
		t.Errorf("the phone heard a gap of %v", gap)
	}
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
func heardBy(t *testing.T, phone *rig.Phone) wav.Sound {
	t.Helper()
	sound, err := wav.Read(phone.Heard())
	if err != nil {
		t.Fatal(err)
	}
	return sound
}

// longestGap is the longest time in a recording, from a sample on to the last sound, in which the operator was not heard.
func longestGap(t *testing.T, sound wav.Sound, from int) time.Duration {
	t.Helper()
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
		t.Errorf("the phone heard nothing")
	}
	return longest
}
