package wav

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// Reader reads a WAV file piece by piece, for sound that is too long for the memory. Not safe for concurrent use.
type Reader struct {
	Rate     int   // Hz
	Channels int   // in the file
	Samples  int64 // of each channel, as far as the file goes now

	file  *os.File
	begin int64 // of the sound in the file
	at    int64 // samples read
	buf   []byte
}

// Open opens a WAV file of 16-bit PCM. A file whose lengths say 0 or too much, as a running recording and a killed program
// have them, is read to its end.
func Open(path string) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read sound file: %w", err)
	}
	r := &Reader{file: f}
	if err := r.header(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	return r, nil
}

// header finds format and sound among the chunks.
func (r *Reader) header() error {
	var head [12]byte
	if _, err := io.ReadFull(r.file, head[:]); err != nil || string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" {
		return errors.New("this is no WAV file")
	}
	var s Sound
	for at := int64(len(head)); ; {
		var chunk [8]byte
		if _, err := r.file.ReadAt(chunk[:], at); err != nil {
			return errors.New("this WAV file has no sound in it")
		}
		at += int64(len(chunk))
		size := int64(binary.LittleEndian.Uint32(chunk[4:]))
		switch string(chunk[:4]) {
		case "fmt ":
			body := make([]byte, min(size, 64))
			n, _ := r.file.ReadAt(body, at) // a format that is cut short is said to be broken below
			if err := s.format(body[:n]); err != nil {
				return err
			}
		case "data":
			return r.sound(s, at, size)
		}
		at += size + size&1 // chunks are padded to even lengths
	}
}

// sound takes note of where the sound is.
func (r *Reader) sound(s Sound, at, size int64) error {
	if s.Rate == 0 {
		return errors.New("this WAV file has sound before its format")
	}
	info, err := r.file.Stat()
	if err != nil {
		return err
	}
	if left := info.Size() - at; size == 0 || size > left {
		size = left
	}
	r.Rate, r.Channels, r.begin = s.Rate, s.Channels, at
	r.Samples = size / int64(2*r.Channels)
	return nil
}

// GoTo goes to a sample of each channel; beyond the end there is nothing to read.
func (r *Reader) GoTo(sample int64) { r.at = max(sample, 0) }

// ReadMono fills dst with the mean of the channels and returns how much there was; io.EOF when nothing is left.
func (r *Reader) ReadMono(dst []int16) (int, error) {
	n := int(min(int64(len(dst)), r.Samples-r.at))
	if n <= 0 {
		return 0, io.EOF
	}
	width := 2 * r.Channels
	if len(r.buf) < n*width {
		r.buf = make([]byte, n*width)
	}
	if _, err := r.file.ReadAt(r.buf[:n*width], r.begin+r.at*int64(width)); err != nil {
		return 0, fmt.Errorf("cannot read sound file: %w", err)
	}
	for i := range dst[:n] {
		sum := 0
		for c := range r.Channels {
			sum += int(int16(binary.LittleEndian.Uint16(r.buf[i*width+2*c:])))
		}
		dst[i] = int16(sum / r.Channels)
	}
	r.at += int64(n)
	return n, nil
}

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }
