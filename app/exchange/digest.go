package exchange

import (
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"

	"cordboard/cti/sip/txn"

	"github.com/emiago/sipgo/sip"
)

const (
	realm      = "cordboard-practice"
	nonceLife  = 5 * time.Minute
	nonceLimit = 1000 // remembered at a time; local programs could ask for more, but not make us hold them
)

// nonce is a challenge that was given out.
type nonce struct {
	at    time.Time
	count uint64 // highest nc seen: each may be used once (RFC 7616 section 3.4)
}

// algorithms by preference, the order of the challenges (RFC 8760 section 2.4).
var algorithms = []string{"SHA-256", "MD5"}

func hash(algorithm, s string) string {
	if algorithm == "MD5" {
		sum := md5.Sum([]byte(s))
		return hex.EncodeToString(sum[:])
	}
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// authenticate checks the credentials of a request against the account they name. When they are missing or wrong it
// answers, with a challenge for each algorithm, and reports false.
func (x *Exchange) authenticate(tx *txn.ServerTx, code int) (user string, ok bool) {
	ask, give := "WWW-Authenticate", "Authorization"
	if code == sip.StatusProxyAuthRequired {
		ask, give = "Proxy-Authenticate", "Proxy-Authorization"
	}
	stale := false
	for _, h := range tx.Request().GetHeaders(give) {
		p, found := credentials(h.Value())
		if !found || p["realm"] != realm {
			continue
		}
		if ok, stale = x.proves(p, string(tx.Request().Method)); ok {
			return p["username"], true
		}
	}
	res := tx.Response(code, "")
	n := x.newNonce()
	for _, a := range algorithms {
		v := fmt.Sprintf(`Digest realm="%s", nonce="%s", algorithm=%s, qop="auth"`, realm, n, a)
		if stale {
			v += ", stale=true"
		}
		res.AppendHeader(sip.NewHeader(ask, v))
	}
	tx.Respond(res)
	return "", false
}

// proves checks one set of credentials. stale means that only the nonce was too old.
func (x *Exchange) proves(p map[string]string, method string) (ok, stale bool) {
	account, known := x.accounts[p["username"]]
	algorithm := strings.ToUpper(p["algorithm"])
	if algorithm == "" {
		algorithm = "MD5"
	}
	count, err := strconv.ParseUint(p["nc"], 16, 64)
	if !known || p["qop"] != "auth" || err != nil || algorithm != "MD5" && algorithm != "SHA-256" {
		return false, false
	}
	secret := hash(algorithm, p["username"]+":"+realm+":"+account.Password)
	request := hash(algorithm, method+":"+p["uri"])
	want := hash(algorithm, strings.Join([]string{secret, p["nonce"], p["nc"], p["cnonce"], p["qop"], request}, ":"))
	if subtle.ConstantTimeCompare([]byte(want), []byte(p["response"])) != 1 {
		return false, false
	}
	n := x.nonces[p["nonce"]]
	if n == nil || time.Since(n.at) > nonceLife || count <= n.count {
		return false, true
	}
	n.count = count
	return true, false
}

func (x *Exchange) newNonce() string {
	if len(x.nonces) >= nonceLimit {
		clear(x.nonces) // whoever held one is told stale=true and goes on
	}
	for s, n := range x.nonces {
		if time.Since(n.at) > nonceLife {
			delete(x.nonces, s)
		}
	}
	s := rand.Text()
	x.nonces[s] = &nonce{at: time.Now()}
	return s
}

// credentials reads `Digest name=value, name="value"`; names come in lower case.
func credentials(v string) (map[string]string, bool) {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(v), " ")
	if !strings.EqualFold(scheme, "Digest") {
		return nil, false
	}
	p := map[string]string{}
	for rest != "" {
		name, after, found := strings.Cut(rest, "=")
		if !found {
			break
		}
		var value string
		value, rest = paramValue(strings.TrimSpace(after))
		p[strings.ToLower(strings.TrimSpace(name))] = value
	}
	return p, true
}

// paramValue takes a value off the front of s, quoted or not, and the comma behind it.
func paramValue(s string) (value, rest string) {
	if !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, ",")
		return strings.TrimSpace(value), rest
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case s[i] == '"':
			_, rest, _ = strings.Cut(s[i:], ",")
			return b.String(), rest
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), ""
}
