package app

import (
	"slices"

	"cordboard/app/settings"
	"cordboard/cti"
)

// Profiles lists the policy profiles.
func (a apiAdmin) Profiles() []cti.Profile {
	d := a.d
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.settings.Policy.All()
}

// SetProfile puts a policy profile in force, now and for the next start.
func (a apiAdmin) SetProfile(name string) error {
	d := a.d
	d.mu.Lock()
	defer d.mu.Unlock()
	policy := d.settings.Policy
	if err := policy.Choose(name); err != nil {
		return err
	}
	if err := d.change(func(s *settings.Settings) { s.Policy = policy }); err != nil {
		return err
	}
	d.board.Post(cti.ProfileSet{Profile: policy.InForce()})
	return nil
}

// switches are what operators change of a line by a command while the desk runs.
type switches struct {
	dnd     bool
	forward cti.Forward
}

// keepSwitches remembers in the settings what commands have changed of a line, so that the next start finds do not disturb and
// forwarding as they were left. It is called by the Switchboard's goroutine for each snapshot and leaves the disk to another.
func (d *desk) keepSwitches(s *cti.Snapshot) {
	if d.switches == nil {
		d.switches = map[cti.LineID]switches{}
	}
	changed := false
	for _, l := range s.Lines {
		now := switches{l.Config.DND, l.Config.Forward}
		if before, known := d.switches[l.ID]; known && before != now && !l.Config.Practice {
			changed = true
		}
		d.switches[l.ID] = now
	}
	if changed {
		d.saving.Go(d.saveSwitches)
	}
}

// saveSwitches writes down what is newest: of several that wait for the file, whichever comes last must not be the oldest.
func (d *desk) saveSwitches() {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.board.Snapshot().Lines
	err := d.change(func(s *settings.Settings) {
		s.Lines = slices.Clone(s.Lines)
		for i := range s.Lines {
			for _, l := range now {
				if l.ID == s.Lines[i].ID {
					s.Lines[i].DND, s.Lines[i].Forward = l.Config.DND, l.Config.Forward
				}
			}
		}
	})
	if err != nil {
		d.logged("keep do not disturb and forwarding", err)
	}
}
