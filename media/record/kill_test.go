package record

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"cordboard/media/audiotest"
	"cordboard/media/wav"
)

// childDir makes this test program record into a folder until it is killed.
const childDir = "CORDBOARD_RECORD_UNTIL_KILLED"

// kills is how often; readable files are wanted every time.
const kills = 120

// recordUntilKilled is the child: ticks in their own time, each told on standard output once the tap has it.
func recordUntilKilled(dir string) {
	r := Start(Config{Folder: at(dir), ID: "rec", Many: true, Failed: func(why string) { fmt.Println(why); os.Exit(2) }})
	pcm := audiotest.Sine(Rate, 500, Rate, -12)
	n, _ := r.Track("a")
	beat := time.NewTicker(10 * time.Millisecond)
	for i := 0; ; i++ {
		<-beat.C
		frame := pcm[i%100*tick:][:tick]
		r.Tap().Begin(frame, frame, 1)
		r.Tap().Track(n, frame)
		fmt.Println(i + 1)
	}
}

// The recording of a call plays after a kill at any moment, and lacks half a second at most.
func TestKilledRecordingPlays(t *testing.T) {
	var wg sync.WaitGroup
	turns := make(chan int)
	for range 12 {
		wg.Go(func() {
			for i := range turns {
				killOnce(t, filepath.Join(t.TempDir(), strconv.Itoa(i)))
			}
		})
	}
	for i := range kills {
		turns <- i
	}
	close(turns)
	wg.Wait()
}

func killOnce(t *testing.T, dir string) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Error(err)
		return
	}
	if err := cmd.Start(); err != nil {
		t.Error(err)
		return
	}
	want, said := 60+rand.IntN(90), 0
	for lines := bufio.NewScanner(out); said < want && lines.Scan(); {
		if said, err = strconv.Atoi(lines.Text()); err != nil {
			t.Errorf("the child says %q", lines.Text())
			break
		}
	}
	_ = cmd.Process.Kill() // it has gone already if it said something else
	_ = cmd.Wait()         // killed is what it reports
	for name, channels := range map[string]int{"call.wav": 2, "track-01.wav": 1} {
		plays(t, filepath.Join(dir, name), channels, said)
	}
	if _, err := ReadIndex(dir); err != nil {
		t.Error(err)
	}
}

// plays checks a file as a strict player sees it: by the lengths in its header.
func plays(t *testing.T, path string, channels, ticks int) {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Error(err)
		return
	}
	s, err := wav.Parse(b)
	if err != nil || s.Channels != channels {
		t.Errorf("%s: %v, %d channels", path, err, s.Channels)
		return
	}
	told := (int(b[40]) | int(b[41])<<8 | int(b[42])<<16 | int(b[43])<<24) / 2 / channels
	if missing := ticks*tick - told; missing > Rate/2 {
		t.Errorf("%s: %d ms are missing", filepath.Base(path), missing*1000/Rate)
	}
}
