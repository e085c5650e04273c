package headset

import (
	"cordboard/cti"
	"cordboard/devices/hid"
)

// view is the desk as one set sees it.
type view struct {
	f     *Fleet
	set   Set
	wake  <-chan struct{}
	unsee func()
}

var _ hid.Desk = (*view)(nil)

func newView(f *Fleet, set Set) *view {
	wake, stop := f.cfg.Desk.Watch()
	return &view{f: f, set: set, wake: wake, unsee: stop}
}

// stop ends the view, after Serve.
func (v *view) stop() { v.unsee() }

// Lamps is what every set shows.
func (v *view) Lamps() cti.HeadsetLamps { return v.f.cfg.Desk.Lamps() }

// Changed says that Lamps may give something else.
func (v *view) Changed() <-chan struct{} { return v.wake }

// Press hands a press on. Without a call it can only mean to start one, which is for the primary.
func (v *view) Press(p hid.Press) {
	if v.Lamps().Ours || v.f.isPrimary(v.set.path) {
		v.f.cfg.Desk.Press(v.set.ID, p)
	}
}

// Note says which set a sentence is about.
func (v *view) Note(sentence string) { v.f.cfg.Desk.Note(v.set.Name + ": " + sentence) }
