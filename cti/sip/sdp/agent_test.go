package sdp

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"cordboard/cti"
)

func config(policy cti.SRTPPolicy, codecs ...string) Config {
	return Config{Addr: netip.MustParseAddr("192.0.2.1"), Port: 20000, Codecs: codecs, SRTP: policy}
}

// body writes a description; each line is "x=…", the m= line and what follows are given.
func body(lines ...string) []byte {
	all := append([]string{"v=0", "o=x 1 1 IN IP4 198.51.100.7", "s=-", "c=IN IP4 198.51.100.7", "t=0 0"}, lines...)
	return []byte(strings.Join(all, "\r\n") + "\r\n")
}

func audio(direction string) []byte {
	return body("m=audio 4000 RTP/AVP 8 0 101", "a=rtpmap:101 telephone-event/8000", "a="+direction)
}

func answerOf(t *testing.T, a *Agent, offer []byte, hold bool) (string, cti.MediaSession) {
	t.Helper()
	out, s, err := a.Answer(offer, hold)
	if err != nil {
		t.Fatalf("Answer: %v\n%s", err, offer)
	}
	return string(out), s
}

func offerOf(t *testing.T, a *Agent, hold bool) string {
	t.Helper()
	out, err := a.Offer(hold, false)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func wantLine(t *testing.T, text, line string) {
	t.Helper()
	if !strings.Contains(text, line+"\r\n") {
		t.Errorf("line %q is missing in\n%s", line, text)
	}
}

func TestOfferNamesAllCodecs(t *testing.T) {
	text := offerOf(t, New(config(cti.SRTPOff)), false)
	for _, line := range []string{
		"c=IN IP4 192.0.2.1", "m=audio 20000 RTP/AVP 96 9 8 0 102 101", "a=rtpmap:96 opus/48000/2", "a=rtpmap:9 G722/8000",
		"a=rtpmap:102 telephone-event/48000", "a=rtpmap:101 telephone-event/8000", "a=rtcp-mux", "a=sendrecv",
	} {
		wantLine(t, text, line)
	}
}

func TestAnswerTakesOffererOrder(t *testing.T) {
	offer := body("m=audio 4000 RTP/AVP 18 9 111 0 97", "a=rtpmap:111 opus/48000/2", "a=rtpmap:97 telephone-event/8000", "a=ptime:30")
	text, s := answerOf(t, New(config(cti.SRTPOff)), offer, false)
	wantLine(t, text, "m=audio 20000 RTP/AVP 9 97")
	want := cti.Codec{Name: "g722", PT: 9, Rate: 16000}
	if s.Codec != want || s.EventSend != 97 || s.EventRecv != 97 || s.EventRate != 8000 || s.Ptime != 30 {
		t.Errorf("session is %+v", s)
	}
	if s.Remote.String() != "198.51.100.7:4000" || s.RemoteRTCP.Port() != 4001 || !s.Send || !s.Recv {
		t.Errorf("session is %+v", s)
	}
}

func TestOpusWithoutEventAtItsClock(t *testing.T) {
	offer := body("m=audio 4000 RTP/AVP 111 97", "a=rtpmap:111 opus/48000/2", "a=rtpmap:97 telephone-event/8000")
	text, s := answerOf(t, New(config(cti.SRTPOff)), offer, false)
	if s.EventSend != 0 || s.Codec.PT != 111 || s.Codec.Rate != 48000 {
		t.Errorf("session is %+v", s)
	}
	wantLine(t, text, "m=audio 20000 RTP/AVP 111")
}

// directions are offers of the far end and what must come of them, with and without a hold of ours.
var directions = []struct {
	offer          string
	hold           bool
	answer         string
	send, recv     bool
	held, heldPeer bool
}{
	{"sendrecv", false, "sendrecv", true, true, false, false},
	{"sendonly", false, "recvonly", false, true, false, true},
	{"recvonly", false, "sendonly", true, false, false, false},
	{"inactive", false, "inactive", false, false, false, true},
	{"sendrecv", true, "sendonly", true, false, true, false},
	{"sendonly", true, "inactive", false, false, true, true},
	{"inactive", true, "inactive", false, false, true, true},
}

func TestAnswerDirections(t *testing.T) {
	for _, d := range directions {
		t.Run(fmt.Sprintf("%s hold %v", d.offer, d.hold), func(t *testing.T) {
			a := New(config(cti.SRTPOff))
			text, s := answerOf(t, a, audio(d.offer), d.hold)
			wantLine(t, text, "a="+d.answer)
			if s.Send != d.send || s.Recv != d.recv || a.Held() != d.held || a.HeldByPeer() != d.heldPeer {
				t.Errorf("send %v recv %v held %v by peer %v", s.Send, s.Recv, a.Held(), a.HeldByPeer())
			}
		})
	}
}

func TestHoldByZeroAddress(t *testing.T) {
	for _, c := range []string{"c=IN IP4 0.0.0.0", "c=IN IP6 ::"} {
		for _, offer := range [][]byte{
			[]byte("v=0\r\n" + c + "\r\nm=audio 4000 RTP/AVP 8\r\n"),
			body("m=audio 4000 RTP/AVP 8", c),
		} {
			a := New(config(cti.SRTPOff))
			_, s := answerOf(t, a, offer, false)
			if !a.HeldByPeer() || s.Send || s.Remote.IsValid() {
				t.Errorf("%s: held %v, session %+v", c, a.HeldByPeer(), s)
			}
		}
	}
}

func TestSessionLevelDirection(t *testing.T) {
	a := New(config(cti.SRTPOff))
	text, _ := answerOf(t, a, []byte("v=0\r\nc=IN IP4 198.51.100.7\r\na=sendonly\r\nm=audio 4000 RTP/AVP 8\r\n"), false)
	wantLine(t, text, "a=recvonly")
}

// negotiate lets an Agent make an offer and take an answer of a direction.
func negotiate(t *testing.T, a *Agent, hold bool, answer string) string {
	t.Helper()
	text := offerOf(t, a, hold)
	if _, err := a.Complete(audio(answer), hold); err != nil {
		t.Fatal(err)
	}
	return text
}

// Who resumes does not revive the other's hold: wrong in more than one stack.
func TestBothHeld(t *testing.T) {
	a := New(config(cti.SRTPOff))
	negotiate(t, a, false, "sendrecv")
	wantLine(t, negotiate(t, a, true, "recvonly"), "a=sendonly")
	text, _ := answerOf(t, a, audio("inactive"), true) // now they hold too
	wantLine(t, text, "a=inactive")
	wantLine(t, negotiate(t, a, false, "sendonly"), "a=recvonly") // we resume: theirs stays
	if !a.HeldByPeer() || a.Held() || a.Session().Send {
		t.Errorf("by peer %v, ours %v, session %+v", a.HeldByPeer(), a.Held(), a.Session())
	}
	negotiate(t, a, false, "sendrecv") // an answer that goes beyond what we offered is no resume either
	if !a.HeldByPeer() || a.Session().Send {
		t.Errorf("a wrong answer ended their hold: %+v", a.Session())
	}
	wantLine(t, negotiate(t, a, true, "inactive"), "a=inactive") // we hold again
	text, _ = answerOf(t, a, audio("sendrecv"), true)            // they resume: ours stays
	wantLine(t, text, "a=sendonly")
	if a.HeldByPeer() || !a.Held() {
		t.Errorf("by peer %v, ours %v", a.HeldByPeer(), a.Held())
	}
}

func TestHoldKeepsCodecFirstAndAddress(t *testing.T) {
	a := New(config(cti.SRTPOff))
	negotiate(t, a, false, "sendrecv") // pcma
	text := negotiate(t, a, true, "recvonly")
	wantLine(t, text, "m=audio 20000 RTP/AVP 8 96 9 0 102 101")
	wantLine(t, text, "c=IN IP4 192.0.2.1")
}

func TestOriginVersion(t *testing.T) {
	a := New(config(cti.SRTPOff))
	first := offerOf(t, a, false)
	if again := offerOf(t, a, false); again != first {
		t.Errorf("the same offer differs:\n%s%s", first, again)
	}
	version := func(text string) uint64 {
		d, err := Read([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return d.Origin.Version
	}
	if v := version(offerOf(t, a, true)); v != version(first)+1 {
		t.Errorf("version %d after %d", v, version(first))
	}
}

func TestMediaLinesKeepTheirPlaces(t *testing.T) {
	a := New(config(cti.SRTPOff))
	offer := body("m=video 5000 RTP/AVP 96", "m=audio 4000 RTP/AVP 8", "m=image 5004 udptl t38")
	text, _ := answerOf(t, a, offer, false)
	places := func(text string) (out []string) {
		for _, l := range strings.Split(text, "\r\n") {
			if strings.HasPrefix(l, "m=") {
				out = append(out, l)
			}
		}
		return out
	}
	want := "[m=video 0 RTP/AVP 96 m=audio 20000 RTP/AVP 8 m=image 0 udptl t38]"
	if got := fmt.Sprint(places(text)); got != want {
		t.Errorf("answer has %s, want %s", got, want)
	}
	got := places(offerOf(t, a, true))
	if len(got) != 3 || got[0] != "m=video 0 RTP/AVP 96" || !strings.HasPrefix(got[1], "m=audio 20000 ") {
		t.Errorf("later offer has %v", got)
	}
}

func TestNothingInCommon(t *testing.T) {
	for name, offer := range map[string][]byte{
		"codecs": body("m=audio 4000 RTP/AVP 18"), "kinds": body("m=image 4000 udptl t38"), "off": body("m=audio 0 RTP/AVP 8"),
		"dtls": body("m=audio 4000 UDP/TLS/RTP/SAVPF 8"), "no media": body(),
	} {
		if _, _, err := New(config(cti.SRTPOff)).Answer(offer, false); !errors.Is(err, ErrNoMedia) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Payload types that were agreed on stay in later offers (RFC 3264 8.3.2).
func TestPayloadTypesStay(t *testing.T) {
	a := New(config(cti.SRTPOff, "opus", "pcma"))
	answerOf(t, a, body("m=audio 4000 RTP/AVP 111 96 8", "a=rtpmap:111 opus/48000/2", "a=rtpmap:96 telephone-event/48000"), false)
	wantLine(t, offerOf(t, a, false), "m=audio 20000 RTP/AVP 111 8 96 101")
}

func TestVersionOfSession(t *testing.T) {
	a := New(config(cti.SRTPOff))
	_, first := answerOf(t, a, audio("sendrecv"), false)
	_, same := answerOf(t, a, audio("sendrecv"), false)
	_, moved := answerOf(t, a, body("m=audio 4002 RTP/AVP 8 0 101", "a=rtpmap:101 telephone-event/8000"), false)
	if same.Version != first.Version || moved.Version != first.Version+1 {
		t.Errorf("versions %d %d %d", first.Version, same.Version, moved.Version)
	}
}

func TestForksShareTheOffer(t *testing.T) {
	a := New(config(cti.SRTPOff))
	offerOf(t, a, false)
	one, two := a.Clone(), a.Clone()
	s1, err1 := one.Complete(audio("sendrecv"), false)
	two.Follow(s1)
	s2, err2 := two.Complete(body("m=audio 4444 RTP/AVP 0"), false)
	if err1 != nil || err2 != nil || s1.Codec.Name != "pcma" || s2.Codec.Name != "pcmu" || s2.Version != s1.Version+1 {
		t.Errorf("%v %v %+v %+v", err1, err2, s1, s2)
	}
	if !a.Pending() || one.Pending() {
		t.Error("an answer of one fork settled the offer of all")
	}
}

const theirKey = "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"

func TestCryptoPolicies(t *testing.T) {
	avp := body("m=audio 4000 RTP/AVP 8", "a=crypto:1 AES_CM_128_HMAC_SHA1_32 "+theirKey+"|2^20", "a=crypto:2 AES_CM_128_HMAC_SHA1_80 "+theirKey)
	savp := body("m=audio 4000 RTP/SAVP 8", "a=crypto:7 AES_CM_128_HMAC_SHA1_80 "+theirKey)
	plain := body("m=audio 4000 RTP/AVP 8")
	for _, c := range []struct {
		name   string
		policy cti.SRTPPolicy
		offer  []byte
		secure bool
		err    error
	}{
		{"off plain", cti.SRTPOff, plain, false, nil},
		{"off crypto", cti.SRTPOff, avp, false, nil},
		{"off savp", cti.SRTPOff, savp, false, ErrNoMedia},
		{"optional plain", cti.SRTPOptional, plain, false, nil},
		{"optional crypto", cti.SRTPOptional, avp, true, nil},
		{"optional savp", cti.SRTPOptional, savp, true, nil},
		{"required plain", cti.SRTPRequired, plain, false, ErrInsecure},
		{"required savp", cti.SRTPRequired, savp, true, nil},
	} {
		_, s, err := New(config(c.policy)).Answer(c.offer, false)
		if !errors.Is(err, c.err) || s.Secure() != c.secure {
			t.Errorf("%s: secure %v, %v", c.name, s.Secure(), err)
		}
	}
	text, s := answerOf(t, New(config(cti.SRTPOptional)), avp, false)
	if s.Out.Suite != Suite32 || !strings.Contains(text, "a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:") || strings.Contains(text, Suite80) {
		t.Errorf("the offerer's first suite was not taken:\n%s", text)
	}
}

func TestRequiredOfferIsSAVP(t *testing.T) {
	a := New(config(cti.SRTPRequired))
	text := offerOf(t, a, false)
	if !strings.Contains(text, " RTP/SAVP ") || strings.Count(text, "a=crypto:") != 2 {
		t.Fatalf("offer\n%s", text)
	}
	if _, err := a.Complete(body("m=audio 4000 RTP/SAVP 8"), false); !errors.Is(err, ErrInsecure) {
		t.Errorf("an answer without key: %v", err)
	}
	s, err := a.Complete(body("m=audio 4000 RTP/SAVP 8", "a=crypto:2 AES_CM_128_HMAC_SHA1_32 "+theirKey), false)
	if err != nil || !s.Secure() || s.Out.Suite != Suite32 {
		t.Errorf("session %+v, %v", s, err)
	}
}

func TestKeyStays(t *testing.T) {
	a := New(config(cti.SRTPRequired))
	first := offerOf(t, a, false)
	if again := offerOf(t, a, false); again != first {
		t.Error("a refresh changed the key")
	}
}

func TestMemoryGoesOn(t *testing.T) {
	a := New(config(cti.SRTPOff))
	negotiate(t, a, false, "sendrecv")
	data, err := json.Marshal(a.Memory())
	if err != nil {
		t.Fatal(err)
	}
	var mem Memory
	if err := json.Unmarshal(data, &mem); err != nil {
		t.Fatal(err)
	}
	cfg := config(cti.SRTPOff)
	cfg.Port = 30000
	d, err := Read([]byte(offerOf(t, Restore(cfg, mem), false)))
	if err != nil || d.Origin.ID != a.mem.ID || d.Origin.Version != a.mem.Version+1 || d.Media[0].Port != 30000 {
		t.Errorf("%+v, %v; before: %+v", d, err, a.mem)
	}
}

func TestSwitchedOffAndOnAgain(t *testing.T) {
	a := New(config(cti.SRTPOff))
	answerOf(t, a, audio("sendrecv"), false)
	text, s := answerOf(t, a, body("m=audio 0 RTP/AVP 8"), false)
	if !strings.Contains(text, "m=audio 0 ") || s.Send || s.Recv {
		t.Errorf("session %+v\n%s", s, text)
	}
	if _, s = answerOf(t, a, audio("sendrecv"), false); !s.Send || !s.Ready() {
		t.Errorf("session %+v", s)
	}
}
