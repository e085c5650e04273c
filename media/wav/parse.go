package wav

import (
	"encoding/binary"
	"errors"
	"fmt"
)

const (
	formatPCM        = 1
	formatExtensible = 0xFFFE // PCM in a longer header, as some programs write it
)

// Parse reads the bytes of a WAV file. It takes 16-bit PCM only and says in words what else it found.
func Parse(b []byte) (Sound, error) {
	if len(b) < 12 || string(b[:4]) != "RIFF" || string(b[8:12]) != "WAVE" {
		return Sound{}, errors.New("this is no WAV file")
	}
	var s Sound
	for b = b[12:]; len(b) >= 8; {
		id, size := string(b[:4]), int(binary.LittleEndian.Uint32(b[4:8]))
		body := b[8:]
		switch id {
		case "fmt ":
			if err := s.format(body[:min(size, len(body))]); err != nil {
				return Sound{}, err
			}
		case "data":
			return s.data(body, size)
		}
		// Chunks are padded to even lengths.
		if size += size & 1; size > len(body) {
			break
		}
		b = body[size:]
	}
	return Sound{}, errors.New("this WAV file has no sound in it")
}

func (s *Sound) format(b []byte) error {
	if len(b) < 16 {
		return errors.New("this WAV file has a broken format chunk")
	}
	code, depth := binary.LittleEndian.Uint16(b), binary.LittleEndian.Uint16(b[14:])
	if code != formatPCM && code != formatExtensible || depth != 16 {
		return fmt.Errorf("this WAV file is not 16-bit PCM (format %d, %d bits)", code, depth)
	}
	s.Channels = int(binary.LittleEndian.Uint16(b[2:]))
	s.Rate = int(binary.LittleEndian.Uint32(b[4:]))
	if s.Channels < 1 || s.Channels > 8 || s.Rate < 1000 || s.Rate > 384000 {
		return fmt.Errorf("this WAV file claims %d channels at %d Hz", s.Channels, s.Rate)
	}
	return nil
}

func (s Sound) data(b []byte, size int) (Sound, error) {
	if s.Rate == 0 {
		return Sound{}, errors.New("this WAV file has sound before its format")
	}
	if size > 0 && size < len(b) {
		b = b[:size]
	}
	s.PCM = make([]int16, len(b)/2/s.Channels*s.Channels)
	for i := range s.PCM {
		s.PCM[i] = int16(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return s, nil
}
