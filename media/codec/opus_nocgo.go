//go:build !cgo

package codec

import (
	"errors"

	"cordboard/media"
)

const haveOpus = false

func newOpus(int) (media.Encoder, media.Decoder, error) {
	return nil, nil, errors.New("opus is left out of this build")
}
