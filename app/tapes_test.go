//go:build cgo

package app

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"cordboard/app/api"
	"cordboard/cti"
	"cordboard/media/record"
	"cordboard/storage"
)

// fakePlayer notes what it is to play.
type fakePlayer struct {
	files []string
	from  time.Duration
	busy  error
}

func (f *fakePlayer) Play(files []string, from time.Duration) (time.Duration, error) {
	if f.busy != nil {
		return 0, f.busy
	}
	f.files, f.from = files, from
	return 3 * time.Second, nil
}

func (f *fakePlayer) Playing() (time.Duration, time.Duration, bool) {
	return f.from, 3 * time.Second, f.files != nil
}

func (f *fakePlayer) StopPlaying() { f.files = nil }

// shelf has a recording in two parts, the first with a track, in the folder that it returns.
func shelf(t *testing.T) (*tapes, *fakePlayer, cti.Recording, string) {
	t.Helper()
	data := t.TempDir()
	rec := cti.Recording{ID: cti.NewRecID(), Owner: cti.NewCallID(), Started: time.Now()}
	dir := filepath.Join(data, "recordings", "2026-11", string(rec.ID))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	index, err := json.Marshal(record.Index{Recording: string(rec.ID), Parts: []record.Part{
		{Call: "call.wav", Tracks: []record.Track{{Number: 1, File: "track-01.wav"}}}, {Call: "call-2.wav"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string]string{"index.json": string(index), "call.wav": "sound", "../secret.json": "secret", "../secret.wav": "secret"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	store, err := storage.Open(t.Context(), storage.Config{Dir: data})
	if err != nil {
		t.Fatal(err)
	}
	store.KeepRecording(cti.KeepRecording{Recording: rec})
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	p := &fakePlayer{}
	return &tapes{dir: filepath.Join(data, "recordings"), reader: storage.OpenReader(data), player: p}, p, rec, dir
}

func TestRecordingsOfARowAreListedWithTheirContents(t *testing.T) {
	shelf, _, rec, _ := shelf(t)
	for _, owner := range []cti.CallID{rec.Owner, ""} {
		all, err := shelf.List(t.Context(), owner)
		if err != nil || len(all) != 1 || all[0].ID != rec.ID || all[0].Index == nil || len(all[0].Index.Parts) != 2 {
			t.Errorf("of %q: %+v, %v", owner, all, err)
		}
	}
	if all, err := shelf.List(context.Background(), "another"); err != nil || len(all) != 0 {
		t.Errorf("of another call: %+v, %v", all, err)
	}
}

func TestFilesOfARecordingAreOpenedInItsFolderOnly(t *testing.T) {
	shelf, _, rec, dir := shelf(t)
	f, err := shelf.Open(rec.ID, "call.wav")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err = errors.Join(err, f.Close()); err != nil || string(text) != "sound" {
		t.Errorf("%q, %v", text, err)
	}
	if err := os.Symlink(filepath.Join(dir, "..", "secret.wav"), filepath.Join(dir, "link.wav")); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"../secret.json", "..", "", ".", "link.wav", "none.wav", `..\secret.json`, "call.wav/../../secret.json", "/etc/passwd"} {
		if f, err := shelf.Open(rec.ID, file); err == nil {
			t.Errorf("%q is opened as %s", file, f.Name())
		}
	}
	for _, id := range []cti.RecID{"", "*", "..", "2026-11", "../2026-11", cti.NewRecID()} {
		if _, err := shelf.Open(id, "call.wav"); !errors.Is(err, api.ErrNoRecording) {
			t.Errorf("recording %q: %v", id, err)
		}
	}
}

func TestPlayingTakesAllPartsOrOneTrack(t *testing.T) {
	shelf, player, rec, dir := shelf(t)
	playing, err := shelf.Play(api.Play{Recording: rec.ID, At: 1500})
	if err != nil || playing != (api.Playing{Recording: rec.ID, At: 1500, Length: 3000}) {
		t.Errorf("%+v, %v", playing, err)
	}
	if d := cmp.Diff([]string{filepath.Join(dir, "call.wav"), filepath.Join(dir, "call-2.wav")}, player.files); d != "" {
		t.Errorf("(-want +played):\n%s", d)
	}
	if _, err := shelf.Play(api.Play{Recording: rec.ID, File: "track-01.wav"}); err != nil || !cmp.Equal(player.files, []string{filepath.Join(dir, "track-01.wav")}) {
		t.Errorf("%v, %v", player.files, err)
	}
	for _, p := range []api.Play{{}, {Recording: "x"}, {Recording: rec.ID, File: "../secret.wav"}, {Recording: rec.ID, File: "none.wav"}} {
		if _, err := shelf.Play(p); !errors.Is(err, api.ErrNoRecording) {
			t.Errorf("%+v: %v", p, err)
		}
	}
	shelf.StopPlaying()
	if got := shelf.Playing(); got != (api.Playing{}) {
		t.Errorf("after the stop: %+v", got)
	}
	player.busy = errors.New("a call is open")
	if _, err := shelf.Play(api.Play{Recording: rec.ID}); !errors.Is(err, player.busy) {
		t.Errorf("in a call: %v", err)
	}
}
