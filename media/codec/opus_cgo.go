//go:build cgo

package codec

import (
	"fmt"
	"slices"

	"github.com/hraban/opus"

	"cordboard/media"
)

const (
	haveOpus = true

	opusRate = 48000
	// Transparent for speech at 48 kHz; complexity 5 costs a third of 10 and nobody hears it.
	opusBitrate    = 32000
	opusComplexity = 5
	// The loss that FEC is laid out for, in percent: without it the encoder puts no copy into its packets.
	opusLoss = 10
)

// newOpus makes Opus for mono speech (RFC 6716, RFC 7587): in-band FEC on, DTX off, so that a silent talker still
// keeps the stream alive.
func newOpus(ptime int) (media.Encoder, media.Decoder, error) {
	switch ptime {
	case 10, 20, 40, 60:
	default:
		return nil, nil, fmt.Errorf("opus has no packets of %d ms", ptime)
	}
	enc, err := opus.NewEncoder(opusRate, 1, opus.AppVoIP)
	if err != nil {
		return nil, nil, fmt.Errorf("opus encoder: %w", err)
	}
	for _, err := range []error{
		enc.SetBitrate(opusBitrate), enc.SetComplexity(opusComplexity),
		enc.SetInBandFEC(true), enc.SetPacketLossPerc(opusLoss), enc.SetDTX(false),
	} {
		if err != nil {
			return nil, nil, fmt.Errorf("opus encoder: %w", err)
		}
	}
	dec, err := opus.NewDecoder(opusRate, 1)
	if err != nil {
		return nil, nil, fmt.Errorf("opus decoder: %w", err)
	}
	return opusEncoder{enc}, opusDecoder{dec}, nil
}

type opusEncoder struct{ enc *opus.Encoder }

func (o opusEncoder) Encode(dst []byte, pcm []int16) (int, error) {
	n, err := o.enc.Encode(pcm, dst)
	if err != nil {
		return 0, fmt.Errorf("opus: encode: %w", err)
	}
	return n, nil
}

type opusDecoder struct{ dec *opus.Decoder }

func (o opusDecoder) Decode(dst []int16, payload []byte) (int, error) {
	n, err := o.dec.Decode(payload, dst)
	if err != nil {
		return 0, fmt.Errorf("opus: decode: %w", err)
	}
	return n, nil
}

// Conceal makes up a lost packet from the sound before it. Here and below the library would fill dst up to its capacity.
func (o opusDecoder) Conceal(dst []int16) int {
	if err := o.dec.DecodePLC(slices.Clip(dst)); err != nil {
		return 0
	}
	return len(dst)
}

// DecodeFEC restores the packet before next from the copy that next carries; without one it conceals.
func (o opusDecoder) DecodeFEC(dst []int16, next []byte) (int, error) {
	if err := o.dec.DecodeFEC(next, slices.Clip(dst)); err != nil {
		return 0, fmt.Errorf("opus: decode FEC: %w", err)
	}
	return len(dst), nil
}
