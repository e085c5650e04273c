// Package vault keeps secrets of a call in the journal that only the next desk of the same supervisor can read.
//
// The supervisor makes a secret when it starts and hands it to every desk that it starts, through standard input: neither
// the arguments nor the environment of a process are private, and a file would outlive what it protects. The secret is
// never written anywhere, so that what was sealed is lost with the supervisor, as it has to be after a power failure or a
// theft of the disk.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"fmt"
	"io"

	"cordboard/cti"
)

// size is the length of a secret in bytes: a key of AES-256.
const size = 32

// NewSecret makes the secret of a supervisor.
func NewSecret() []byte {
	secret := make([]byte, size)
	_, _ = rand.Read(secret) // never fails: the program ends where the system has no random numbers
	return secret
}

// Vault seals and opens with one secret: cti/sip's Sealer. Safe for use by any goroutine.
type Vault struct{ aead cipher.AEAD }

// Receive reads the secret that a supervisor has sent. It does not wait for the end of r. An r that ends too soon is an
// error: whoever started this process had no secret to give.
func Receive(r io.Reader) (*Vault, error) {
	secret := make([]byte, size)
	if _, err := io.ReadFull(r, secret); err != nil {
		return nil, fmt.Errorf("receive the supervisor's secret: %w", err)
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, fmt.Errorf("use the supervisor's secret: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block) // 96 random bits a message: good for 2^32 of them (NIST SP 800-38D 8.3)
	if err != nil {
		return nil, fmt.Errorf("use the supervisor's secret: %w", err)
	}
	return &Vault{aead}, nil
}

// Seal encrypts plain with AES-256-GCM and a fresh nonce. The call's ID is bound to it, so that nothing sealed can be
// moved to another call. It returns no error; the signature is cti/sip's.
func (v *Vault) Seal(call cti.CallID, plain []byte) ([]byte, error) {
	return v.aead.Seal(nil, nil, plain, []byte(call)), nil
}

// Open gives back what Seal got for the same call, under the same secret. Everything else is an error.
func (v *Vault) Open(call cti.CallID, sealed []byte) ([]byte, error) {
	plain, err := v.aead.Open(nil, nil, sealed, []byte(call))
	if err != nil {
		return nil, fmt.Errorf("open what was sealed for the call %s: %w", call, err)
	}
	return plain, nil
}
