// Package codec turns PCM into RTP payloads and back: G.711 and G.722 in plain Go, Opus by libopus.
package codec

import (
	"fmt"

	"cordboard/cti"
	"cordboard/media"
)

// DefaultPtime is the length of a packet in milliseconds where nothing else was agreed.
const DefaultPtime = 20

// MaxPayload is enough room in bytes for one encoded packet of any codec here.
const MaxPayload = 1500

// MaxPacket is enough room in samples for one decoded packet of any codec here: 120 ms at 48 kHz (RFC 6716).
const MaxPacket = 5760

// Concealer is a decoder that can make up for a lost packet by itself.
type Concealer interface {
	// Conceal fills dst, the length of the lost packet, with what likely was in it and returns how many samples it
	// wrote; 0 when it cannot.
	Conceal(dst []int16) int
}

// FECDecoder is a decoder whose packets may carry a coarse copy of the packet before (Opus in-band FEC).
type FECDecoder interface {
	// DecodeFEC fills dst, the length of the lost packet, from next, the packet after it.
	DecodeFEC(dst []int16, next []byte) (int, error)
}

// kind is everything known of one codec.
type kind struct {
	codec cti.Codec
	make  func(ptime int) (media.Encoder, media.Decoder, error)
}

// kinds are listed by preference. The payload types are the static ones of RFC 3551, and 96 for Opus.
var kinds = []kind{
	{cti.Codec{Name: "opus", PT: 96, Rate: 48000, Fmtp: "useinbandfec=1;stereo=0"}, newOpus},
	{cti.Codec{Name: "g722", PT: 9, Rate: 16000}, newG722},
	{cti.Codec{Name: "pcma", PT: 8, Rate: 8000}, newALaw},
	{cti.Codec{Name: "pcmu", PT: 0, Rate: 8000}, newMuLaw},
}

// Supported names the codecs of this build by preference: opus (unless built without cgo), g722, pcma, pcmu.
func Supported() []string {
	var names []string
	for _, k := range kinds {
		if k.codec.Name != "opus" || haveOpus {
			names = append(names, k.codec.Name)
		}
	}
	return names
}

// New returns an encoder and a decoder for c with packets of ptime milliseconds (20 when 0). They are independent of
// each other; neither is safe for concurrent use. It fails for a codec that this build lacks.
func New(c cti.Codec, ptime int) (media.Encoder, media.Decoder, error) {
	k, ok := find(c.Name)
	if !ok {
		return nil, nil, fmt.Errorf("codec %q is not known", c.Name)
	}
	if ptime == 0 {
		ptime = DefaultPtime
	}
	return k.make(ptime)
}

func find(name string) (kind, bool) {
	for _, k := range kinds {
		if k.codec.Name == name {
			return k, true
		}
	}
	return kind{}, false
}
