package api

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"cordboard/cti"
	"cordboard/media/record"
	"cordboard/storage"
)

// fakeTapes has one recording, "r1" of call "first", with the file call.wav.
type fakeTapes struct {
	dir   string
	owner cti.CallID
	now   Playing
	busy  error
}

func (f *fakeTapes) List(_ context.Context, owner cti.CallID) ([]Recorded, error) {
	f.owner = owner
	return []Recorded{{Recording: storage.Recording{ID: "r1", Owner: owner}, Index: &record.Index{Rate: 16000}}}, nil
}

func (f *fakeTapes) Open(id cti.RecID, file string) (*os.File, error) {
	if id != "r1" || file != "call.wav" {
		return nil, ErrNoRecording
	}
	return os.Open(filepath.Join(f.dir, file))
}

func (f *fakeTapes) Play(p Play) (Playing, error) {
	if f.busy == nil {
		f.now = Playing{Recording: p.Recording, File: p.File, At: p.At, Length: 3000}
	}
	return f.now, f.busy
}

func (f *fakeTapes) Playing() Playing { return f.now }
func (f *fakeTapes) StopPlaying()     { f.now = Playing{} }

func TestRecordingsOverTheAPI(t *testing.T) {
	desk, s, c := serve(t)
	desk.show(s, snapshot(2, "first", "second"))
	all, err := c.Recordings(t.Context(), "2")
	if err != nil || len(all) != 1 || all[0].Owner != "second" || all[0].Index.Rate != 16000 {
		t.Errorf("of row 2: %+v, %v", all, err)
	}
	if _, err := c.Recordings(t.Context(), ""); err != nil || desk.tapes.owner != "" {
		t.Errorf("of all: %q, %v", desk.tapes.owner, err)
	}
	desk.tapes.dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(desk.tapes.dir, "call.wav"), []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	get := func(path, part string) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), "GET", "http://localhost/v1/recordings/"+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if part != "" {
			r.Header.Set("Range", part)
		}
		resp, err := c.http.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		if err = errors.Join(err, resp.Body.Close()); err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(text)
	}
	if status, text := get("r1/call.wav", ""); status != 200 || text != "0123456789" {
		t.Errorf("%d %q", status, text)
	}
	if status, text := get("r1/call.wav", "bytes=4-6"); status != 206 || text != "456" {
		t.Errorf("a part: %d %q", status, text)
	}
	for _, path := range []string{"r1/none.wav", "r2/call.wav", "r1/..%2F..%2Fsecrets.json"} {
		if status, text := get(path, ""); status != 404 {
			t.Errorf("%s: %d %q", path, status, text)
		}
	}
}

func TestPlayingOverTheAPI(t *testing.T) {
	desk, _, c := serve(t)
	want := Playing{Recording: "r1", File: "call.wav", At: 500, Length: 3000}
	for _, ask := range []func() (Playing, error){
		func() (Playing, error) { return c.Play(t.Context(), Play{Recording: "r1", File: "call.wav", At: 500}) },
		func() (Playing, error) { return c.Playing(t.Context()) },
	} {
		if got, err := ask(); err != nil || got != want {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if err := c.StopPlaying(t.Context()); err != nil {
		t.Error(err)
	}
	if got, err := c.Playing(t.Context()); err != nil || got != (Playing{}) {
		t.Errorf("after the stop: %+v, %v", got, err)
	}
	desk.tapes.busy = errors.New("a call is open")
	if _, err := c.Play(t.Context(), Play{Recording: "r1"}); err == nil || err.Error() != "a call is open" {
		t.Errorf("in a call: %v", err)
	}
}
