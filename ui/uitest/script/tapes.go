package script

import (
	"errors"
	"time"

	"cordboard/cti"
	"cordboard/ui"
)

// Tapes are recordings of past calls, each as long as it says, played by the clock of a desk. They implement ui.Recordings.
// For one goroutine.
type Tapes struct {
	Clock   func() time.Time
	Of      map[cti.CallID][]ui.PastRecording
	Refusal error // of every Play

	now   ui.Playing
	since time.Time
}

// List implements ui.Recordings.
func (t *Tapes) List(call cti.CallID) ([]ui.PastRecording, error) { return t.Of[call], nil }

// Play implements ui.Recordings.
func (t *Tapes) Play(id cti.RecID, at time.Duration) (ui.Playing, error) {
	if t.Refusal != nil {
		return ui.Playing{}, t.Refusal
	}
	for _, list := range t.Of {
		for _, r := range list {
			if r.ID == id {
				t.now, t.since = ui.Playing{Recording: id, At: at, Length: r.Ended.Sub(r.Started)}, t.Clock()
				return t.now, nil
			}
		}
	}
	return ui.Playing{}, errors.New("there is no such recording")
}

// Playing implements ui.Recordings.
func (t *Tapes) Playing() (ui.Playing, error) {
	now := t.now
	now.At += t.Clock().Sub(t.since)
	if now.Recording == "" || now.At >= now.Length {
		return ui.Playing{}, nil
	}
	return now, nil
}

// Stop implements ui.Recordings, and is what a call does that wants the operator's ear.
func (t *Tapes) Stop() error {
	t.now = ui.Playing{}
	return nil
}
