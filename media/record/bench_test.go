package record

import (
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"cordboard/media/audiotest"
)

// BenchmarkTracks32 records 32 members at 48 kHz. A tick is 10 ms: what it takes per operation, in ns, over 10 ms is the share of a
// core that tick and writer take together.
func BenchmarkTracks32(b *testing.B) {
	const rate, tracks = 48000, 32
	r := Start(Config{Folder: at(filepath.Join(b.TempDir(), "rec")), ID: "rec", Many: true, Failed: func(why string) { b.Error(why) }, Poll: time.Millisecond})
	pcm := audiotest.Sine(rate, 440, rate, -12)
	for i := range tracks {
		r.Track(string(rune('a' + i)))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); {
		frame := pcm[i%100*rate/100:][:rate/100]
		for !r.Tap().Begin(frame, frame, tracks) {
			runtime.Gosched() // faster than time: the writer makes room
		}
		for n := range tracks {
			r.Tap().Track(n, frame)
		}
		i++
	}
	r.Close()
}
