//go:build cgo

package sound

import (
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"cordboard/devices/pulsetest"
	"cordboard/media"
	"cordboard/media/audiotest"
)

const patience = 20 * time.Second

func newCard(t testing.TB) *Card {
	t.Helper()
	c := New(slog.New(slog.DiscardHandler))
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestDevicesAreNamedAsPeopleKnowThem(t *testing.T) {
	pulsetest.Start(t)
	c := newCard(t)
	in, out, err := c.List()
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{pulsetest.HeadsetMic}; !slices.Equal(in, want) {
		t.Errorf("microphones %q, want %q: monitors are none", in, want)
	}
	if want := []string{pulsetest.Headset, pulsetest.Speaker, pulsetest.MicFeed}; !slices.Equal(out, want) {
		t.Errorf("speakers %q, want %q", out, want)
	}
}

func TestEachSpeakerPlaysWhatItIsGiven(t *testing.T) {
	server := pulsetest.Start(t)
	c := newCard(t)
	for i, d := range []struct {
		role  media.Role
		asked string
		name  string
	}{
		{media.Speaker, "", pulsetest.Headset},
		{media.Ringer, pulsetest.Speaker, pulsetest.Speaker},
	} {
		heard := make(chan []int16, 10000)
		server.Listen(d.name, func(pcm []int16) { heard <- slices.Clone(pcm) })
		ring := media.NewRing(1 << 20)
		ring.Write(audiotest.Sine(10*sampleRate, audiotest.Freq(i), sampleRate, -20))
		s, err := c.Open(d.role, d.asked, ring)
		if err != nil {
			t.Fatal(err)
		}
		if s.Name() != d.name {
			t.Errorf("%q opened %q, want %q", d.asked, s.Name(), d.name)
		}
		listen(t, heard, audiotest.Freq(i), d.name)
	}
}

// listen waits until a tone has been heard at its level for a while.
func listen(t *testing.T, heard chan []int16, freq float64, where string) {
	t.Helper()
	var pcm []int16
	deadline := time.After(patience)
	for {
		select {
		case more := <-heard:
			pcm = append(pcm, more...)
		case <-deadline:
			t.Fatalf("the tone of %.0f Hz was not heard from %s", freq, where)
		}
		if n := len(pcm) - sampleRate/5; n > 0 {
			if level := audiotest.LevelAt(pcm[n:], freq, sampleRate); level > -21 && level < -19 {
				return
			}
		}
	}
}

func TestMicrophoneHears(t *testing.T) {
	server := pulsetest.Start(t)
	c := newCard(t)
	server.Say(audiotest.NewTone(700, sampleRate, -20).Fill)
	ring := media.NewRing(1 << 20)
	if _, err := c.Open(media.Mic, pulsetest.HeadsetMic, ring); err != nil {
		t.Fatal(err)
	}
	heard := make(chan []int16)
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		for {
			pcm := make([]int16, ring.Len())
			ring.Read(pcm)
			select {
			case heard <- pcm:
			case <-stop:
				return
			}
			<-time.After(media.Tick)
		}
	}()
	listen(t, heard, 700, "the microphone")
}

func TestUnpluggedDeviceIsLostAndNamed(t *testing.T) {
	server := pulsetest.Start(t)
	c := newCard(t)
	s, err := c.Open(media.Speaker, pulsetest.Headset, media.NewRing(1<<16))
	if err != nil {
		t.Fatal(err)
	}
	other, err := c.Open(media.Ringer, pulsetest.Speaker, media.NewRing(1<<16))
	if err != nil {
		t.Fatal(err)
	}
	server.Unplug(pulsetest.Headset)
	select {
	case <-s.Lost():
	case <-time.After(patience):
		t.Fatal("the stream of an unplugged device was never lost")
	}
	if err := s.Close(); err != nil {
		t.Errorf("close of a lost stream: %v", err)
	}
	_, err = c.Open(media.Speaker, pulsetest.Headset, media.NewRing(1<<16))
	var de *media.DeviceError
	if !errors.As(err, &de) || !de.Gone || de.Name != pulsetest.Headset {
		t.Errorf("opening an unplugged device: %v", err)
	}
	select {
	case <-other.Lost():
		t.Error("another device was lost, too")
	default:
	}

	server.Plug(pulsetest.Headset)
	deadline := time.After(patience)
	for {
		if s, err = c.Open(media.Speaker, pulsetest.Headset, media.NewRing(1<<16)); err == nil {
			break
		}
		select {
		case <-c.Changed():
		case <-deadline:
			t.Fatalf("the device that was plugged in again does not open: %v", err)
		}
	}
	if s.Name() != pulsetest.Headset {
		t.Errorf("opened %q", s.Name())
	}
}

// PortAudio lists devices when it starts. One that comes into a system without any must be found all the same.
func TestFirstDeviceOfAllIsFound(t *testing.T) {
	server := pulsetest.Start(t)
	for _, name := range []string{pulsetest.HeadsetMic, pulsetest.Headset, pulsetest.Speaker, pulsetest.MicFeed} {
		server.Unplug(name)
	}
	c := newCard(t)
	var de *media.DeviceError
	if _, err := c.Open(media.Speaker, "", media.NewRing(1)); !errors.As(err, &de) || !de.Gone {
		t.Fatalf("open without any device: %v", err)
	}
	server.Plug(pulsetest.Headset)
	s, err := c.Open(media.Speaker, "", media.NewRing(1<<16))
	if err != nil {
		t.Fatal(err)
	}
	if s.Name() != pulsetest.Headset {
		t.Errorf("opened %q", s.Name())
	}
}

// At log-in the desk may be faster than the sound server.
func TestSoundServerThatComesLaterIsUsed(t *testing.T) {
	t.Setenv("PULSE_SERVER", "unix:/nowhere")
	c := newCard(t)
	pulsetest.Start(t)
	s, err := c.Open(media.Speaker, pulsetest.Speaker, media.NewRing(1<<16))
	if err != nil {
		t.Fatal(err)
	}
	if s.Name() != pulsetest.Speaker {
		t.Errorf("opened %q", s.Name())
	}
}

// A sound server that dies tells PortAudio nothing: the callbacks just stop.
func TestDeadSoundServerIsNoticed(t *testing.T) {
	server := pulsetest.Start(t)
	c := newCard(t)
	s, err := c.Open(media.Speaker, "", media.NewRing(1<<16))
	if err != nil {
		t.Fatal(err)
	}
	server.Kill()
	select {
	case <-s.Lost():
	case <-time.After(patience):
		t.Fatal("the stream was never lost")
	}
	if _, err = c.Open(media.Speaker, "", media.NewRing(1<<16)); err == nil {
		t.Error("a device opened without its server")
	}
	if _, _, err = c.List(); err == nil {
		t.Error("devices are listed without their server")
	}
}

func TestClosedCardSaysSo(t *testing.T) {
	pulsetest.Start(t)
	c := New(slog.New(slog.DiscardHandler))
	s, err := c.Open(media.Speaker, "", media.NewRing(1<<16))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.Close(), c.Close(), s.Close(), s.Close()); err != nil {
		t.Errorf("closing card and stream twice: %v", err)
	}
	if _, err := c.Open(media.Mic, "", media.NewRing(1)); !errors.Is(err, errClosed) {
		t.Errorf("open on a closed card: %v", err)
	}
}
