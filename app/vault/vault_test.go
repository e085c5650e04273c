package vault

import (
	"bytes"
	"testing"

	"cordboard/cti"
)

// receive is the vault of a desk that the supervisor gave the secret.
func receive(t *testing.T, secret []byte) *Vault {
	t.Helper()
	v, err := Receive(bytes.NewReader(secret))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func seal(t *testing.T, v *Vault, call cti.CallID, plain []byte) []byte {
	t.Helper()
	sealed, err := v.Seal(call, plain)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

var key = []byte("thirty bytes of key and salt..")

// The desk after the crash reads what the one before has sealed.
func TestNextDeskOpens(t *testing.T) {
	secret := NewSecret()
	sealed := seal(t, receive(t, secret), "a", key)
	plain, err := receive(t, secret).Open("a", sealed)
	if err != nil || !bytes.Equal(plain, key) {
		t.Errorf("%q, %v", plain, err)
	}
}

func TestSealedDataTellsNothing(t *testing.T) {
	v := receive(t, NewSecret())
	one, two := seal(t, v, "a", key), seal(t, v, "a", key)
	if bytes.Contains(one, key[:4]) {
		t.Errorf("the key can be read in %q", one)
	}
	if bytes.Equal(one, two) {
		t.Error("the same key looks the same twice: the nonce was used again")
	}
}

func TestNobodyElseOpens(t *testing.T) {
	secret := NewSecret()
	v := receive(t, secret)
	sealed := seal(t, v, "a", key)
	changed := bytes.Clone(sealed)
	changed[len(changed)/2] ^= 1
	for name, open := range map[string]func() ([]byte, error){
		"another supervisor": func() ([]byte, error) { return receive(t, NewSecret()).Open("a", sealed) },
		"another call":       func() ([]byte, error) { return v.Open("b", sealed) },
		"a changed byte":     func() ([]byte, error) { return v.Open("a", changed) },
		"nothing":            func() ([]byte, error) { return v.Open("a", nil) },
		"too little":         func() ([]byte, error) { return v.Open("a", sealed[:5]) },
	} {
		if plain, err := open(); err == nil {
			t.Errorf("%s opens it: %q", name, plain)
		}
	}
}

func TestNoSecret(t *testing.T) {
	for _, have := range [][]byte{nil, NewSecret()[:size-1]} {
		if _, err := Receive(bytes.NewReader(have)); err == nil {
			t.Errorf("%d bytes are taken for a secret", len(have))
		}
	}
	if bytes.Equal(NewSecret(), NewSecret()) {
		t.Error("two supervisors have the same secret")
	}
}
