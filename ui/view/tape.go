package view

import (
	"time"

	"cordboard/cti"
	"cordboard/ui/lang"
)

// PastRecording is one recording of a past call.
type PastRecording struct {
	ID      cti.RecID
	Started time.Time
	Ended   time.Time // zero while it runs
	Fault   string    // one sentence when it broke off
}

// Keys of the player.
const (
	KeyPlay     Key = "Ctrl+P" // pauses, too
	KeyEndPlay  Key = "Ctrl+S" // ends the playing and goes back to the beginning
	KeyNextTape Key = "Ctrl+N"
)

// Tape is the player as it stands: one of the recordings of a call, and the place in it.
type Tape struct {
	List   []PastRecording // nil until it is known
	Chosen int
	On     bool // it is being played
	Cut    bool // a call ended the playing
	At     time.Duration
	Length time.Duration // 0 until it was played for the first time
	Fault  string        // why it cannot be played, one sentence
}

// Part is the place in the recording, from 0 to 1.
func (t Tape) Part() float32 {
	if t.Length <= 0 {
		return 0
	}
	return float32(min(max(t.At, 0), t.Length)) / float32(t.Length)
}

// Spans tell what is played and where it is, or what is wrong; the most important first.
func (t Tape) Spans(now time.Time) []Span {
	var out []Span
	switch {
	case t.Fault != "":
		out = append(out, Span{Text: "×", Strong: true, Role: Stop}, Span{Text: Clean(t.Fault), Strong: true})
	case t.Cut:
		out = append(out, Span{Text: lang.TapeStopped.String(), Role: Wait})
	case t.List != nil && len(t.List) == 0:
		out = append(out, Span{Text: lang.TapeGone.String(), Role: Stop})
	}
	if len(t.List) == 0 {
		return out
	}
	r := t.List[t.Chosen]
	if t.Length > 0 {
		out = append(out, Span{Text: lang.TapeAt.With(Clock(t.At), Clock(t.Length)), Strong: true})
	}
	out = append(out, Span{Text: lang.TapeTitle.String(), Role: Quiet})
	if len(t.List) > 1 {
		out = append(out, Span{Text: lang.TapeOf.With(t.Chosen+1, len(t.List)), Role: Quiet})
	}
	out = append(out, Span{Text: "·", Role: Quiet}, Span{Text: whenText(r.Started, now), Role: Quiet})
	switch {
	case r.Fault != "":
		out = append(out, Span{Text: "·", Role: Quiet}, Span{Text: Clean(r.Fault), Role: Stop})
	case r.Ended.IsZero():
		out = append(out, Span{Text: "·", Role: Quiet}, Span{Text: lang.TapeRuns.String(), Role: Quiet})
	}
	return out
}

// Commands are the buttons of the player: play or pause, stop, and the next recording, which is there when there are more.
func (t Tape) Commands() (play, stop, next Command) {
	play = Command{Label: lang.TapePlay.String(), Key: KeyPlay, Style: StyleGo}
	if t.On {
		play.Label, play.Style = lang.TapePause.String(), StylePlain
	}
	stop = Command{Label: lang.TapeStop.String(), Key: KeyEndPlay}
	if !t.On && t.At == 0 {
		stop.Reason = lang.TapeIdle.String()
	}
	next = Command{Label: lang.TapeNext.String(), Key: KeyNextTape}
	if len(t.List) == 0 {
		play.Reason, next.Reason = lang.TapeGone.String(), lang.TapeGone.String()
	}
	return play, stop, next
}
