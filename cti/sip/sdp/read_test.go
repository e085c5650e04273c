package sdp

import (
	"net/netip"
	"strings"
	"testing"

	"cordboard/cti"
)

// tolerated are faults that real equipment makes: pion/sdp refuses a whole call for each of the first seven.
var tolerated = map[string]string{
	"no last line end":       "v=0\r\no=a 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8",
	"b= before c=":           "v=0\r\no=a 1 1 IN IP4 10.0.0.1\r\ns=-\r\nb=AS:64\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n",
	"b= after t=":            "v=0\r\no=a 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nb=AS:64\r\nm=audio 4000 RTP/AVP 8\r\n",
	"no s= and t=":           "v=0\r\no=a 1 1 IN IP4 10.0.0.1\r\nc=IN IP4 10.0.0.1\r\nm=audio 4000 RTP/AVP 8\r\n",
	"a= before t=":           "v=0\r\no=a 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\na=sendrecv\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n",
	"blanks in the o= user":  "v=0\r\no=John Doe 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n",
	"image beside audio":     "v=0\r\no=a 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=image 5000 udptl t38\r\nm=audio 4000 RTP/AVP 8\r\n",
	"unknown lines":          "v=0\r\no=a 1 1 IN IP4 10.0.0.1\r\ns=-\r\nq=what\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\ny=0100\r\nm=audio 4000 RTP/AVP 8\r\n",
	"LF alone":               "v=0\no=a 1 1 IN IP4 10.0.0.1\ns=-\nc=IN IP4 10.0.0.1\nt=0 0\nm=audio 4000 RTP/AVP 8\n",
	"c= late":                "v=0\r\no=a 1 1 IN IP4 10.0.0.1\r\ns=-\r\nt=0 0\r\nc=IN IP4 10.0.0.1\r\nm=audio 4000 RTP/AVP 8\r\n",
	"c= in the media":        "v=0\r\no=a 1 1 IN IP4 10.9.9.9\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\na=sendrecv\r\nc=IN IP4 10.0.0.1\r\n",
	"s= with a blank":        "v=0\r\no=a 1 1 IN IP4 10.0.0.1\r\ns= \r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n",
	"no o=":                  "v=0\r\nc=IN IP4 10.0.0.1\r\nm=audio 4000 RTP/AVP 8\r\n",
	"blanks at line ends":    "v=0  \r\no=a 1 1 IN IP4 10.0.0.1 \r\ns=-\r\nc=IN IP4 10.0.0.1 \r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 \r\n",
	"empty lines":            "v=0\r\n\r\nc=IN IP4 10.0.0.1\r\n\r\nm=audio 4000 RTP/AVP 8\r\n\r\n",
	"port count, TTL in c=":  "v=0\r\nc=IN IP4 10.0.0.1/127\r\nm=audio 4000/2 RTP/AVP 8\r\n",
	"attribute in capitals":  "v=0\r\nc=IN IP4 10.0.0.1\r\nm=audio 4000 rtp/avp 8\r\na=SENDRECV\r\na=RTPMAP:8 pcma/8000/1\r\n",
	"rtpmap for another one": "v=0\r\nc=IN IP4 10.0.0.1\r\nm=audio 4000 RTP/AVP 8\r\na=rtpmap:99 x/1\r\na=rtpmap:x\r\na=fmtp:\r\n",
}

func TestFaultsAreTolerated(t *testing.T) {
	for name, text := range tolerated {
		t.Run(name, func(t *testing.T) {
			_, s, err := New(config(cti.SRTPOff)).Answer([]byte(text), false)
			if err != nil || s.Remote != netip.MustParseAddrPort("10.0.0.1:4000") || s.Codec.Name != "pcma" || !s.Send {
				t.Errorf("%+v, %v", s, err)
			}
		})
	}
}

func TestNoDescriptionIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"nothing": "", "text": "hello, this is no description", "bad port": "v=0\r\nm=audio x RTP/AVP 8\r\n",
		"too long": "v=0\r\n" + strings.Repeat("a=x\r\n", 20000), "short media line": "v=0\r\nm=audio\r\n",
	} {
		if _, err := Read([]byte(text)); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func TestRTCPAddress(t *testing.T) {
	for line, want := range map[string]string{
		"a=x":                              "198.51.100.7:4001",
		"a=rtcp:5001":                      "198.51.100.7:5001",
		"a=rtcp:5001 IN IP4 198.51.100.99": "198.51.100.99:5001",
		"a=rtcp:nonsense":                  "198.51.100.7:4001",
	} {
		_, s := answerOf(t, New(config(cti.SRTPOff)), body("m=audio 4000 RTP/AVP 8", line), false)
		if s.RemoteRTCP.String() != want {
			t.Errorf("%s: %s, want %s", line, s.RemoteRTCP, want)
		}
	}
}

// A multicast or missing address must never become a place to send to.
func TestNowhereToSend(t *testing.T) {
	for _, c := range []string{"c=IN IP4 224.2.1.1/127", "c=IN IP4 some.host.example", "c="} {
		_, s := answerOf(t, New(config(cti.SRTPOff)), body("m=audio 4000 RTP/AVP 8", c), false)
		if s.Remote.IsValid() {
			t.Errorf("%s: %s", c, s.Remote)
		}
	}
}

func TestPacketTime(t *testing.T) {
	for line, want := range map[string]int{
		"a=ptime:30": 30, "a=ptime:0": 20, "a=ptime:-5": 20, "a=ptime:1e9": 20, "a=ptime:NaN": 20, "a=ptime:25.5": 20,
		"a=ptime:200": 20, "a=maxptime:10": 10, "a=ptime:5": 20,
	} {
		_, s := answerOf(t, New(config(cti.SRTPOff)), body("m=audio 4000 RTP/AVP 8", line), false)
		if s.Ptime != want {
			t.Errorf("%s: %d ms, want %d", line, s.Ptime, want)
		}
	}
}

func TestUselessCryptoIsPassedOver(t *testing.T) {
	offer := body("m=audio 4000 RTP/SAVP 8", "a=crypto:1 AES_256_CM_HMAC_SHA1_80 "+theirKey, "a=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:short",
		"a=crypto:3 AES_CM_128_HMAC_SHA1_80 "+theirKey+" UNENCRYPTED_SRTP", "a=crypto:4 AES_CM_128_HMAC_SHA1_80 "+theirKey+"|2^20|1:4",
		"a=crypto:5 AES_CM_128_HMAC_SHA1_80 "+theirKey+" WSH=64")
	text, s := answerOf(t, New(config(cti.SRTPOptional)), offer, false)
	if !strings.Contains(text, "a=crypto:5 ") || !s.Secure() {
		t.Errorf("session %+v\n%s", s, text)
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range tolerated {
		f.Add([]byte(text))
	}
	f.Add(body("m=audio 4000 RTP/SAVP 8", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 "+theirKey))
	f.Add(body("m=audio 4000 RTP/AVP 111", "a=rtpmap:111 opus/48000/2", "a=rtcp:5 IN IP6 ::1", "a=ptime:20"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := Read(data); err != nil {
			return
		}
		a := New(config(cti.SRTPOptional))
		answer, _, err := a.Answer(data, false)
		if err != nil {
			return
		}
		if _, err := Read(answer); err != nil {
			t.Errorf("our answer cannot be read: %v\n%s", err, answer)
		}
		if offer, err := a.Offer(true, false); err != nil || strings.ContainsAny(strings.ReplaceAll(string(offer), "\r\n", ""), "\r\n") {
			t.Errorf("offer %q, %v", offer, err)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	offer := audio("sendrecv")
	for b.Loop() {
		if _, err := Read(offer); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAnswer(b *testing.B) {
	offer := audio("sendrecv")
	for b.Loop() {
		if _, _, err := New(config(cti.SRTPOff)).Answer(offer, false); err != nil {
			b.Fatal(err)
		}
	}
}
