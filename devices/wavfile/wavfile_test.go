package wavfile

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"cordboard/media"
	"cordboard/media/audiotest"
	"cordboard/media/wav"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func write(t *testing.T, rate, channels int, pcm []int16) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "speech.wav")
	w, err := wav.Create(path, rate, channels)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Write(pcm), w.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

func newCard(t *testing.T) *Card { return New(func(err error) { t.Error(err) }) }

func TestMicrophoneSaysTheFileAgainAndAgain(t *testing.T) {
	for _, rate := range []int{8000, 16000, 44100, 48000} {
		path := write(t, rate, 1, audiotest.Sine(rate/2, 500, rate, -20)) // 250 whole periods
		synctest.Test(t, func(t *testing.T) {
			ring := media.NewRing(1 << 17)
			s, err := newCard(t).Open(media.Mic, path, ring)
			if err != nil {
				t.Fatal(err)
			}
			time.Sleep(2*time.Second - time.Millisecond)
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			pcm := make([]int16, ring.Len())
			ring.Read(pcm)
			if len(pcm) != 2*deviceRate {
				t.Errorf("2 s of a file of %d Hz gave %d samples", rate, len(pcm))
			}
			if d := audiotest.Inspect(pcm, 500, deviceRate); d.Bad != 0 || d.Clicks != 0 || d.Level < -21 || d.Level > -19 {
				t.Errorf("file of %d Hz: %v", rate, d)
			}
		})
	}
}

func TestStereoBecomesMono(t *testing.T) {
	pcm := make([]int16, 2*4800)
	for i := range 4800 {
		pcm[2*i], pcm[2*i+1] = 1000, 3000
	}
	got, err := load(write(t, 48000, 2, pcm))
	if err != nil || len(got) != 4800 || got[100] != 2000 {
		t.Errorf("%d samples of %d, %v; want 4800 of 2000", len(got), got[100], err)
	}
}

func TestSpeakerFileIsWholeAtAnyTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "heard.wav")
	synctest.Test(t, func(t *testing.T) {
		card, ring := newCard(t), media.NewRing(1<<17)
		for part := 1; part <= 2; part++ { // closed between calls, and opened again
			s, err := card.Open(media.Speaker, path, ring)
			if err != nil {
				t.Fatal(err)
			}
			ring.Write(audiotest.Sine(deviceRate, 700, deviceRate, -20))
			if _, err := card.Open(media.Speaker, path, ring); err == nil || !strings.Contains(err.Error(), "in use") {
				t.Errorf("opened a second time: %v", err)
			}
			time.Sleep(1500*time.Millisecond - time.Millisecond)
			heard(t, path, part*deviceRate) // while it is being written: at most a second is missing
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			if got := heard(t, path, part*deviceRate); len(got) != part*deviceRate*3/2 {
				t.Errorf("after close the file has %d samples, want %d", len(got), part*deviceRate*3/2)
			}
		}
		if err := card.Close(); err != nil {
			t.Error(err)
		}
	})
}

// heard reads a file that must hold at least that many samples.
func heard(t *testing.T, path string, atLeast int) []int16 {
	t.Helper()
	s, err := wav.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.PCM) < atLeast || audiotest.LevelAt(s.PCM[:deviceRate/2], 700, s.Rate) < -21 {
		t.Fatalf("the file has %d samples, want at least %d with the tone", len(s.PCM), atLeast)
	}
	return s.PCM
}

func TestWhatIsWrongWithAFileIsSaid(t *testing.T) {
	card := newCard(t)
	_, err := card.Open(media.Mic, filepath.Join(t.TempDir(), "absent.wav"), media.NewRing(1))
	var de *media.DeviceError
	if !errors.As(err, &de) || !de.Gone {
		t.Errorf("absent file: %v", err)
	}
	if _, err := card.Open(media.Mic, write(t, 8000, 1, nil), media.NewRing(1)); !errors.As(err, &de) || de.Gone {
		t.Errorf("empty file: %v", err)
	}
	if _, err := card.Open(media.Speaker, filepath.Join(t.TempDir(), "no", "folder.wav"), media.NewRing(1)); !errors.As(err, &de) {
		t.Errorf("no folder: %v", err)
	}
}
