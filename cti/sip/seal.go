package sip

import (
	"encoding/json"

	"cordboard/cti"
	"cordboard/cti/sip/sdp"
)

// Sealer makes media keys unreadable for everybody but the process that goes on with the call after a crash. Its methods
// are called on the goroutines of calls, several at a time.
type Sealer interface {
	// Seal encrypts plain and binds it to the call. The same plain gives another result each time.
	Seal(call cti.CallID, plain []byte) ([]byte, error)
	// Open gives back what was sealed for the call. It fails for anything else: another call, a changed byte, or the
	// secret of another supervisor.
	Open(call cti.CallID, sealed []byte) ([]byte, error)
}

// sealKeys is what the journal may hold of our media keys: nothing that can be read without the secret.
func (c *call) sealKeys() []byte {
	if c.stack.cfg.Seal == nil || len(c.agent.Keys()) == 0 {
		return nil
	}
	plain, err := json.Marshal(c.agent.Keys())
	if err != nil {
		c.log().Error("media keys not kept", "err", err)
		return nil
	}
	sealed, err := c.stack.cfg.Seal.Seal(c.id, plain)
	if err != nil {
		c.log().Error("media keys not kept", "err", err)
		return nil
	}
	return sealed
}

// openKeys reads our media keys of the process before this one. There are none after a power failure, since the secret
// went with it: then the call goes on with new keys, which a far end that takes no new key in a call does not understand.
func (c *call) openKeys(sealed []byte) []sdp.Attribute {
	if c.stack.cfg.Seal == nil || len(sealed) == 0 {
		return nil
	}
	plain, err := c.stack.cfg.Seal.Open(c.id, sealed)
	if err != nil {
		c.log().Warn("the call goes on with new media keys", "err", err)
		return nil
	}
	var keys []sdp.Attribute
	if err := json.Unmarshal(plain, &keys); err != nil {
		c.log().Warn("the call goes on with new media keys", "err", err)
		return nil
	}
	return keys
}
