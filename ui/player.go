package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"cordboard/cti"
	"cordboard/ui/lang"
	"cordboard/ui/theme"
	"cordboard/ui/view"
	"cordboard/ui/widget"
)

const (
	// tapeStep is how far the keys go back and forth in a recording.
	tapeStep = 10 * time.Second
	// tapePoll is how often the desk is asked where the playing is; the clock runs on by itself in between.
	tapePoll = time.Second
)

// player plays the recordings of the row that is selected in the history, through the desk: into the operator's ear and by no
// other program. The desk knows no pause. A paused recording is one that was ended at a place that the player remembers.
type player struct {
	w    *Window
	call cti.CallID
	tape view.Tape

	since time.Time // while it is played: when it was at tape.At
	asked time.Time // when the desk was asked last where it is
	turn  int       // counts what the operator does: an answer that a later wish has overtaken is dropped

	play, stop, next *widget.Command
	track            *widget.Track
	text             *widget.Spans
}

func newPlayer(w *Window) *player {
	p := &player{w: w, play: widget.NewCommand(lang.TapePlay.String(), lang.TapePause.String()), stop: widget.NewCommand(),
		next: widget.NewCommand(), track: widget.NewTrack(), text: widget.NewSpans(theme.Small)}
	p.play.OnTap, p.stop.OnTap, p.next.OnTap = p.toggle, p.rewind, p.another
	p.track.OnSeek = func(part float32) { p.seek(time.Duration(float64(part) * float64(p.tape.Length))) }
	p.draw()
	return p
}

// objects are the parts, for the window that lays them out.
func (p *player) objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{p.text, p.play, p.stop, p.next, p.track}
}

// shown reports whether there is anything to play.
func (p *player) shown() bool { return p.call != "" }

// open turns to the recordings of a past call. What of another call is being played ends: what is seen is what is heard.
func (p *player) open(row view.PastRow) {
	if row.ID == p.call {
		return
	}
	p.end()
	p.call, p.tape = "", view.Tape{}
	if source := p.w.cfg.Recordings; source != nil && row.Record.Word != "" {
		p.call = row.ID
		p.look(source)
	}
	p.draw()
}

// look fetches the list of recordings.
func (p *player) look(source Recordings) {
	call := p.call
	var list []view.PastRecording
	p.ask(func() (err error) {
		list, err = source.List(call)
		return err
	}, func() { p.tape.List = append([]view.PastRecording{}, list...) }) // known to be none is not the same as not known
}

// ask does work at the desk and then, unless the operator wants something else by then, what follows from it.
func (p *player) ask(work func() error, done func()) {
	p.turn++
	turn := p.turn
	taken := p.w.loop.try(work, func(err error) {
		if turn != p.turn {
			return
		}
		p.tape.Fault = ""
		if err != nil {
			p.tape.Fault = sentence(err.Error())
		} else {
			done()
		}
		p.draw()
	})
	if !taken {
		p.tape.Fault = lang.DeskLostCall.String()
		p.draw()
	}
}

// toggle plays from the place where it stands, or pauses there.
func (p *player) toggle() {
	if p.tape.On {
		at := p.place()
		p.end()
		p.tape.At = at
		p.draw()
		return
	}
	p.from(p.tape.At)
}

// from plays from a place on.
func (p *player) from(at time.Duration) {
	source := p.w.cfg.Recordings
	if source == nil || len(p.tape.List) == 0 {
		return
	}
	id := p.tape.List[p.tape.Chosen].ID
	var now Playing
	p.ask(func() (err error) {
		now, err = source.Play(id, at)
		return err
	}, func() { p.follow(now) })
}

// follow takes over where the desk is.
func (p *player) follow(now Playing) {
	at := p.w.cfg.Now()
	p.tape.On, p.tape.Cut, p.tape.At, p.tape.Length = true, false, now.At, now.Length
	p.since, p.asked = at, at
	p.w.loop.ticking.Store(true) // the place moves from now on
}

// rewind ends the playing and goes back to the beginning.
func (p *player) rewind() {
	p.end()
	p.tape.At, p.tape.Cut = 0, false
	p.draw()
}

// end ends the playing; the place is the caller's to keep.
func (p *player) end() {
	p.turn++
	if p.tape.On {
		p.tape.On = false
		p.ask(p.w.cfg.Recordings.Stop, func() {})
	}
}

