// Package media holds the small contracts that the parts of the media path share: the tick, PCM formats,
// levels, codecs, and the ring between the sound card and the tick.
//
// Sound inside Cordboard is mono, signed 16 bit, at 8, 16 or 48 kHz, in frames of one Tick.
package media

import (
	"math"
	"time"
)

// Tick is the length of a frame: the mixer runs once per Tick.
const Tick = 10 * time.Millisecond

// FrameLen is the number of samples in one Tick at rate (Hz).
func FrameLen(rate int) int { return rate / 100 }

// MaxFrame is the number of samples of a Tick at 48 kHz, the highest rate that is mixed.
const MaxFrame = 480

// Silence is the level of digital zero, in dBFS.
const Silence = -100

// LevelOf returns the RMS level of pcm in dBFS (a full-scale square wave is 0), Silence for nothing.
func LevelOf(pcm []int16) float32 {
	var sum int64
	for _, s := range pcm {
		sum += int64(s) * int64(s)
	}
	if sum == 0 {
		return Silence
	}
	rms := math.Sqrt(float64(sum)/float64(len(pcm))) / 32768
	return float32(max(20*math.Log10(rms), Silence))
}

// Encoder turns PCM into one RTP payload. Not safe for concurrent use.
type Encoder interface {
	// Encode writes the payload of pcm (a whole packet's worth) into dst and returns its length in bytes.
	Encode(dst []byte, pcm []int16) (int, error)
}

// Decoder turns RTP payloads into PCM. Not safe for concurrent use.
type Decoder interface {
	// Decode writes the samples of one payload into dst and returns how many.
	Decode(dst []int16, payload []byte) (int, error)
}

// Stream is one open sound device. Its callback moves samples between the device and the ring it was opened
// with; the stream never blocks the tick.
type Stream interface {
	// Name is the device really in use; Latency what it adds.
	Name() string
	Latency() time.Duration
	// Lost is closed when the device went away or its callbacks stopped.
	Lost() <-chan struct{}
	// Close stops the device. It returns within 100 ms and may be called twice.
	Close() error
}

// Role is what a sound device is used for.
type Role uint8

// Roles of sound devices.
const (
	Mic     Role = iota + 1 // capture: samples go from the device into the ring
	Speaker                 // playback: samples go from the ring to the device
	Ringer                  // playback of ringing only
)

// Sound opens devices; devices/sound does it with PortAudio, devices/wavfile with files, devices/fake under a test's clock.
type Sound interface {
	// List names the devices present: inputs, then outputs. The first of each is the system's default.
	List() (inputs, outputs []string, err error)
	// Open starts the device of that name ("" is the default) at 48 kHz mono. An error of type *DeviceError says
	// in words what is wrong.
	Open(role Role, name string, ring *Ring) (Stream, error)
	// Changed signals that the list may have changed.
	Changed() <-chan struct{}
	Close() error
}

// DeviceError is a sound device that cannot be used, with a sentence for the operator.
type DeviceError struct {
	Name string
	Busy bool // in use by another program; otherwise missing or broken
	Gone bool // not plugged in
	Err  error
}

// Error returns the sentence.
func (e *DeviceError) Error() string {
	switch {
	case e.Gone:
		return "sound device " + e.Name + " is not plugged in"
	case e.Busy:
		return "sound device " + e.Name + " is in use by another program"
	case e.Err != nil:
		return "sound device " + e.Name + " does not work: " + e.Err.Error()
	}
	return "sound device " + e.Name + " does not work"
}

// Unwrap gives the cause.
func (e *DeviceError) Unwrap() error { return e.Err }
