package digest

import (
	"errors"
	"strings"
	"testing"

	"github.com/emiago/sipgo/sip"
)

// The examples of RFC 7616 section 3.9.1 (MD5, SHA-256) and 3.9.2 (SHA-512-256), and of RFC 2617 section 3.5.
func TestVectors(t *testing.T) {
	mufasa := Credentials{"Mufasa", "Circle of Life"}
	tests := []struct {
		name, challenge string
		cred            Credentials
		uri, cnonce     string
		want            string
	}{
		{"7616 MD5", `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=MD5, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
			mufasa, "/dir/index.html", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "8ca523f5e9506fed4657c9700eebdbec"},
		{"7616 SHA-256", `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`,
			mufasa, "/dir/index.html", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
		{"2617", `Digest realm="testrealm@host.com", qop="auth,auth-int", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"`,
			Credentials{"Mufasa", "Circle Of Life"}, "/dir/index.html", "0a4f113b", "6629fae49393a05397450978507c4ef1"},
		{"2069 without qop", `Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc069c403ebaf9f0171e9517f40e41"`,
			Credentials{"Mufasa", "CircleOfLife"}, "/dir/index.html", "", "1949323746fe6a43ef61f9606e7febea"},
	}
	for _, tt := range tests {
		c, err := Parse(tt.challenge)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if got := c.Authorization(tt.cred, "GET", tt.uri, tt.cnonce, 1); !strings.Contains(got, `response="`+tt.want+`"`) {
			t.Errorf("%s:\n%s\nwants response %s", tt.name, got, tt.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for value, want := range map[string]error{
		`Basic realm="x"`:                                ErrNotDigest,
		`Digest realm="x"`:                               ErrMalformed,
		`Digest realm="x, nonce="y"`:                     ErrMalformed,
		`Digest nonce`:                                   ErrMalformed,
		`Digest realm="x",nonce="y\`:                     ErrMalformed,
		`Digest realm=x,realm=y,nonce=z`:                 ErrMalformed,
		`Digest realm="x",nonce="y",algorithm=AKAv1-MD5`: ErrAlgorithm,
		`Digest realm="x",nonce="y",qop="auth-int"`:      ErrAlgorithm,
	} {
		if _, err := Parse(value); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", value, err, want)
		}
	}
}

// exchange is a request and the answer to it.
func exchange(method sip.RequestMethod, code int, challenges ...string) (*sip.Request, *sip.Response) {
	req := sip.NewRequest(method, sip.Uri{Scheme: "sip", User: "100", Host: "pbx.example", UriParams: sip.HeaderParams{{K: "user", V: "phone"}}})
	res := sip.NewResponse(code, "")
	name := "WWW-Authenticate"
	if code == 407 {
		name = "Proxy-Authenticate"
	}
	for _, c := range challenges {
		res.AppendHeader(sip.NewHeader(name, c))
	}
	return req, res
}

var own = Source{Server: "192.0.2.1:5060", Own: true}

func newKeeper() *Keeper {
	return NewKeeper("alice", "*", func() (string, error) { return "secret", nil })
}

const (
	md5pbx = `Digest realm="pbx", nonce="n1", qop="auth"`
	shapbx = `Digest realm="pbx", nonce="n2", qop="auth", algorithm=SHA-256`
)

func TestStrongestWinsAndStays(t *testing.T) {
	k := newKeeper()
	req, res := exchange(sip.REGISTER, 401, `Digest realm="pbx", nonce="n0", algorithm=FOO-1`, md5pbx, shapbx)
	if err := k.Authorize(req, res, own, &Turns{}); err != nil {
		t.Fatal(err)
	}
	if v := req.GetHeader("Authorization").Value(); !strings.Contains(v, "algorithm=SHA-256") || !strings.Contains(v, `uri="sip:100@pbx.example;user=phone"`) {
		t.Errorf("credentials %s", v)
	}
	req, res = exchange(sip.REGISTER, 401, md5pbx)
	if err := k.Authorize(req, res, own, &Turns{}); !errors.Is(err, ErrDowngrade) || req.GetHeader("Authorization") != nil {
		t.Errorf("after SHA-256, MD5 gave %v and %v", err, req.GetHeader("Authorization"))
	}
}

// Who is not one of our servers, or asks for another realm, gets nothing at all.
func TestForeignChallengeGetsNothing(t *testing.T) {
	k := newKeeper()
	req, res := exchange(sip.BYE, 407, md5pbx)
	if err := k.Authorize(req, res, Source{Server: "203.0.113.9:5060"}, &Turns{}); !errors.Is(err, ErrForeign) {
		t.Errorf("a stranger got %v", err)
	}
	reg, challenge := exchange(sip.REGISTER, 401, md5pbx)
	if err := k.Authorize(reg, challenge, own, &Turns{}); err != nil {
		t.Fatal(err)
	}
	req, res = exchange(sip.INVITE, 407, `Digest realm="evil", nonce="n", qop="auth"`)
	if err := k.Authorize(req, res, own, &Turns{}); !errors.Is(err, ErrForeign) {
		t.Errorf("a foreign realm got %v", err)
	}
	if req.GetHeader("Proxy-Authorization") != nil || req.GetHeader("Authorization") != nil {
		t.Errorf("credentials were given:\n%s", req)
	}
	req, res = exchange(sip.REGISTER, 401, `Basic realm="pbx"`)
	if err := k.Authorize(req, res, own, &Turns{}); !errors.Is(err, ErrNotDigest) {
		t.Errorf("Basic got %v", err)
	}
}

func TestNonceIsReusedAndCounted(t *testing.T) {
	k := newKeeper()
	req, res := exchange(sip.REGISTER, 401, md5pbx)
	if err := k.Authorize(req, res, own, &Turns{}); err != nil {
		t.Fatal(err)
	}
	again, _ := exchange(sip.REGISTER, 401)
	if !k.Preempt(again, own.Server) ||
		!strings.Contains(again.GetHeader("Authorization").Value(), "nc=00000002") {
		t.Errorf("second use: %v", again.GetHeader("Authorization"))
	}
	if elsewhere, _ := exchange(sip.REGISTER, 401); k.Preempt(elsewhere, "192.0.2.2:5060") {
		t.Error("a nonce went to a server that did not give it")
	}
	k.Forget(own.Server)
	if later, _ := exchange(sip.REGISTER, 401); k.Preempt(later, own.Server) {
		t.Error("a forgotten nonce was used")
	}
}

func TestStaleIsRetriedAndRefusalIsNot(t *testing.T) {
	k, turns := newKeeper(), &Turns{}
	req, res := exchange(sip.REGISTER, 401, md5pbx)
	if err := k.Authorize(req, res, own, turns); err != nil {
		t.Fatal(err)
	}
	req, res = exchange(sip.REGISTER, 401, `Digest realm="pbx", nonce="n9", qop="auth", stale=TRUE`)
	if err := k.Authorize(req, res, own, turns); err != nil {
		t.Errorf("stale: %v", err)
	}
	req, res = exchange(sip.REGISTER, 401, `Digest realm="pbx", nonce="n10", qop="auth"`)
	if err := k.Authorize(req, res, own, turns); !errors.Is(err, ErrRefused) {
		t.Errorf("wrong password: %v", err)
	}
}

// A 401 of the registrar and a 407 of the proxy in front of it are both answered in one request.
func TestBothChallengesAtOnce(t *testing.T) {
	k := newKeeper()
	req, res := exchange(sip.REGISTER, 401, md5pbx)
	res.AppendHeader(sip.NewHeader("Proxy-Authenticate", `Digest realm="edge", nonce="p", qop="auth"`))
	if err := k.Authorize(req, res, own, &Turns{}); err != nil {
		t.Fatal(err)
	}
	if req.GetHeader("Authorization") == nil || req.GetHeader("Proxy-Authorization") == nil {
		t.Errorf("one is missing:\n%s", req)
	}
}

func TestPasswordStaysOutOfLogs(t *testing.T) {
	if s := (Credentials{"alice", "secret"}).GoString(); strings.Contains(s, "secret") {
		t.Error("the password can be printed")
	}
}

// FuzzParse: no challenge may panic, and an accepted one must give credentials of one line.
func FuzzParse(f *testing.F) {
	for _, s := range []string{md5pbx, shapbx, `Digest realm="a\"b", nonce=c , qop="auth-int, auth" ,stale=true`,
		`Basic realm="x"`, `Digest realm="x",nonce="y",algorithm=SHA-512-256-sess,opaque="z"`, `Digest ,,,`, `Digest a="`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := Parse(s)
		if err != nil {
			return
		}
		out := c.Authorization(Credentials{"u", "p"}, "REGISTER", "sip:x", "cn", 1)
		if !strings.ContainsAny(s, "\r\n") && strings.ContainsAny(out, "\r\n") {
			t.Errorf("%q gives %q", s, out)
		}
		if _, err := parseParams(strings.TrimPrefix(out, "Digest ")); err != nil {
			t.Errorf("%q gives %q, which cannot be read: %v", s, out, err)
		}
	})
}
