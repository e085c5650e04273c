package exchange

import (
	"fmt"
	"testing"

	"cordboard/media"
	"cordboard/media/audiotest"
)

// render is two phrases of a number.
func render(p person, rate int) []int16 {
	pcm := make([]int16, 7*rate)
	src := p.source(p, rate)
	for at := 0; at < len(pcm); at += rate / 50 {
		src.fill(pcm[at : at+rate/50])
	}
	return pcm
}

// Tests tell the voices apart by their steady tones, so nobody may sound like somebody else in any 200 ms.
func TestVoicesHaveNobodyElsesTone(t *testing.T) {
	t.Parallel()
	for _, p := range append([]person{customer}, people...) {
		if p.Tone == 0 {
			continue
		}
		for _, rate := range []int{8000, 16000, 48000} {
			pcm := render(p, rate)
			for at := 0; at+rate/2 <= len(pcm); at += rate / 2 {
				half := pcm[at : at+rate/2]
				for _, tone := range reserved {
					level := audiotest.LevelAt(half, tone, rate)
					if own := tone == p.Tone; own && level < -33 || !own && level > -48 {
						t.Errorf("%s at %d Hz, second %.1f: %v Hz at %.1f dBFS", p.Name, rate, float64(at)/float64(rate), tone, level)
					}
				}
			}
		}
	}
}

func TestVoicesSpeakInSyllablesAndPauses(t *testing.T) {
	const rate = 16000
	pcm := render(people[0], rate)
	loud, quiet := 0, 0
	for at := 0; at+rate/50 <= len(pcm); at += rate / 50 {
		switch level := media.LevelOf(pcm[at : at+rate/50]); {
		case level > -24:
			loud++
		case level < -28:
			quiet++
		}
	}
	if loud < 150 || quiet < 60 {
		t.Errorf("of 350 windows %d are loud and %d quiet", loud, quiet)
	}
}

func TestSoundsNeitherClickNorClip(t *testing.T) {
	const rate = 48000
	for _, p := range append([]person{customer}, people...) {
		if p.Tone == 0 {
			continue
		}
		pcm := render(p, rate)
		for i := 1; i < len(pcm); i++ {
			step := int(pcm[i]) - int(pcm[i-1])
			if step > 7000 || step < -7000 || pcm[i] > 30000 || pcm[i] < -30000 {
				t.Fatalf("%s: %d after %d at %.3f s", p.Name, pcm[i], pcm[i-1], float64(i)/rate)
			}
		}
	}
}

func BenchmarkSources(b *testing.B) {
	for _, p := range []person{people[0], people[7]} {
		b.Run(fmt.Sprint(p.Name), func(b *testing.B) {
			src, pcm := p.source(p, 48000), make([]int16, 960)
			b.ReportAllocs()
			for b.Loop() {
				src.fill(pcm)
			}
		})
	}
}
