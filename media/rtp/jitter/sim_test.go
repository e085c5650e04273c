package jitter

import (
	"math/rand/v2"
	"sort"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/audiotest"
	"cordboard/media/codec"
)

// network is one simulated run: a steady tone in packets over a network with loss and jitter into a Buffer,
// on a clock that exists only here.
type network struct {
	codec   cti.Codec
	hz      float64
	loss    float64       // share of packets
	jitter  time.Duration // delays are uniform from 0 to this, packets overtake each other
	bell    bool          // delays are normal around jitter by a third of it, and keep the packets' order
	drift   float64       // of the sender's clock, in ppm
	length  time.Duration
	inPairs bool // two reads every 20 ms, not one every 10
	seed    uint64
}

// outcome is what a run sounded like after its first two seconds.
type outcome struct {
	audiotest.Damage
	transit time.Duration // mean
	p95     time.Duration
	buffer  *Buffer
}

var pcmu = cti.Codec{Name: "pcmu", PT: 0, Rate: 8000}

const warmUp = 2 * time.Second

// arrivals makes the packets of the run in order of arrival.
func (n network) arrivals(tb testing.TB, rnd *rand.Rand, phase time.Duration, sound []int16) []Packet {
	enc, _, err := codec.New(n.codec, 20)
	if err != nil {
		tb.Fatal(err)
	}
	var all []Packet
	perPacket := n.codec.Rate / 50
	for i := range int(n.length / (20 * time.Millisecond)) {
		var payload [1500]byte
		size, err := enc.Encode(payload[:], sound[i*perPacket:(i+1)*perPacket])
		if err != nil {
			tb.Fatal(err)
		}
		sent := phase + time.Duration(float64(i*20)*float64(time.Millisecond)*(1-n.drift*1e-6))
		late := n.delay(rnd)
		if rnd.Float64() < n.loss {
			continue
		}
		arrival := sent + late
		if n.bell && len(all) > 0 {
			arrival = max(arrival, all[len(all)-1].Arrival)
		}
		all = append(all, Packet{
			Arrival: arrival, Seq: uint16(i), TS: uint32(i * clock(n.codec) / 50), SSRC: 7,
			PT: n.codec.PT, Payload: append([]byte(nil), payload[:size]...),
		})
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].Arrival < all[j].Arrival })
	return all
}

func (n network) delay(rnd *rand.Rand) time.Duration {
	if n.bell {
		return time.Duration(max(1+rnd.NormFloat64()/3, 0) * float64(n.jitter))
	}
	return time.Duration(rnd.Float64() * float64(n.jitter))
}

func clock(c cti.Codec) int {
	if c.Name == "g722" {
		return 8000
	}
	return c.Rate
}

// run plays a tone over the network and judges it.
func (n network) run(tb testing.TB) outcome {
	tb.Helper()
	heard, transit, b := n.play(tb, audiotest.Sine(int(n.length.Seconds())*n.codec.Rate, n.hz, n.codec.Rate, -20))
	return n.judge(heard, transit, b)
}

// play sends sound over the network into a new Buffer and returns what is read of it.
//
// Transit is reckoned from packet to packet, as a bridge's is measured from outside: the sound read in one go
// leaves in a packet of 20 ms, so single reads wait 10 ms for their other half.
func (n network) play(tb testing.TB, sound []int16) (heard []int16, transit []time.Duration, b *Buffer) {
	tb.Helper()
	rnd := rand.New(rand.NewPCG(n.seed, 1))
	phase := time.Duration(rnd.Float64() * float64(20*time.Millisecond))
	packets := n.arrivals(tb, rnd, phase, sound)
	b = n.buffer(tb)
	var frame [media.MaxFrame]int16
	for tick := 0; time.Duration(tick)*media.Tick < n.length-100*time.Millisecond; tick++ {
		now, half := time.Duration(tick)*media.Tick, media.Tick
		if n.inPairs {
			half = time.Duration(tick%2) * media.Tick
			now -= half
		}
		for len(packets) > 0 && packets[0].Arrival <= now {
			b.Put(&packets[0])
			packets = packets[1:]
		}
		at := int64(b.origin) + b.next - int64(b.line.ahead()*clock(n.codec)/n.codec.Rate)
		got := b.Read(now, frame[:])
		if now < warmUp {
			continue
		}
		heard = append(heard, frame[:got]...)
		ideal := time.Duration(float64(at) / float64(clock(n.codec)) * 1e9 * (1 - n.drift*1e-6))
		transit = append(transit, now+half-ideal-phase)
	}
	return heard, transit, b
}

// buffer is a new one for the network's codec.
func (n network) buffer(tb testing.TB) *Buffer {
	_, dec, err := codec.New(n.codec, 20)
	if err != nil {
		tb.Fatal(err)
	}
	var formats Formats
	formats[n.codec.PT] = Format{Codec: n.codec, Clock: clock(n.codec), Decoder: dec}
	b := New()
	b.SetFormats(&formats)
	return b
}

func (n network) judge(heard []int16, transit []time.Duration, b *Buffer) outcome {
	out := outcome{Damage: audiotest.Inspect(heard, n.hz, n.codec.Rate), buffer: b}
	for _, t := range transit {
		out.transit += t / time.Duration(len(transit))
	}
	sort.Slice(transit, func(i, j int) bool { return transit[i] < transit[j] })
	out.p95 = transit[len(transit)*95/100]
	return out
}
