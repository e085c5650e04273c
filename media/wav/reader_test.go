package wav

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"cordboard/media/audiotest"
)

func TestReadsPieceByPieceWhatReadReadsAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.wav")
	w, err := Create(path, 8000, 2)
	if err == nil {
		err = w.Write(audiotest.Sine(16000, 700, 1000, -12))
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }() // the file is read while it is still written
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	whole, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Open(path)
	if err != nil || r.Rate != 8000 || r.Channels != 2 || r.Samples != 8000 {
		t.Fatalf("%+v, %v", r, err)
	}
	defer func() { _ = r.Close() }() // only read
	for _, from := range []int64{0, 123} {
		r.GoTo(from)
		var got []int16
		piece := make([]int16, 300)
		for {
			n, err := r.ReadMono(piece)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, piece[:n]...)
		}
		if want := whole.Mono()[from:]; !slices.Equal(got, want) {
			t.Errorf("from %d: %d samples, want the same %d", from, len(got), len(want))
		}
	}
	r.GoTo(1 << 40)
	if _, err := r.ReadMono(make([]int16, 1)); !errors.Is(err, io.EOF) {
		t.Errorf("beyond the end: %v", err)
	}
}

func TestOpenNamesWhatIsNoSound(t *testing.T) {
	for name, content := range map[string]string{
		"empty": "", "text": "hello, this is no sound file", "no sound": "RIFF\x04\x00\x00\x00WAVE",
		"no format": "RIFF\x10\x00\x00\x00WAVEdata\x04\x00\x00\x00abcd",
		"huge":      "RIFF\x10\x00\x00\x00WAVEjunk\xff\xff\xff\xffabcd",
	} {
		path := filepath.Join(t.TempDir(), "a.wav")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := Open(path); err == nil {
			t.Errorf("%s: opened as %+v", name, r)
		}
	}
}
