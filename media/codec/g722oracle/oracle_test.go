//go:build cgo && linux

package g722oracle

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/codec"
)

// sounds are what the two codecs are compared on: each finds other paths through the predictors and limits.
func sounds() map[string][]int16 {
	r := rand.New(rand.NewPCG(7, 22))
	all := map[string]func(i int) float64{
		"noise at full scale": func(int) float64 { return r.Float64()*65535 - 32768 },
		"quiet noise":         func(int) float64 { return r.NormFloat64() * 40 },
		"square at the limit": func(i int) float64 { return 32767 * float64(1-2*(i/37%2)) },
		"sweep": func(i int) float64 {
			t := float64(i) / 16000
			return 28000 * math.Sin(2*math.Pi*(50+900*t)*t)
		},
		"bursts": func(i int) float64 {
			if i/1600%2 == 0 {
				return 0
			}
			return 20000 * math.Sin(float64(i)*0.9) * math.Sin(float64(i)*0.011)
		},
	}
	out := map[string][]int16{}
	for name, f := range all {
		pcm := make([]int16, 5*16000)
		for i := range pcm {
			pcm[i] = int16(f(i))
		}
		out[name] = pcm
	}
	return out
}

// alike allows for one fault of libspandsp 0.0.6: at the very end it wraps round where G.722 section 4.4 saturates.
func alike(ours, theirs int16) bool {
	wrapped := ours == math.MaxInt16 && theirs < 0 || ours == math.MinInt16 && theirs >= 0
	return ours == theirs || wrapped
}

func open(t *testing.T) (*Codec, media.Encoder, media.Decoder) {
	t.Helper()
	oracle, err := Open()
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("left out: ", err)
	}
	enc, dec, err := codec.New(cti.Codec{Name: "g722"}, 20)
	if err != nil {
		t.Fatal(err)
	}
	return oracle, enc, dec
}

func TestG722IsBitExact(t *testing.T) {
	for name, pcm := range sounds() {
		t.Run(name, func(t *testing.T) {
			oracle, enc, dec := open(t)
			for at := 0; at < len(pcm); at += 320 {
				frame := pcm[at : at+320]
				got := make([]byte, 160)
				if _, err := enc.Encode(got, frame); err != nil {
					t.Fatal(err)
				}
				want := oracle.Encode(frame)
				if !bytes.Equal(got, want) {
					t.Fatalf("encoded otherwise in the packet at sample %d:\n% x\n% x", at, got, want)
				}
				heard := make([]int16, 320)
				if _, err := dec.Decode(heard, got); err != nil {
					t.Fatal(err)
				}
				if said := oracle.Decode(got); !slices.EqualFunc(heard, said, alike) {
					t.Fatalf("decoded otherwise in the packet at sample %d:\n%v\n%v", at, heard, said)
				}
			}
		})
	}
}

func TestG722DecodesRandomBytesAlike(t *testing.T) {
	oracle, _, dec := open(t)
	r := rand.New(rand.NewPCG(1, 2))
	payload, heard := make([]byte, 160), make([]int16, 320)
	for packet := range 2000 {
		for i := range payload {
			payload[i] = byte(r.Uint32())
		}
		if _, err := dec.Decode(heard, payload); err != nil {
			t.Fatal(err)
		}
		if said := oracle.Decode(payload); !slices.EqualFunc(heard, said, alike) {
			t.Fatalf("packet %d decoded otherwise", packet)
		}
	}
}
