package rtp

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtcp"

	"cordboard/media"
	"cordboard/media/audiotest"
)

func TestFirstSenderIsLearntAndKept(t *testing.T) {
	var clock sync.Mutex
	now := time.Second
	tick := func() time.Duration { clock.Lock(); defer clock.Unlock(); return now }
	p := open(t, Config{Clock: tick})
	announced, natted, stranger := newPeer(t), newPeer(t), newPeer(t)
	stranger.ssrc, natted.ssrc = 5, 6
	apply(t, p, sessionTo(announced.addr(), pcmu))

	natted.say(p.Local(), 0x10)
	await(t, "learning the address behind NAT", func() bool { return p.Stats().Remote == natted.addr() })
	writeTone(p, 1)
	natted.nextRTP()

	stranger.say(p.Local(), 0x10)
	await(t, "counting the stranger", func() bool { return p.Stats().Strangers == 1 })
	clock.Lock()
	now += 2 * learnWindow
	clock.Unlock()
	announced.say(p.Local(), 0x10)
	await(t, "counting the announced address that comes too late", func() bool { return p.Stats().Strangers == 2 })
	if got := p.Stats(); got.Remote != natted.addr() || got.Packets != 1 {
		t.Errorf("packets go to %v and %d were taken", got.Remote, got.Packets)
	}

	next := newPeer(t) // a re-INVITE names another address: learning begins anew
	apply(t, p, sessionTo(next.addr(), pcmu))
	next.say(p.Local(), 0x10)
	await(t, "following the re-INVITE", func() bool { return p.Stats().Remote == next.addr() && p.Stats().Packets >= 1 })
}

func TestAnnouncedAddressTakesOverInTheWindow(t *testing.T) {
	p := open(t, Config{})
	announced, early := newPeer(t), newPeer(t)
	apply(t, p, sessionTo(announced.addr(), pcmu))
	early.say(p.Local(), 0x10)
	await(t, "learning", func() bool { return p.Stats().Remote == early.addr() })
	announced.say(p.Local(), 0x10)
	await(t, "preferring the announced address", func() bool { return p.Stats().Remote == announced.addr() })
}

func TestHoldKeepsTheLearntAddress(t *testing.T) {
	p := open(t, Config{})
	announced, natted := newPeer(t), newPeer(t)
	s := sessionTo(announced.addr(), pcmu)
	apply(t, p, s)
	natted.say(p.Local(), 0x10)
	await(t, "learning", func() bool { return p.Stats().Remote == natted.addr() })
	s.Recv, s.Version = false, 2
	apply(t, p, s)
	if got := p.Stats().Remote; got != natted.addr() {
		t.Errorf("held, packets go to %v", got)
	}
	natted.say(p.Local(), 0x10)
	await(t, "the packet being counted", func() bool { return p.Stats().Packets == 2 })
	var frame [media.MaxFrame]int16
	for range 10 {
		if n := p.Read(frame[:]); media.LevelOf(frame[:n]) > -60 && p.in.ring.peek() != nil {
			t.Error("sound against the direction")
		}
	}
}

func TestKeysAreSentAndHeardOnce(t *testing.T) {
	var mu sync.Mutex
	var heard []string
	a := open(t, Config{})
	b := open(t, Config{Digit: func(key string) { mu.Lock(); heard = append(heard, key); mu.Unlock() }})
	apply(t, a, sessionTo(b.Local(), pcmu))
	apply(t, b, sessionTo(a.Local(), pcmu))
	if err := a.PlayDigits("1#,*d"); err != nil {
		t.Fatal(err)
	}
	talk(a, b, 440, 240)
	await(t, "hearing four keys", func() bool { mu.Lock(); defer mu.Unlock(); return len(heard) >= 4 })
	mu.Lock()
	defer mu.Unlock()
	if got := strings.Join(heard, ""); got != "1#*D" {
		t.Errorf("heard %q", got)
	}
}

func TestEventPackets(t *testing.T) {
	far, p := newPeer(t), open(t, Config{})
	apply(t, p, sessionTo(far.addr(), pcmu))
	if err := p.PlayDigits("5"); err != nil {
		t.Fatal(err)
	}
	writeTone(p, 40)
	var ends, events int
	var start uint32
	for range 20 {
		pkt := far.nextRTP()
		if pkt.PayloadType != 101 {
			continue
		}
		events++
		if events == 1 {
			start = pkt.Timestamp
			if !pkt.Marker {
				t.Error("the first packet has no marker")
			}
		}
		end := pkt.Payload[1]&eventEnd != 0
		duration := int(pkt.Payload[2])<<8 | int(pkt.Payload[3])
		want := min(events, keyTicks/2) * 160
		if pkt.Payload[0] != 5 || pkt.Timestamp != start || duration != want {
			t.Errorf("packet %d: % x, timestamp %d after %d", events, pkt.Payload, pkt.Timestamp, start)
		}
		if end {
			ends++
		}
	}
	if ends != 3 || events != keyTicks/2+3 {
		t.Errorf("%d event packets, %d of them ends", events, ends)
	}
}

func TestKeysThatCannotBeSent(t *testing.T) {
	far, p := newPeer(t), open(t, Config{})
	if err := p.PlayDigits("1"); err == nil {
		t.Error("keys before a session are accepted")
	}
	s := sessionTo(far.addr(), pcmu)
	apply(t, p, s)
	if err := p.PlayDigits("12x"); err == nil {
		t.Error("x is accepted as a key")
	}
	if err := p.PlayDigits(strings.Repeat("1", maxWaiting+1)); err == nil {
		t.Error("more keys than fit are accepted")
	}
	s.EventSend = 0
	apply(t, p, s)
	if err := p.PlayDigits("1"); !errors.Is(err, ErrNoEvents) {
		t.Errorf("without agreement: %v", err)
	}
}

