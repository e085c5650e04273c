package app

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sync"
	"time"

	"cordboard/app/api"
	"cordboard/cti"
	"cordboard/media/record"
	"cordboard/storage"
)

// player is what plays files to the operator; the media engine does.
type player interface {
	Play(files []string, from time.Duration) (length time.Duration, err error)
	Playing() (at, length time.Duration, playing bool)
	StopPlaying()
}

// tapes finds the recordings on the disk. Its methods may be called by any goroutine.
type tapes struct {
	dir    string // under which every recording has a folder
	reader *storage.Reader
	player player

	mu  sync.Mutex
	now api.Play // what was asked for last
}

// List lists recordings with what their folders have.
func (t *tapes) List(ctx context.Context, owner cti.CallID) ([]api.Recorded, error) {
	kept, err := t.reader.Recordings(ctx, owner)
	if err != nil {
		return nil, err
	}
	var all []api.Recorded
	for _, r := range kept {
		one := api.Recorded{Recording: r}
		if dir, err := t.folder(r.ID); err == nil {
			if x, err := record.ReadIndex(dir); err == nil {
				one.Index = &x // else there is nothing to play, which is all that can be said
			}
		}
		all = append(all, one)
	}
	return all, nil
}

// folder finds the folder of a recording, which is under the month in which it began.
func (t *tapes) folder(id cti.RecID) (string, error) {
	if !cti.CallID(id).Valid() {
		return "", api.ErrNoRecording
	}
	found, err := filepath.Glob(filepath.Join(t.dir, "*", string(id)))
	if err != nil || len(found) == 0 {
		return "", api.ErrNoRecording
	}
	return found[0], nil
}

// fileName is what files of a recording are called.
var fileName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*\.(wav|json)$`)

// Open opens a file of a recording. It cannot leave the folder: not by its name, and not by a link in the folder.
func (t *tapes) Open(id cti.RecID, file string) (*os.File, error) {
	dir, err := t.folder(id)
	if err != nil || !fileName.MatchString(file) {
		return nil, api.ErrNoRecording
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the recording: %w", err)
	}
	defer func() { _ = root.Close() }() // the file stays open
	f, err := root.Open(file)
	if os.IsNotExist(err) {
		return nil, api.ErrNoRecording
	}
	if err != nil {
		return nil, fmt.Errorf("open the recording: %w", err)
	}
	return f, nil
}

// Play plays a track, or all parts of a recording one after the other.
func (t *tapes) Play(p api.Play) (api.Playing, error) {
	files, err := t.files(p)
	if err != nil {
		return api.Playing{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if _, err := t.player.Play(files, time.Duration(p.At)*time.Millisecond); err != nil {
		return api.Playing{}, err
	}
	t.now = p
	return t.playing(), nil
}

// files are the files to play.
func (t *tapes) files(p api.Play) ([]string, error) {
	dir, err := t.folder(p.Recording)
	if err != nil {
		return nil, err
	}
	x, err := record.ReadIndex(dir)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, part := range x.Parts {
		names := []string{part.Call}
		if p.File != "" {
			names = nil
			for _, track := range append(part.Tracks, record.Track{File: part.Call}) {
				if track.File == p.File {
					names = []string{track.File}
				}
			}
		}
		for _, name := range names {
			if !fileName.MatchString(name) {
				return nil, api.ErrNoRecording // an index that somebody has changed
			}
			files = append(files, filepath.Join(dir, name))
		}
	}
	if len(files) == 0 {
		return nil, api.ErrNoRecording
	}
	return files, nil
}

// Playing tells what is being played.
func (t *tapes) Playing() api.Playing {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.playing()
}

// playing is Playing for callers that hold mu.
func (t *tapes) playing() api.Playing {
	at, length, on := t.player.Playing()
	if !on {
		return api.Playing{}
	}
	return api.Playing{Recording: t.now.Recording, File: t.now.File, At: at.Milliseconds(), Length: length.Milliseconds()}
}

// StopPlaying ends the playing.
func (t *tapes) StopPlaying() { t.player.StopPlaying() }
