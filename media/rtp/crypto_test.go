package rtp

import (
	"bytes"
	"net/netip"
	"testing"

	"cordboard/cti"
	"cordboard/media"
	"cordboard/media/audiotest"
)

func mustAddrPort(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

// key is a key of SDES's default suite made from one byte.
func key(seed byte) *cti.Crypto {
	return &cti.Crypto{Suite: "AES_CM_128_HMAC_SHA1_80", Key: bytes.Repeat([]byte{seed}, 30)}
}

// secured adds keys to a session.
func secured(s cti.MediaSession, out, in byte) cti.MediaSession {
	s.Out, s.In = key(out), key(in)
	return s
}

func TestToneCrossesTheWireEncrypted(t *testing.T) {
	for suite, size := range map[string]int{
		"AES_CM_128_HMAC_SHA1_80": 30, "AES_CM_128_HMAC_SHA1_32": 30, "AEAD_AES_128_GCM": 28, "AEAD_AES_256_GCM": 44,
	} {
		t.Run(suite, func(t *testing.T) {
			a, b := open(t, Config{}), open(t, Config{})
			one := &cti.Crypto{Suite: suite, Key: bytes.Repeat([]byte{1}, size)}
			two := &cti.Crypto{Suite: suite, Key: bytes.Repeat([]byte{2}, size)}
			sa, sb := sessionTo(b.Local(), pcmu), sessionTo(a.Local(), pcmu)
			sa.Out, sa.In, sb.Out, sb.In = one, two, two, one
			apply(t, a, sa)
			apply(t, b, sb)
			heard := talk(a, b, 440, 40)
			if got := audiotest.LevelAt(heard[len(heard)/2:], 440, 8000); got < -22 {
				t.Errorf("the tone arrives with %.1f dBFS; %+v", got, b.Stats())
			}
		})
	}
}

func TestNothingIsSentInClearWhenKeysAreAgreed(t *testing.T) {
	far, p := newPeer(t), open(t, Config{})
	s := secured(sessionTo(far.addr(), pcmu), 1, 2)
	s.Mux = true
	apply(t, p, s)
	for range 10 {
		p.Write(make([]int16, 80)) // digital zero is 0xff throughout in µ-law
	}
	p.sendReport(false)
	for range 5 {
		b := far.next()
		if bytes.Contains(b, bytes.Repeat([]byte{0xff}, 8)) || bytes.Contains(b, []byte(p.cname)) {
			t.Errorf("in clear: % x", b)
		}
		if !isRTCP(b) && len(b) != headerLen+160+10 {
			t.Errorf("a packet of %d bytes carries no tag", len(b))
		}
	}
}

func TestUnprotectedAndReplayedPacketsAreDropped(t *testing.T) {
	far, p := newPeer(t), open(t, Config{})
	apply(t, p, secured(sessionTo(far.addr(), pcmu), 1, 2))
	far.say(p.Local(), 0x10)
	await(t, "the packet in clear being counted", func() bool { return p.Stats().Unprotected == 1 })

	sealer, err := protect(key(2), nil)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := sealer.rtp.EncryptRTP(nil, far.packet(0, make([]byte, 160)), nil)
	if err != nil {
		t.Fatal(err)
	}
	far.send(p.Local(), sealed)
	await(t, "the good packet being taken", func() bool { return p.Stats().Packets == 1 })
	far.send(p.Local(), sealed)
	await(t, "the replay being counted", func() bool { return p.Stats().Unprotected == 2 })

	strange, err := protect(key(9), nil)
	if err != nil {
		t.Fatal(err)
	}
	wrong, err := strange.rtp.EncryptRTP(nil, far.packet(0, make([]byte, 160)), nil)
	if err != nil {
		t.Fatal(err)
	}
	far.send(p.Local(), wrong)
	await(t, "the wrong key being counted", func() bool { return p.Stats().Unprotected == 3 })
	if n := p.Stats().Packets; n != 1 {
		t.Errorf("%d packets were taken, not 1", n)
	}
}

func TestKeysThatDoNotFitAreRefused(t *testing.T) {
	p := open(t, Config{})
	for _, c := range []*cti.Crypto{{Suite: "F8_128_HMAC_SHA1_80", Key: make([]byte, 30)}, {Suite: "AES_CM_128_HMAC_SHA1_80", Key: make([]byte, 29)}} {
		s := sessionTo(newPeer(t).addr(), pcmu)
		s.Out, s.In = c, c
		if err := p.Apply(s); err == nil {
			t.Errorf("%s with %d bytes is accepted", c.Suite, len(c.Key))
		}
	}
}

// A re-INVITE that repeats the keys must go on with the packet index: a receiver that saw numbers wrap once would
// not understand one that starts over.
func TestSameKeyGoesOnOverTheWrap(t *testing.T) {
	a, b := open(t, Config{}), open(t, Config{})
	sa, sb := secured(sessionTo(b.Local(), pcmu), 1, 2), secured(sessionTo(a.Local(), pcmu), 2, 1)
	apply(t, a, sa)
	apply(t, b, sb)
	a.out.seq = 65530
	say := func(n int) {
		var frame [media.MaxFrame]int16
		want := b.Stats().Packets + uint64(n)
		for range n {
			writeTone(a, 2)
		}
		await(t, "hearing the packets", func() bool { b.Read(frame[:]); return b.Stats().Packets >= want })
	}
	say(20)
	sa.Version = 2
	apply(t, a, sa)
	say(20)
	sa.Out, sb.In = key(7), key(7)
	apply(t, b, sb)
	say(5) // still under way with the old key
	apply(t, a, sa)
	say(20)
	if n := b.Stats().Unprotected; n != 0 {
		t.Errorf("%d packets could not be opened", n)
	}
}

// A desk that takes up a call of hours is not told how often the far end's numbers have wrapped, and hears it all the same.
func TestRunningStreamIsJoined(t *testing.T) {
	for _, suite := range []string{"AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"} {
		t.Run(suite, func(t *testing.T) {
			far, p := newPeer(t), open(t, Config{})
			theirs := key(2)
			theirs.Suite = suite
			s := secured(sessionTo(far.addr(), pcmu), 1, 2)
			s.In = theirs
			apply(t, p, s)
			sealer, err := protect(theirs, nil)
			if err != nil {
				t.Fatal(err)
			}
			sealer.rtp.SetROC(far.ssrc, 7)
			far.seq = 65530
			for n := range uint64(12) { // over the next wrap
				far.sendSealed(p, sealer)
				await(t, "the packet being taken", func() bool { return p.Stats().Packets == n+1 })
			}
		})
	}
}

// Packets under a wrong key do not cost a search for ever, and do no harm to the stream that comes then.
func TestSearchForTheStreamEnds(t *testing.T) {
	far, p := newPeer(t), open(t, Config{})
	apply(t, p, secured(sessionTo(far.addr(), pcmu), 1, 2))
	strange, err := protect(key(9), nil)
	if err != nil {
		t.Fatal(err)
	}
	for n := range uint64(joinTries + 3) {
		far.sendSealed(p, strange)
		await(t, "the strange packet being counted", func() bool { return p.Stats().Unprotected == n+1 })
	}
	if in := p.stream.Load().in; in.tries != joinTries {
		t.Errorf("%d packets were searched for, not %d", in.tries, joinTries)
	}
	sealer, err := protect(key(2), nil)
	if err != nil {
		t.Fatal(err)
	}
	far.sendSealed(p, sealer)
	await(t, "the good packet being taken", func() bool { return p.Stats().Packets == 1 })
}

// sendSealed sends the peer's next packet as SRTP.
func (p *peer) sendSealed(to *Port, with *protection) {
	p.t.Helper()
	sealed, err := with.rtp.EncryptRTP(nil, p.packet(0, make([]byte, 160)), nil)
	if err != nil {
		p.t.Fatal(err)
	}
	p.send(to.Local(), sealed)
}

// BenchmarkJoin is the cost of a packet that belongs to no stream while one is looked for.
func BenchmarkJoin(b *testing.B) {
	ours, err := protect(key(2), nil)
	if err != nil {
		b.Fatal(err)
	}
	strange, err := protect(key(9), nil)
	if err != nil {
		b.Fatal(err)
	}
	var plain [maxPacket]byte
	sealed, err := strange.rtp.EncryptRTP(nil, newPeer(b).packet(0, make([]byte, 160)), nil)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		ours.tries = 0
		if _, err := ours.join(plain[:0], sealed); err == nil {
			b.Fatal("a packet under another key was opened")
		}
	}
}
