package digest

import (
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"
)

// Credentials are what a user proves to have. The password is never logged: keep String away from it.
type Credentials struct{ User, Password string }

// String hides the password.
func (c Credentials) String() string { return c.User }

// GoString hides the password from %#v too.
func (c Credentials) GoString() string { return c.User }

func (a Algorithm) new() hash.Hash {
	switch a.Name {
	case "SHA-256":
		return sha256.New()
	case "SHA-512-256":
		return sha512.New512_256()
	}
	return md5.New() // what most exchanges still ask for; see Keeper for the way down
}

func (a Algorithm) sum(parts ...string) string {
	h := a.new()
	h.Write([]byte(strings.Join(parts, ":")))
	return hex.EncodeToString(h.Sum(nil))
}

// Authorization is the value of the Authorization or Proxy-Authorization header (RFC 7616 section 3.4). uri is the
// Request-URI exactly as it is sent, parameters included. nc counts the uses of the nonce from 1; it and cnonce are
// only sent with qop.
func (c Challenge) Authorization(cred Credentials, method, uri, cnonce string, nc uint32) string {
	a := c.Algorithm
	ha1 := a.sum(cred.User, c.Realm, cred.Password)
	if a.Sess {
		ha1 = a.sum(ha1, c.Nonce, cnonce)
	}
	ha2 := a.sum(method, uri)
	count := fmt.Sprintf("%08x", nc)
	response := a.sum(ha1, c.Nonce, ha2)
	if c.QopAuth {
		response = a.sum(ha1, c.Nonce, count, cnonce, "auth", ha2)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `Digest username=%s, realm=%s, nonce=%s, uri=%s, response="%s", algorithm=%s`,
		quote(cred.User), quote(c.Realm), quote(c.Nonce), quote(uri), response, a)
	if c.QopAuth {
		fmt.Fprintf(&b, `, cnonce=%s, qop=auth, nc=%s`, quote(cnonce), count)
	} else if a.Sess {
		fmt.Fprintf(&b, `, cnonce=%s`, quote(cnonce))
	}
	if c.Opaque != "" {
		fmt.Fprintf(&b, `, opaque=%s`, quote(c.Opaque))
	}
	return b.String()
}

func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}
