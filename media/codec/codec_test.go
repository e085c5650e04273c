package codec

import (
	"math"
	"slices"
	"testing"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/audiotest"
)

func pair(t testing.TB, name string) (media.Encoder, media.Decoder, int) {
	t.Helper()
	k, ok := find(name)
	if !ok {
		t.Fatalf("codec %s is not known", name)
	}
	enc, dec, err := New(k.codec, 20)
	if err != nil {
		t.Fatal(err)
	}
	return enc, dec, k.codec.Rate
}

// carry sends pcm through a codec packet by packet.
func carry(t testing.TB, name string, pcm []int16) []int16 {
	t.Helper()
	enc, dec, rate := pair(t, name)
	n := rate / 50
	var out []int16
	payload, packet := make([]byte, MaxPayload), make([]int16, MaxPacket)
	for at := 0; at+n <= len(pcm); at += n {
		size, err := enc.Encode(payload, pcm[at:at+n])
		if err != nil {
			t.Fatal(err)
		}
		got, err := dec.Decode(packet, payload[:size])
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, packet[:got]...)
	}
	return out
}

func TestEveryCodecCarriesATone(t *testing.T) {
	for _, name := range Supported() {
		t.Run(name, func(t *testing.T) {
			k, _ := find(name)
			c := k.codec
			out := carry(t, name, audiotest.Sine(c.Rate, 700, c.Rate, -12))
			if len(out) != c.Rate {
				t.Fatalf("one second became %d samples", len(out))
			}
			steady := out[c.Rate/5:]
			if got := audiotest.LevelAt(steady, 700, c.Rate); math.Abs(got+12) > 1 {
				t.Errorf("a tone of -12 dBFS arrived at %.2f", got)
			}
			if d := audiotest.Inspect(steady, 700, c.Rate); d.Bad > 0 {
				t.Errorf("damaged: %v", d)
			}
		})
	}
}

// The reference values are those of G.711 tables 1a and 2a, and of every other implementation.
func TestG711KnownCodes(t *testing.T) {
	for _, row := range []struct {
		sample int16
		a, mu  byte
	}{
		{0, 0xD5, 0xFF}, {-1, 0x55, 0x7F}, {8, 0xD5, 0xFE}, {1000, 0xFA, 0xCE}, {-1000, 0x7A, 0x4E},
		{32767, 0xAA, 0x80}, {-32768, 0x2A, 0x00}, {16384, 0xA5, 0x8F}, {-16384, 0x3A, 0x0F},
	} {
		if got := ALaw(row.sample); got != row.a {
			t.Errorf("A-law of %d is %#x, want %#x", row.sample, got, row.a)
		}
		if got := MuLaw(row.sample); got != row.mu {
			t.Errorf("µ-law of %d is %#x, want %#x", row.sample, got, row.mu)
		}
	}
}

// A logarithmic law keeps the error below a thirty-second part of the sample, the steps near zero apart.
func TestG711ErrorIsAHalfStepAtMost(t *testing.T) {
	for _, flavour := range []law{{ALaw, aLawTable}, {MuLaw, muLawTable}} {
		for s := -32000; s <= 32000; s++ {
			size := max(s, -s)
			got := int(flavour.decode[flavour.encode(int16(s))])
			if off := max(s-got, got-s); off > size/32+8 {
				t.Fatalf("sample %d became %d", s, got)
			}
		}
	}
}

func TestG711CodesSurviveAnotherHop(t *testing.T) {
	for _, flavour := range []law{{ALaw, aLawTable}, {MuLaw, muLawTable}} {
		for code := range 256 {
			v := flavour.decode[code]
			if back := flavour.decode[flavour.encode(v)]; back != v {
				t.Errorf("code %#x is %d, and %d after another hop", code, v, back)
			}
		}
	}
}

func TestUnknownCodecIsNamed(t *testing.T) {
	if _, _, err := New(cti.Codec{Name: "gsm"}, 20); err == nil || err.Error() != `codec "gsm" is not known` {
		t.Errorf("got %v", err)
	}
}

func TestPreference(t *testing.T) {
	want := []string{"g722", "pcma", "pcmu"}
	if haveOpus {
		want = append([]string{"opus"}, want...)
	}
	if got := Supported(); !slices.Equal(got, want) {
		t.Errorf("supported: %v", got)
	}
}

func TestTooLongPayloadIsRefused(t *testing.T) {
	for _, name := range []string{"g722", "pcma", "pcmu"} {
		_, dec, _ := pair(t, name)
		if _, err := dec.Decode(make([]int16, 100), make([]byte, 101)); err == nil {
			t.Errorf("%s decoded 101 bytes into 100 samples", name)
		}
	}
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	for _, name := range []string{"g722", "pcma", "pcmu"} {
		enc, dec, rate := pair(t, name)
		pcm, payload := make([]int16, rate/50), make([]byte, MaxPayload)
		if n := testing.AllocsPerRun(100, func() {
			size, _ := enc.Encode(payload, pcm)
			_, _ = dec.Decode(pcm, payload[:size])
		}); n > 0 {
			t.Errorf("%s allocates %v times a packet", name, n)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{0})
	f.Add([]byte("\xfc\xff\xfe"))
	f.Add(make([]byte, 160))
	f.Fuzz(func(t *testing.T, payload []byte) {
		for _, name := range Supported() {
			_, dec, _ := pair(t, name)
			dst := make([]int16, MaxPacket)
			if n, err := dec.Decode(dst, payload); err == nil && n > len(dst) {
				t.Errorf("%s decoded %d samples", name, n)
			}
			if fec, ok := dec.(FECDecoder); ok {
				if n, err := fec.DecodeFEC(dst[:960], payload); err == nil && n > 960 {
					t.Errorf("%s restored %d samples", name, n)
				}
			}
		}
	})
}

func BenchmarkPacket(b *testing.B) {
	for _, name := range Supported() {
		enc, dec, rate := pair(b, name)
		pcm := audiotest.Sine(rate/50, 700, rate, -12)
		payload, out := make([]byte, MaxPayload), make([]int16, MaxPacket)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				n, err := enc.Encode(payload, pcm)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := dec.Decode(out, payload[:n]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
