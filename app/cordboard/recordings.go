//go:build cgo

package main

import (
	"context"
	"time"

	"cordboard/app/api"
	"cordboard/cti"
	"cordboard/ui"
)

// recordings lets the window play recordings through the desk.
type recordings struct{ client *api.Client }

// within does one request in the time that the window waits for the desk.
func within(f func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	return f(ctx)
}

// List lists the recordings of a call's row whose files are there.
func (r recordings) List(call cti.CallID) (list []ui.PastRecording, err error) {
	err = within(func(ctx context.Context) error {
		all, err := r.client.Recordings(ctx, call)
		for _, one := range all {
			if one.Index != nil {
				list = append(list, ui.PastRecording{ID: one.ID, Started: one.Started, Ended: one.Ended, Fault: one.Fault})
			}
		}
		return err
	})
	return list, err
}

// Play plays a recording from a place on.
func (r recordings) Play(id cti.RecID, at time.Duration) (now ui.Playing, err error) {
	err = within(func(ctx context.Context) error {
		p, err := r.client.Play(ctx, api.Play{Recording: id, At: at.Milliseconds()})
		now = playingOf(p)
		return err
	})
	return now, err
}

// Playing tells what is being played.
func (r recordings) Playing() (now ui.Playing, err error) {
	err = within(func(ctx context.Context) error {
		p, err := r.client.Playing(ctx)
		now = playingOf(p)
		return err
	})
	return now, err
}

// Stop ends the playing.
func (r recordings) Stop() error { return within(r.client.StopPlaying) }

// playingOf makes durations of milliseconds.
func playingOf(p api.Playing) ui.Playing {
	return ui.Playing{Recording: p.Recording, At: time.Duration(p.At) * time.Millisecond, Length: time.Duration(p.Length) * time.Millisecond}
}
