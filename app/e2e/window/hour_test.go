//go:build cgo && linux

package window

import (
	"image"
	"testing"

	"cordboard/app/e2e/screen"
	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/cti/siptest/rig"
	"cordboard/ui/theme"
)

// An operator's hour: a number is typed and called, the call is held and taken back, hung up by mouse, and called again
// out of the history. The phone at the far end tells what it noticed of it.
func TestOperatorsHour(t *testing.T) {
	s := screen.New(t, 1600, 1000)
	k := rig.Kamailio(t, network)
	phone := k.Baresip(t, "1001", rig.PhoneOptions{Tone: 440})
	d := newDesk(t)
	d.set(settings.Settings{})
	d.addLine(k)
	w := d.show(s, theme.Look{})
	d.registered()

	s.Write("1001", 20)
	s.Key("Return")
	phone.Wait("Incoming call")
	phone.Do("accept", "")
	d.call("the conversation", talking)
	row := w.row(theme.TalkGround)
	if c := d.printed().Calls; len(c) != 1 || c[0].Phase != cti.PhaseTalking || c[0].Number != "1001" {
		t.Errorf("the desk prints %+v", c)
	}
	w.keep("talking", s.Shot(s.Area(w.main)))

	s.Key("F3")
	phone.Wait("a=sendonly")
	d.call("hold", onHold)
	w.row(theme.WaitGround)
	w.keep("on hold", s.Shot(s.Area(w.main)))
	s.Key("F2")
	phone.Wait("a=sendrecv")
	d.call("resumption", talking)
	w.row(theme.TalkGround)

	s.Press(3, row.Min.Add(image.Pt(200, row.Dy()/2)))
	s.Key("Down", "Down", "Down", "Down", "Return") // Connect, Hold, Mute, Hang up
	phone.Wait("session closed|terminated")
	d.call("the end", ended)

	s.Key("ctrl+h")
	past := s.Titled("Cordboard · History")
	w.painted(past)
	s.Until("a chosen row of the history", func() bool { // the rows come from the database after the window is there
		s.Key("Down")
		img := s.Shot(s.Area(past))
		return w.count(img, img.Rect, theme.SelectedGround) > 5000
	})
	w.keep("history", s.Shot(s.Area(past)))
	s.Key("Return") // takes the number over
	s.Until("the end of the history window", func() bool { return !s.Open("Cordboard · History") })
	s.Titled("Cordboard")
	d.await("the end of the ended call's row", func(s *cti.Snapshot) bool { return len(s.Calls) == 0 })
	rows := func() bool { return !w.selected(s.Shot(s.Area(w.main))).Empty() }
	s.Until("an empty table", func() bool { return !rows() })
	s.Key("Return")
	phone.Wait("Incoming call")
	s.Until("the row of the second call", rows) // the phone can be faster than the window
	s.Key("F5")
	phone.Wait("CANCEL")
}
