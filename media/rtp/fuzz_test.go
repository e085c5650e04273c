package rtp

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/rtcp"

	"cordboard/media"
)

// fuzzPort is a Port with a session whose receive path a fuzz target calls without the network.
func fuzzPort(f *testing.F) (*Port, netip.AddrPort) {
	from := netip.AddrPortFrom(loopback, 4000)
	p, err := Listen(loopback, Config{Digit: func(string) {}})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = p.Close() }) // what a fuzz target tests is not the closing
	s := sessionTo(from, pcmu)
	s.Mux = true
	if err := p.Apply(s); err != nil {
		f.Fatal(err)
	}
	return p, from
}

// header is an RTP packet of a payload type.
func header(pt byte, seq uint16, ts uint32, payload ...byte) []byte {
	b := append([]byte{0x80, pt}, make([]byte, 10)...)
	binary.BigEndian.PutUint16(b[2:], seq)
	binary.BigEndian.PutUint32(b[4:], ts)
	return append(b, payload...)
}

func FuzzRTP(f *testing.F) {
	p, from := fuzzPort(f)
	f.Add(header(0, 1, 160, make([]byte, 160)...), header(0, 2, 320, make([]byte, 160)...))
	f.Add(header(9, 1, 160, make([]byte, 160)...), header(0, 9, 1<<31, 1))
	f.Add([]byte{0x9f, 0}, []byte{0xb0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0xff, 0xff})
	f.Add(header(0, 65535, 1<<32-1, make([]byte, 1460)...), []byte{})
	var frame [media.MaxFrame]int16
	f.Fuzz(func(t *testing.T, one, two []byte) {
		for _, b := range [][]byte{one, two} {
			p.receiveRTP(b, from, p.now())
			if n := p.Read(frame[:]); n != 80 && n != 160 {
				t.Errorf("a tick of %d samples", n)
			}
		}
	})
}

func FuzzRTCP(f *testing.F) {
	p, from := fuzzPort(f)
	sr := &rtcp.SenderReport{SSRC: 1, NTPTime: 1 << 63, Reports: []rtcp.ReceptionReport{{SSRC: p.out.ssrc, LastSenderReport: 1}}}
	if b, err := rtcp.Marshal([]rtcp.Packet{sr, &rtcp.Goodbye{Sources: []uint32{1}}}); err == nil {
		f.Add(b)
	}
	f.Add([]byte{0x81, 200, 0, 0})
	f.Add([]byte{0xbf, 201, 0xff, 0xff, 0, 0, 0, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		p.receiveRTCP(b, from, p.now())
		if st := p.Stats(); st.RTT < 0 || st.LossPeer < 0 || st.LossPeer > 1 {
			t.Errorf("%+v", st)
		}
	})
}

func FuzzTelephoneEvent(f *testing.F) {
	p, from := fuzzPort(f)
	f.Add([]byte{5, 0x8a, 3, 0x20}, uint32(160))
	f.Add([]byte{}, uint32(0))
	f.Add([]byte{255, 255, 255, 255, 1}, uint32(1<<31))
	seq := uint16(0)
	f.Fuzz(func(t *testing.T, payload []byte, ts uint32) {
		if len(payload) > maxPayload {
			return
		}
		seq++
		p.receiveRTP(header(101, seq, ts, payload...), from, p.now())
		if key := eventKey(payload); len(key) > 1 {
			t.Errorf("key %q", key)
		}
		if time.Duration(p.in.last.Load()) < 0 {
			t.Error("time runs backwards")
		}
	})
}
