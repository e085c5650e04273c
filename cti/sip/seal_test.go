package sip

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"cordboard/cti"
	"cordboard/cti/siptest"
)

// envelope seals with a secret made of one byte.
type envelope struct{ cipher.AEAD }

func newEnvelope(t *testing.T, seed byte) envelope {
	t.Helper()
	block, err := aes.NewCipher(bytes.Repeat([]byte{seed}, 32))
	if err != nil {
		t.Fatal(err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		t.Fatal(err)
	}
	return envelope{aead}
}

// Seal implements Sealer.
func (e envelope) Seal(call cti.CallID, plain []byte) ([]byte, error) {
	return e.AEAD.Seal(nil, nil, plain, []byte(call)), nil
}

// Open implements Sealer.
func (e envelope) Open(call cti.CallID, sealed []byte) ([]byte, error) {
	return e.AEAD.Open(nil, nil, sealed, []byte(call))
}

// peerKey is a key of the far end.
const peerKey = "inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"

// encrypted is a description of the far end that offers or accepts these suites.
func encrypted(version int, cryptos ...string) string {
	text := strings.Replace(siptest.SDP(4000, version, "sendrecv"), "RTP/AVP", "RTP/SAVP", 1)
	for _, c := range cryptos {
		text += "a=crypto:" + c + " " + peerKey + "\r\n"
	}
	return text
}

var inline = regexp.MustCompile(`a=crypto:\d+ (\S+) inline:(\S+)`)

// keysIn lists suites and keys of a description.
func keysIn(body []byte) (out []string) {
	for _, m := range inline.FindAllSubmatch(body, -1) {
		out = append(out, string(m[1])+" "+string(m[2]))
	}
	return out
}

func srtpRequired(l *cti.LineConfig) { l.SRTP = cti.SRTPRequired }

// revive lets another desk with its own Sealer take up a call, and returns the keys of its re-INVITE.
func (d *desk) revive(t *testing.T, p *siptest.Peer, id cti.CallID, seal Sealer) []string {
	t.Helper()
	d.forgetAll()
	again := d.restart(t, quick())
	again.stack.cfg.Seal = seal
	again.stack.Do(cti.Recover{Call: id, Line: again.line, Dialog: d.dialog, Resume: true})
	re := p.Request("INVITE")
	keys := keysIn(re.Body())
	suite, _, _ := strings.Cut(keys[0], " ")
	p.Answer(re, 200, "", encrypted(2, "1 "+suite))
	p.Request("ACK")
	if r := next[cti.Recovered](again); !r.Session.Secure() || base64.StdEncoding.EncodeToString(r.Session.Out.Key) != keys[0][len(suite)+1:] {
		t.Errorf("the sound is not encrypted with the first key of the offer: %+v", r.Session)
	}
	again.hangUp(p, id)
	return keys
}

// secureUp makes an outgoing call with encrypted sound, and returns the keys that were offered.
func (d *desk) secureUp(p *siptest.Peer) (cti.CallID, []string) {
	d.t.Helper()
	id := d.dial(p)
	invite := p.Request("INVITE")
	p.Answer(invite, 200, "callee", encrypted(1, "1 AES_CM_128_HMAC_SHA1_80"))
	p.Request("ACK")
	next[cti.Connected](d)
	return id, keysIn(invite.Body())
}

// A far end that takes no new key in a call hears us again after a crash, since the key is the one that it knows.
func TestRecoveredCallKeepsItsKey(t *testing.T) {
	p := siptest.UDP(t)
	t.Run("outgoing", func(t *testing.T) {
		old := newDesk(t, quick(), srtpRequired)
		old.stack.cfg.Seal = newEnvelope(t, 1)
		id, before := old.secureUp(p)
		if after := old.revive(t, p, id, newEnvelope(t, 1)); !slices.Equal(before, after) || len(before) != 2 {
			t.Errorf("keys %q became %q", before, after)
		}
	})
	t.Run("incoming, with the suite that is our second choice", func(t *testing.T) {
		old := newDesk(t, quick(), srtpRequired)
		old.stack.cfg.Seal = newEnvelope(t, 1)
		o, leg := old.called(p, encrypted(1, "1 AES_CM_128_HMAC_SHA1_32", "2 AES_CM_128_HMAC_SHA1_80"))
		old.stack.Do(cti.Accept{Call: o.Call})
		answer := p.Response(200, "INVITE")
		leg.Confirm(answer)
		next[cti.Connected](old)
		before := keysIn(answer.Body())
		if after := old.revive(t, p, o.Call, newEnvelope(t, 1)); len(before) != 1 || after[0] != before[0] {
			t.Errorf("the key %q became %q", before, after)
		}
	})
}

// Without the secret there is nothing to go on with: new keys are offered, and the call goes on for whoever takes them.
func TestRecoveredCallWithoutSecretGetsNewKeys(t *testing.T) {
	p := siptest.UDP(t)
	for name, seals := range map[string][2]Sealer{
		"another supervisor": {newEnvelope(t, 1), newEnvelope(t, 2)},
		"none before":        {nil, newEnvelope(t, 1)},
		"none now":           {newEnvelope(t, 1), nil},
	} {
		t.Run(name, func(t *testing.T) {
			old := newDesk(t, quick(), srtpRequired)
			old.stack.cfg.Seal = seals[0]
			id, before := old.secureUp(p)
			after := old.revive(t, p, id, seals[1])
			for _, key := range after {
				if slices.Contains(before, key) {
					t.Errorf("the key %q is in use again", key)
				}
			}
		})
	}
}

// No key reaches the journal in a form that can be read, with and without somebody who seals.
func TestJournalHoldsNoKey(t *testing.T) {
	p := siptest.UDP(t)
	for name, seal := range map[string]Sealer{"sealed": newEnvelope(t, 1), "not kept": nil} {
		t.Run(name, func(t *testing.T) {
			old := newDesk(t, quick(), srtpRequired)
			old.stack.cfg.Seal = seal
			_, keys := old.secureUp(p)
			old.forgetAll() // all that it had to say is there
			old.latest()
			var k kept
			if err := json.Unmarshal(old.dialog, &k); err != nil {
				t.Fatal(err)
			}
			if (k.Keys != nil) != (seal != nil) {
				t.Errorf("sealed keys: %q", k.Keys)
			}
			for _, pair := range append(keys, "peer "+strings.TrimPrefix(peerKey, "inline:")) {
				_, text, _ := strings.Cut(pair, " ")
				raw, err := base64.StdEncoding.DecodeString(text)
				if err != nil {
					t.Fatal(err)
				}
				for _, form := range [][]byte{[]byte(text), raw, []byte(base64.StdEncoding.EncodeToString([]byte(text)))} {
					if bytes.Contains(old.dialog, form) || bytes.Contains(k.Keys, form) {
						t.Errorf("the key %q can be read in %s", text, old.dialog)
					}
				}
			}
		})
	}
}