func TestReportsTellLossAndRoundTrip(t *testing.T) {
	for _, mux := range []bool{false, true} {
		a, b := open(t, Config{}), open(t, Config{})
		sa, sb := secured(sessionTo(b.Local(), pcmu), 1, 2), secured(sessionTo(a.Local(), pcmu), 2, 1)
		sa.Mux, sb.Mux = mux, mux
		apply(t, a, sa)
		apply(t, b, sb)
		writeTone(b, 2)
		for i := range 40 {
			if i%4 == 2 {
				a.out.seq++ // as good as lost
			}
			writeTone(a, 2)
		}
		await(t, "the sound", func() bool { return b.Stats().Packets >= 40 && a.Stats().Packets >= 1 })
		a.sendReport(false)
		await(t, "a's report", func() bool { b.rep.mu.Lock(); defer b.rep.mu.Unlock(); return b.rep.lastSR != 0 })
		b.sendReport(false)
		await(t, "b's report", func() bool { return a.Stats().LossPeer > 0 })
		st := a.Stats()
		if st.LossPeer < 0.15 || st.LossPeer > 0.25 {
			t.Errorf("mux %v: the peer reports a loss of %.2f, not 0.2", mux, st.LossPeer)
		}
		if st.RTT < 0 || st.RTT > 10000 {
			t.Errorf("mux %v: round trip %v ms", mux, st.RTT)
		}
	}
}

func TestCloseSaysBye(t *testing.T) {
	far := newPeer(t)
	p, err := Listen(loopback, Config{})
	if err != nil {
		t.Fatal(err)
	}
	s := sessionTo(newPeer(t).addr(), pcmu)
	s.RemoteRTCP = far.addr()
	apply(t, p, s)
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if err := p.Close(); err != nil {
		t.Errorf("the second Close: %v", err)
	}
	frame := []int16{1, 2, 3}
	if n := p.Read(frame); n != 80 || frame[0] != 0 {
		t.Errorf("after Close a tick of %d samples is %v", n, frame)
	}
	writeTone(p, 2)
	packets, err := rtcp.Unmarshal(far.next())
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := packets[len(packets)-1].(*rtcp.Goodbye); !ok {
		t.Errorf("the last packet is %T", packets[len(packets)-1])
	}
}

func TestListenTakesAnEvenPortAndTheNext(t *testing.T) {
	p := open(t, Config{PortMin: 31001, PortMax: 31099})
	port := p.Local().Port()
	if port%2 != 0 || port < 31001 || port+1 > 31099 {
		t.Errorf("port %d", port)
	}
	if _, err := Listen(loopback, Config{PortMin: port, PortMax: port + 1}); err == nil {
		t.Error("the same pair is bound twice")
	}
	if c, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(loopback, port+1))); err == nil {
		t.Errorf("the port for RTCP is free: %v", c.Close())
	}
	if _, err := Listen(loopback, Config{PortMin: 31001, PortMax: 31001}); err == nil {
		t.Error("a range of one port is accepted")
	}
}

func TestCodecChangesInMidWord(t *testing.T) {
	a, b := pair(t, pcmu)
	heard := talk(a, b, 500, 40)
	apply(t, a, sessionTo(b.Local(), pcma))
	apply(t, b, sessionTo(a.Local(), pcma))
	heard = append(heard, talk(a, b, 500, 40)...)
	sound := heard[len(heard)/4 : len(heard)-400]
	for i := 0; i+320 <= len(sound); i += 320 { // windows of 40 ms
		if l := media.LevelOf(sound[i : i+320]); l < -26 {
			t.Errorf("%d ms in: only %.0f dBFS", i/8, l)
		}
	}
	if l := audiotest.LevelAt(sound[len(sound)-1600:], 500, 8000); l < -21.5 {
		t.Errorf("the tone has %.1f dBFS after the change", l)
	}
}

func TestReadDoesNotAllocate(t *testing.T) {
	a, b := pair(t, pcmu)
	talk(a, b, 440, 20)
	var frame [media.MaxFrame]int16
	if n := testing.AllocsPerRun(500, func() { b.Read(frame[:]) }); n != 0 {
		t.Errorf("%v allocations a read", n)
	}
}

func TestStatsOfACall(t *testing.T) {
	a, b := pair(t, pcmu)
	if st := b.Stats(); !st.LastPacket.IsZero() || st.MOS != 0 || st.LevelIn != media.Silence {
		t.Errorf("before the call: %+v", st)
	}
	talk(a, b, 440, 60)
	st := b.Stats()
	if st.LevelIn < -22 || st.LevelIn > -18 || a.Stats().LevelOut < -22 {
		t.Errorf("a tone of -20 dBFS shows %.1f in and %.1f out", st.LevelIn, a.Stats().LevelOut)
	}
	if time.Since(st.LastPacket) > patience || st.Packets < 25 || st.MOS < 3 || st.Loss != 0 {
		t.Errorf("%+v", st)
	}
}

func TestMOSFallsWithLossAndDelay(t *testing.T) {
	best := estimateMOS("pcmu", 0, 5, 10)
	lossy := estimateMOS("pcmu", 0.05, 5, 10)
	slow := estimateMOS("pcmu", 0, 400, 10)
	if best < 4.2 || best > 4.5 || lossy >= best || lossy < 2.5 || slow >= best {
		t.Errorf("best %v, lossy %v, slow %v", best, lossy, slow)
	}
}
