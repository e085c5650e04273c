package wav

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"cordboard/media/audiotest"
)

func TestWrittenSoundIsReadBack(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.wav")
	pcm := audiotest.Sine(16000, 700, 8000, -12)
	w, err := Create(path, 8000, 2)
	if err != nil {
		t.Fatal(err)
	}
	for at := 0; at < len(pcm); at += 160 {
		if err := w.Write(pcm[at : at+160]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if s.Rate != 8000 || s.Channels != 2 || !slices.Equal(s.PCM, pcm) {
		t.Errorf("read %d Hz, %d channels, %d samples", s.Rate, s.Channels, len(s.PCM))
	}
}

// A killed program never closes its file: what a strict player believes is the header.
func TestUnclosedFileTellsAllButTheLastQuarterOfASecond(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.wav")
	w, err := Create(path, 8000, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = w.Close() }() // the test is about the time before
	for range 255 {
		if err := w.Write(make([]int16, 160)); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	told := int(b[40]) | int(b[41])<<8 | int(b[42])<<16
	if written := 255 * 320; told > written || told < written-8000*2/4 {
		t.Errorf("of %d bytes the header tells of %d", written, told)
	}
}

// A track that begins late is as long as the others, without a byte for the time before.
func TestFileThatBeginsWithSilence(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.wav")
	w, err := CreateAt(path, 8000, 2, 400)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Write([]int16{1, 2, 3, 4}), w.Close()); err != nil {
		t.Fatal(err)
	}
	s, err := Read(path)
	if err != nil || w.Written() != 402 || !slices.Equal(s.PCM, append(make([]int16, 800), 1, 2, 3, 4)) {
		t.Errorf("%d samples, %v, written %d", len(s.PCM), err, w.Written())
	}
}

func TestReadsAFileWithoutLengths(t *testing.T) {
	b := append(header(8000, 1, 0), 1, 0, 2, 0, 3, 0)
	s, err := Parse(b)
	if err != nil || !slices.Equal(s.PCM, []int16{1, 2, 3}) {
		t.Errorf("%v, %v", s.PCM, err)
	}
}

func TestMonoIsTheMean(t *testing.T) {
	s := Sound{Rate: 8000, Channels: 2, PCM: []int16{100, 300, -5, 5, 32767, 32767}}
	if got := s.Mono(); !slices.Equal(got, []int16{200, 0, 32767}) {
		t.Errorf("%v", got)
	}
}

func TestBadFilesAreNamed(t *testing.T) {
	float := header(8000, 1, 0)
	float[20] = 3
	for want, b := range map[string][]byte{
		"no WAV file":           []byte("OggS and so on and on"),
		"no sound in it":        header(8000, 1, 0)[:36],
		"not 16-bit PCM":        float,
		"broken format chunk":   []byte("RIFF\x00\x00\x00\x00WAVEfmt \x04\x00\x00\x00abcd"),
		"before its format":     []byte("RIFF\x00\x00\x00\x00WAVEdata\x04\x00\x00\x00abcd"),
		"0 channels at 8000 Hz": header(8000, 0, 0),
	} {
		if _, err := Parse(b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(header(8000, 1, 4))
	f.Add(append(header(48000, 2, 100), make([]byte, 100)...))
	f.Add([]byte("RIFF\x00\x00\x00\x00WAVEjunk\x03\x00\x00\x00abc\x00fmt "))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Parse(b)
		if err == nil && (s.Rate == 0 || len(s.PCM)%s.Channels != 0) {
			t.Errorf("%+v", s)
		}
	})
}