// quit ends the playing when the whole window has been closed: there is no loop any more to do it.
func (p *player) quit() {
	if p.tape.On {
		_ = p.w.cfg.Recordings.Stop() // there is nobody left to tell; a recording that goes on comes to its end
	}
}

// another goes on to the next recording of the call, after the last one to the first.
func (p *player) another() {
	if n := len(p.tape.List); n > 0 {
		p.end()
		p.tape = view.Tape{List: p.tape.List, Chosen: (p.tape.Chosen + 1) % n}
		p.draw()
	}
}

// seek goes to another place, and plays there if it played before.
func (p *player) seek(at time.Duration) {
	at = min(max(at, 0), p.tape.Length)
	if p.tape.On {
		p.from(at)
		return
	}
	p.tape.At = at
	p.draw()
}

// place is where the playing is by now.
func (p *player) place() time.Duration {
	if !p.tape.On {
		return p.tape.At
	}
	return min(p.tape.At+p.w.cfg.Now().Sub(p.since), p.tape.Length)
}

// tick moves the place on while something is played, and reports whether that is so. Now and then it asks the desk, which
// ends the playing when a call wants the ear.
func (p *player) tick() bool {
	if !p.tape.On {
		return false
	}
	if now := p.w.cfg.Now(); now.Sub(p.asked) >= tapePoll {
		p.asked = now
		p.poll()
	}
	p.draw()
	return p.tape.On
}

// poll asks the desk where the playing is.
func (p *player) poll() {
	source, id := p.w.cfg.Recordings, p.tape.List[p.tape.Chosen].ID
	var now Playing
	p.ask(func() (err error) {
		now, err = source.Playing()
		return err
	}, func() {
		if now.Recording == id {
			p.follow(now)
			return
		}
		at := p.place()
		p.tape.On, p.tape.Cut = false, at < p.tape.Length
		if p.tape.At = at; !p.tape.Cut {
			p.tape.At = 0 // it came to its end
		}
	})
}

// draw shows how it stands.
func (p *player) draw() {
	model := p.tape
	model.At = p.place()
	play, stop, next := model.Commands()
	p.play.Set(play)
	p.stop.Set(stop)
	p.next.Set(next)
	p.track.Set(model.Part())
	p.text.Set(model.Spans(p.w.cfg.Now()))
	for _, o := range p.objects() {
		show(o, p.shown())
	}
	show(p.next, p.shown() && len(model.List) > 1)
}

// layout places the parts above a line, a text over the buttons with the track beside them, and returns their height.
func (p *player) layout(x, bottom, width float32) float32 {
	line, high, gap := theme.Px(22), theme.Px(34), theme.Px(8)
	y := bottom - gap - high
	put(p.text, x, y-line, width, line)
	right := x + width
	for _, c := range []*widget.Command{p.play, p.stop, p.next} {
		if c.Visible() {
			w := c.MinSize().Width
			put(c, x, y, w, high)
			x += w + gap
		}
	}
	put(p.track, x, y, max(right-x, 0), high)
	return line + high + gap
}

// shortcut knows the keys of the player, and reports whether it was one of them.
func (p *player) shortcut(s fyne.Shortcut) bool {
	for _, k := range p.keys() {
		if s.ShortcutName() == k.at.ShortcutName() {
			if p.shown() {
				k.do()
			}
			return true
		}
	}
	return false
}

// tapeKey is a key of the player.
type tapeKey struct {
	at *desktop.CustomShortcut
	do func()
}

func (p *player) keys() []tapeKey {
	key := func(name fyne.KeyName, mod fyne.KeyModifier, do func()) tapeKey {
		return tapeKey{&desktop.CustomShortcut{KeyName: name, Modifier: mod}, do}
	}
	const ctrl, alt = fyne.KeyModifierControl, fyne.KeyModifierAlt
	return []tapeKey{
		key(fyne.KeyP, ctrl, p.toggle), key(fyne.KeyS, ctrl, p.rewind), key(fyne.KeyN, ctrl, p.another),
		key(fyne.KeyLeft, alt, func() { p.seek(p.place() - tapeStep) }), key(fyne.KeyRight, alt, func() { p.seek(p.place() + tapeStep) }),
	}
}
