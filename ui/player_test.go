package ui_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"cordboard/cti"
	"cordboard/ui"
	"cordboard/ui/uitest"
	"cordboard/ui/uitest/script"
	"cordboard/ui/widget"
)

// listener sits in front of the history of three calls, of which the second has two recordings of 100 s and 30 s.
type listener struct {
	*uitest.Operator
	t     *testing.T
	tapes *script.Tapes
	win   fyne.Window
}

// recordedCalls is a history whose second call was recorded twice.
type recordedCalls struct{ archive }

func (a *recordedCalls) Search(text string, f ui.HistoryFilter, page int) (ui.HistoryPage, error) {
	p, err := a.archive.Search(text, f, page)
	p.Rows[1].Recorded = 2
	return p, err
}

func listening(t *testing.T) *listener {
	t.Helper()
	d := quiet()
	began := script.Start.Add(-time.Hour)
	tapes := &script.Tapes{Clock: d.Now, Of: map[cti.CallID][]ui.PastRecording{"1": {
		{ID: "r1", Started: began, Ended: began.Add(100 * time.Second)},
		{ID: "r2", Started: began.Add(2 * time.Minute), Ended: began.Add(150 * time.Second)},
	}}}
	l := &listener{t: t, tapes: tapes}
	l.Operator = uitest.Sit(t, d, ui.Config{History: &recordedCalls{archive{calls: 3}}, Recordings: tapes})
	l.Chord(ctrl, fyne.KeyH)
	l.win = newest(t)
	return l
}

// down presses Down so often.
func (l *listener) down(n int) *listener {
	for range n {
		l.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	}
	return l
}

// chord presses a key together with another in the history.
func (l *listener) chord(mod fyne.KeyModifier, key fyne.KeyName) *listener {
	l.win.Canvas().Focused().(fyne.Shortcutable).TypedShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: mod})
	return l
}

// pass lets time pass as the pump would.
func (l *listener) pass(d time.Duration) *listener {
	l.Desk.Pass(d)
	l.Look()
	return l
}

// sees fails the test unless the history says all of the texts.
func (l *listener) sees(texts ...string) *listener {
	l.t.Helper()
	all := reads(l.win)
	for _, text := range texts {
		if !strings.Contains(all, text) {
			l.t.Errorf("the history does not say %q, but:\n%s", text, all)
		}
	}
	return l
}

// plays fails the test unless the desk plays a recording at a place; "" is nothing.
func (l *listener) plays(id cti.RecID, at time.Duration) *listener {
	l.t.Helper()
	now, _ := l.tapes.Playing() // never fails
	if now.Recording != id || now.At != at {
		l.t.Errorf("the desk plays %q at %v, want %q at %v", now.Recording, now.At, id, at)
	}
	return l
}

// tap clicks a button of the history.
func (l *listener) tap(label string) *listener {
	l.t.Helper()
	for _, c := range under[*widget.Command](l.win.Content()) {
		if c.Model().Label == label {
			test.Tap(c)
			return l
		}
	}
	l.t.Fatalf("there is no %q in:\n%s", label, reads(l.win))
	return l
}

// R88: a recording is found in its history row, played, paused, wound and stopped by keys alone.
func TestRecordingIsPlayedByKeys(t *testing.T) {
	l := listening(t).down(2)
	l.sees("Recording", "1 of 2", "Today 13:00", "Play", "Ctrl+P").plays("", 0)
	l.chord(ctrl, fyne.KeyP).plays("r1", 0).sees("Pause", "0:00 / 1:40")
	l.pass(12*time.Second).sees("0:12 / 1:40").plays("r1", 12*time.Second)
	l.chord(ctrl, fyne.KeyP).plays("", 0).pass(5*time.Second).sees("Play", "0:12 / 1:40")
	l.chord(ctrl, fyne.KeyP).plays("r1", 12*time.Second)
	l.chord(alt, fyne.KeyRight).plays("r1", 22*time.Second).chord(alt, fyne.KeyLeft).chord(alt, fyne.KeyLeft).plays("r1", 2*time.Second)
	l.chord(alt, fyne.KeyLeft).plays("r1", 0)
	l.pass(8*time.Second).chord(ctrl, fyne.KeyS).plays("", 0).sees("0:00 / 1:40")
	l.chord(ctrl, fyne.KeyN).sees("2 of 2", "Today 13:02").chord(ctrl, fyne.KeyP).plays("r2", 0)
	l.chord(ctrl, fyne.KeyN).sees("1 of 2").plays("", 0)
}

// The same by mouse; a click into the bar goes to that place.
func TestRecordingIsPlayedByMouse(t *testing.T) {
	l := listening(t).down(2)
	l.tap("Play").plays("r1", 0).pass(40 * time.Second)
	track := under[*widget.Track](l.win.Content())[0]
	if track.Part() != 0.4 {
		t.Errorf("after 40 of 100 s the bar stands at %v", track.Part())
	}
	track.Tapped(&fyne.PointEvent{Position: fyne.NewPos(track.Size().Width*3/4, 4)})
	l.plays("r1", 75*time.Second).sees("1:15 / 1:40")
	l.tap("Pause").plays("", 0).tap("Stop").sees("0:00 / 1:40").tap("Next").sees("2 of 2")
}

// At its end a recording is back at its beginning; when a call cut it off it stays where it was.
func TestPlayingEnds(t *testing.T) {
	l := listening(t).down(2).chord(ctrl, fyne.KeyP)
	l.pass(100*time.Second).sees("Play", "0:00 / 1:40").plays("", 0)
	l.chord(ctrl, fyne.KeyP).pass(30 * time.Second)
	if err := l.tapes.Stop(); err != nil {
		t.Fatal(err)
	}
	l.pass(time.Second).sees("A call wanted your ear: Play goes on here", "0:31 / 1:40")
	l.chord(ctrl, fyne.KeyP).plays("r1", 31*time.Second)
	l.tapes.Refusal = errors.New("a call is open: hold it or end it before playing a recording")
	l.chord(ctrl, fyne.KeyS).chord(ctrl, fyne.KeyP).sees("A call is open: hold it or end it before playing a recording")
}

// What is seen is what is heard: another row and the end of the window end the playing, and a row without recordings has
// no player.
func TestPlayingBelongsToTheRow(t *testing.T) {
	l := listening(t).down(1)
	if strings.Contains(reads(l.win), "Ctrl+P") {
		t.Error("a call that was not recorded can be played")
	}
	l.chord(ctrl, fyne.KeyP).plays("", 0)
	l.down(1).chord(ctrl, fyne.KeyP).plays("r1", 0).down(1).plays("", 0)
	if strings.Contains(reads(l.win), "Ctrl+P") {
		t.Error("the player stays for a call that was not recorded")
	}
	l = listening(t).down(2).chord(ctrl, fyne.KeyP).plays("r1", 0)
	l.win.Close()
	l.plays("", 0)
}

// The row of a call whose folder was deleted says so.
func TestRecordingThatIsGone(t *testing.T) {
	l := listening(t)
	delete(l.tapes.Of, "1")
	l.down(2).sees("There is no recording of this call any more.").chord(ctrl, fyne.KeyP).plays("", 0)
}
