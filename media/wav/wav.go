// Package wav reads and writes WAV files of 16-bit PCM. What has been written plays at any moment, also when the
// program is killed: the lengths in the header are brought up to date four times in a second of sound.
package wav

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

const headerLen = 44

// Writer writes one WAV file. Not safe for concurrent use.
type Writer struct {
	file     *os.File
	rate     int
	channels int
	written  int64 // bytes of sound in the file
	patched  int64 // bytes of sound that the header tells of
	buf      []byte
}

// patchesPerSecond is how often the header follows the sound.
const patchesPerSecond = 4

// Create makes the file at path, or empties it, for sound at rate (Hz) with that many interleaved channels.
func Create(path string, rate, channels int) (*Writer, error) {
	return CreateAt(path, rate, channels, 0)
}

// CreateAt makes a file that begins with so many samples (of each channel) of silence. They are a hole in the file: on
// most file systems they take no room.
func CreateAt(path string, rate, channels int, silence int64) (*Writer, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot write sound file: %w", err)
	}
	w := &Writer{file: f, rate: rate, channels: channels, written: silence * int64(2*channels)}
	if err := w.begin(); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot write sound file: %w", err), f.Close())
	}
	return w, nil
}

// begin writes the header and goes to where the sound begins.
func (w *Writer) begin() error {
	if err := w.patch(); err != nil {
		return err
	}
	if err := w.file.Truncate(headerLen + w.written); err != nil {
		return err
	}
	_, err := w.file.Seek(0, io.SeekEnd)
	return err
}

// Written is how many samples of each channel the file has.
func (w *Writer) Written() int64 { return w.written / int64(2*w.channels) }

// Write appends samples, interleaved when there are several channels. It goes straight to the operating system, so
// it must not be called from the tick.
func (w *Writer) Write(pcm []int16) error {
	w.buf = w.buf[:0]
	for _, s := range pcm {
		w.buf = binary.LittleEndian.AppendUint16(w.buf, uint16(s))
	}
	if _, err := w.file.Write(w.buf); err != nil {
		return fmt.Errorf("cannot write sound file: %w", err)
	}
	w.written += int64(len(w.buf))
	if w.written-w.patched >= int64(2*w.rate*w.channels/patchesPerSecond) {
		return w.patch()
	}
	return nil
}

// patch writes the header again with the present lengths; the position for appending is not touched.
func (w *Writer) patch() error {
	if _, err := w.file.WriteAt(header(w.rate, w.channels, w.written), 0); err != nil {
		return fmt.Errorf("cannot update the header of a sound file: %w", err)
	}
	w.patched = w.written
	return nil
}

// Flush brings the header up to date at once.
func (w *Writer) Flush() error { return w.patch() }

// Close completes the header and closes the file.
func (w *Writer) Close() error { return errors.Join(w.patch(), w.file.Close()) }

// maxLen is the most that the 32 bits of a header can tell of.
const maxLen = 1<<32 - 1 - headerLen

func header(rate, channels int, bytes int64) []byte {
	n := uint32(min(bytes, maxLen))
	h := make([]byte, 0, headerLen)
	h = append(h, "RIFF"...)
	h = binary.LittleEndian.AppendUint32(h, n+headerLen-8)
	h = append(h, "WAVEfmt "...)
	h = binary.LittleEndian.AppendUint32(h, 16)
	h = binary.LittleEndian.AppendUint16(h, formatPCM)
	h = binary.LittleEndian.AppendUint16(h, uint16(channels))
	h = binary.LittleEndian.AppendUint32(h, uint32(rate))
	h = binary.LittleEndian.AppendUint32(h, uint32(rate*channels*2))
	h = binary.LittleEndian.AppendUint16(h, uint16(channels*2))
	h = binary.LittleEndian.AppendUint16(h, 16)
	h = append(h, "data"...)
	return binary.LittleEndian.AppendUint32(h, n)
}

// Sound is the content of a WAV file.
type Sound struct {
	Rate     int     // Hz
	Channels int     // interleaved in PCM
	PCM      []int16 // all samples
}

// Mono mixes the channels down to one by their mean.
func (s Sound) Mono() []int16 {
	if s.Channels <= 1 {
		return s.PCM
	}
	mono := make([]int16, len(s.PCM)/s.Channels)
	for i := range mono {
		sum := 0
		for _, v := range s.PCM[i*s.Channels : (i+1)*s.Channels] {
			sum += int(v)
		}
		mono[i] = int16(sum / s.Channels)
	}
	return mono
}

// Read reads a whole file. A file whose lengths say 0 or too much, as a killed program leaves it, is read to its end.
func Read(path string) (Sound, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return Sound{}, fmt.Errorf("cannot read sound file: %w", err)
	}
	s, err := Parse(b)
	if err != nil {
		return Sound{}, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}
