package jitter

import (
	"fmt"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/media/audiotest"
)

// bounds are what a network may do to the sound. Transit has the physics in it: half of the reader's grid is
// waited on average, and a frame read alone waits for the other half of its packet.
type bounds struct {
	name    string
	network network
	pairs   time.Duration // mean transit when read in pairs
	single  time.Duration // and when read one by one
	bad     float64       // percent of the windows
}

var table = []bounds{
	{"quiet", network{}, 12 * time.Millisecond, 18 * time.Millisecond, 0},
	{"jitter 40", network{jitter: 40 * time.Millisecond}, 53 * time.Millisecond, 58 * time.Millisecond, 0.2},
	{"loss", network{loss: 0.05}, 12 * time.Millisecond, 18 * time.Millisecond, 0.5},
	{"loss and jitter 60", network{loss: 0.05, jitter: 60 * time.Millisecond}, 75 * time.Millisecond, 77 * time.Millisecond, 0.5},
	{"bell of 30", network{jitter: 30 * time.Millisecond, bell: true}, 65 * time.Millisecond, 70 * time.Millisecond, 0.4},
	{"fast sender", network{drift: 1000}, 16 * time.Millisecond, 22 * time.Millisecond, 0.1},
	{"slow sender", network{drift: -1000}, 16 * time.Millisecond, 22 * time.Millisecond, 0.1},
}

// tones are hard in different ways: whole and broken periods in samples, near the edge of the pitch range.
var tones = []float64{440, 1000, 437.3, 800, 313, 1733, 425, 621.7}

// average runs a network over several seeds and tones.
func (n network) average(tb testing.TB) (transit time.Duration, bad float64, holes int) {
	for i, hz := range tones {
		n.seed, n.hz = uint64(i), hz
		o := n.run(tb)
		transit += o.transit / time.Duration(len(tones))
		bad += o.BadPercent() / float64(len(tones))
		holes += o.Holes
	}
	return transit, bad, holes
}

func TestNetworks(t *testing.T) {
	for _, tc := range table {
		for _, pairs := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/pairs=%v", tc.name, pairs), func(t *testing.T) {
				n, most := tc.network, tc.single
				n.codec, n.length, n.inPairs = pcmu, 20*time.Second, pairs
				if n.drift != 0 {
					n.length = time.Minute // several whole packets of drift
				}
				if pairs {
					most = tc.pairs
				}
				transit, bad, holes := n.average(t)
				t.Logf("transit %v, %.2f %% bad", transit, bad)
				if transit > most {
					t.Errorf("transit is %v, more than %v", transit, most)
				}
				if bad > tc.bad {
					t.Errorf("%.2f %% of the windows are bad, more than %.2f %%", bad, tc.bad)
				}
				if holes > 0 {
					t.Errorf("%d holes", holes)
				}
			})
		}
	}
}

// Packets that miss their moment by a sample are as bad as any: no more of them than aimed at may.
func TestFewPacketsAreLate(t *testing.T) {
	for _, n := range []network{{jitter: 30 * time.Millisecond, bell: true}, {jitter: 40 * time.Millisecond}} {
		n.codec, n.length = pcmu, 20*time.Second
		for n.seed = range uint64(12) {
			n.inPairs = n.seed%2 == 0
			_, _, b := n.play(t, audiotest.Sine(20*8000, 440, 8000, -20))
			if c := b.Counters(); c.Concealed > 160 { // 6 % of 1000 packets make 60, in two reads each, and some margin
				t.Errorf("%+v: %d reads of 2000 were guessed", n, c.Concealed)
			}
		}
	}
}

func TestNetworksWithOtherCodecs(t *testing.T) {
	for _, c := range []cti.Codec{{Name: "g722", PT: 9, Rate: 16000}} {
		t.Run(c.Name, func(t *testing.T) {
			n := network{codec: c, loss: 0.05, jitter: 60 * time.Millisecond, length: 20 * time.Second, inPairs: true}
			transit, bad, holes := n.average(t)
			t.Logf("transit %v, %.2f %% bad", transit, bad)
			if transit > 75*time.Millisecond || bad > 2 || holes > 0 {
				t.Errorf("transit %v, %.2f %% bad, %d holes", transit, bad, holes)
			}
		})
	}
}

// BenchmarkNetworks reports mean transit and share of bad windows beside the cost of a whole run.
func BenchmarkNetworks(b *testing.B) {
	for _, tc := range table {
		b.Run(tc.name, func(b *testing.B) {
			n := tc.network
			n.codec, n.length, n.inPairs = pcmu, 20*time.Second, true
			var transit time.Duration
			var bad float64
			for i := 0; b.Loop(); i++ {
				n.seed, n.hz = uint64(i), tones[i%len(tones)]
				o := n.run(b)
				transit += o.transit
				bad += o.BadPercent()
			}
			b.ReportMetric(transit.Seconds()*1000/float64(b.N), "transit-ms")
			b.ReportMetric(bad/float64(b.N), "bad-%")
		})
	}
}
