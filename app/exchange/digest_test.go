package exchange

import (
	"strings"
	"testing"
	"time"
)

func withNonce(at time.Time) *Exchange {
	x := &Exchange{accounts: map[string]Account{"Mufasa": {User: "Mufasa", Password: "Circle of Life"}}, nonces: map[string]*nonce{}}
	x.nonces["N"] = &nonce{at: at}
	return x
}

// proof answers the nonce N as a phone would.
func proof(algorithm, nc string) map[string]string {
	secret := hash(algorithm, "Mufasa:"+realm+":Circle of Life")
	request := hash(algorithm, "REGISTER:sip:pbx")
	return map[string]string{
		"username": "Mufasa", "algorithm": algorithm, "nonce": "N", "nc": nc, "cnonce": "c", "qop": "auth", "uri": "sip:pbx",
		"response": hash(algorithm, strings.Join([]string{secret, "N", nc, "c", "auth", request}, ":")),
	}
}

func TestBothAlgorithmsProve(t *testing.T) {
	for _, a := range algorithms {
		if ok, _ := withNonce(time.Now()).proves(proof(a, "00000001"), "REGISTER"); !ok {
			t.Errorf("%s was refused", a)
		}
	}
}

// The hashes themselves are pinned to the vectors of RFC 1321 and FIPS 180-2.
func TestHashes(t *testing.T) {
	if got := hash("MD5", "abc"); got != "900150983cd24fb0d6963f7d28e17f72" {
		t.Error(got)
	}
	if got := hash("SHA-256", "abc"); got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Error(got)
	}
}

func TestAProofCountsOnce(t *testing.T) {
	x := withNonce(time.Now())
	if ok, _ := x.proves(proof("MD5", "00000001"), "REGISTER"); !ok {
		t.Error("the first proof was refused")
	}
	if ok, stale := x.proves(proof("MD5", "00000001"), "REGISTER"); ok || !stale {
		t.Errorf("the same nc again: %v, stale %v", ok, stale)
	}
	if ok, _ := x.proves(proof("MD5", "0000000A"), "REGISTER"); !ok {
		t.Error("a higher nc was refused")
	}
}

func TestAnOldNonceIsStale(t *testing.T) {
	if ok, stale := withNonce(time.Now().Add(-nonceLife-time.Second)).proves(proof("SHA-256", "00000001"), "REGISTER"); ok || !stale {
		t.Errorf("ok %v, stale %v", ok, stale)
	}
}

func TestAWrongProofIsNotCalledStale(t *testing.T) {
	for _, change := range []func(map[string]string){
		func(p map[string]string) { p["response"] = strings.Repeat("0", 32) },
		func(p map[string]string) { p["username"] = "Scar" },
		func(p map[string]string) { p["uri"] = "sip:elsewhere" },
		func(p map[string]string) { p["algorithm"] = "SHA-512-256" },
		func(p map[string]string) { p["qop"] = "" },
	} {
		p := proof("MD5", "00000001")
		change(p)
		if ok, stale := withNonce(time.Now()).proves(p, "REGISTER"); ok || stale {
			t.Errorf("%v: ok %v, stale %v", p, ok, stale)
		}
	}
}

func TestNoncesAreBounded(t *testing.T) {
	x := withNonce(time.Now())
	for range 3 * nonceLimit {
		x.newNonce()
	}
	if len(x.nonces) > nonceLimit {
		t.Errorf("%d nonces are held", len(x.nonces))
	}
}

func TestCredentialsAreRead(t *testing.T) {
	p, ok := credentials(`digest UserName="a\"b, c" ,realm=x,  nc=00000001,uri="sip:a=b"`)
	if !ok || p["username"] != `a"b, c` || p["realm"] != "x" || p["nc"] != "00000001" || p["uri"] != "sip:a=b" {
		t.Errorf("%v %q", ok, p)
	}
	if _, ok := credentials("Basic abc"); ok {
		t.Error("took Basic")
	}
}

func FuzzCredentials(f *testing.F) {
	f.Add(`Digest username="a", realm="b", nonce="c\"", nc=00000001`)
	f.Add(`Digest ,,,="`)
	f.Add(`Digest a="\`)
	f.Fuzz(func(_ *testing.T, s string) {
		if p, ok := credentials(s); ok {
			withNonce(time.Time{}).proves(p, "INVITE")
		}
	})
}
