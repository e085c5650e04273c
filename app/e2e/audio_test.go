//go:build cgo && linux

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cordboard/cti"
	"cordboard/devices/pulsetest"
	"cordboard/media/audiotest"
	"cordboard/media/wav"
)

// soundServer is a sound server with a headset, which is the default, and a second speaker.
type soundServer interface {
	// say speaks a tone into the microphone until the test ends.
	say(tone float64)
	// heard is a moment of what the headset plays from now on, mono at 48 kHz; nothing while it is not there.
	heard() []int16
	unplug()
	plug()
}

// pulse is the server that the repository brings along.
type pulse struct {
	*pulsetest.Server
	fresh chan struct{} // filled with more sound

	mu      sync.Mutex
	pcm     []int16
	plugged int // recordings so far; older ones do not count, the server moves them to whatever is left
}

func newPulse(t *testing.T) soundServer {
	p := &pulse{Server: pulsetest.Start(t), fresh: make(chan struct{}, 1)}
	p.listen()
	return p
}

// listen records the headset that is plugged in now.
func (p *pulse) listen() {
	current := p.forget()
	p.Listen(pulsetest.Headset, func(pcm []int16) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.plugged != current {
			return
		}
		p.pcm = append(p.pcm, pcm...)
		select {
		case p.fresh <- struct{}{}:
		default:
		}
	})
}

// forget ends the recording and returns the number of the next one.
func (p *pulse) forget() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.plugged++
	return p.plugged
}

func (p *pulse) say(tone float64) { p.Say(audiotest.NewTone(tone, 48000, -12).Fill) }
func (p *pulse) unplug()          { p.forget(); p.Unplug(pulsetest.Headset) }
func (p *pulse) plug()            { p.Plug(pulsetest.Headset); p.listen() }

func (p *pulse) heard() []int16 {
	p.take()
	var pcm []int16
	for late := time.After(patience); len(pcm) < window; pcm = append(pcm, p.take()...) {
		select {
		case <-p.fresh:
		case <-late:
			return nil
		}
	}
	return pcm
}

// take empties the recording.
func (p *pulse) take() []int16 {
	p.mu.Lock()
	defer p.mu.Unlock()
	pcm := p.pcm
	p.pcm = nil
	return pcm
}

// audioLoop is the rig beside the repository.
type audioLoop struct {
	t    *testing.T
	path string
	dir  string
}

func newAudioLoop(t *testing.T) soundServer {
	a := &audioLoop{t: t, path: rig(t, "audio-loop/audio-loop")}
	var err error
	if a.dir, err = os.MkdirTemp("", "al"); err != nil { // short, as a socket's address must be
		t.Fatal(err)
	}
	t.Cleanup(func() { a.do("down") })
	for line := range strings.Lines(a.do("up")) {
		name, value, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
		t.Setenv(name, value)
	}
	return a
}

// do runs a command of the rig on this server.
func (a *audioLoop) do(verb string, args ...string) string {
	a.t.Helper()
	out, err := a.command(verb, args...).Output()
	if err != nil {
		a.t.Fatalf("audio-loop %s: %v", verb, err)
	}
	return string(out)
}

func (a *audioLoop) command(verb string, args ...string) *exec.Cmd {
	return exec.Command(a.path, append([]string{verb, a.dir}, args...)...)
}

func (a *audioLoop) say(tone float64) {
	a.t.Helper()
	file := filepath.Join(a.t.TempDir(), "say.wav")
	w, err := wav.Create(file, 48000, 1)
	if err == nil {
		err = w.Write(audiotest.Sine(48000*int(2*patience/time.Second), tone, 48000, -12))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		a.t.Fatal(err)
	}
	player := a.command("say", file)
	if err := player.Start(); err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() { _ = player.Process.Kill(); _ = player.Wait() }) // it has nothing to lose
}

func (a *audioLoop) heard() []int16 {
	a.t.Helper()
	file := filepath.Join(a.t.TempDir(), "heard.wav")
	a.do("rec", "headset", file, "1")
	s, err := wav.Read(file)
	if err != nil {
		a.t.Fatal(err)
	}
	pcm := s.Mono()
	return pcm[max(0, len(pcm)-window):]
}

func (a *audioLoop) unplug() { a.do("unplug", "headset") }
func (a *audioLoop) plug()   { a.do("plug", "headset") }

// plays waits until the headset plays the tone, neither faint nor overdriven.
func plays(t *testing.T, s soundServer, tone float64) {
	t.Helper()
	var last float64
	for late := time.Now().Add(patience); time.Now().Before(late); {
		pcm := s.heard()
		last = audiotest.LevelAt(pcm, tone, 48000)
		if last > heardAbove && slices.Max(pcm) < 32767 {
			return
		}
	}
	t.Fatalf("the headset does not play %.0f Hz; it is at %.0f dBFS in the end", tone, last)
}

// The desk speaks and hears with the devices of the system, with nothing set: a colleague is heard on the headset, the
// operator's voice comes back from the echo. The headset is pulled out in the call and plugged in again.
func TestCallsWithARealHeadset(t *testing.T) {
	for name, up := range map[string]func(*testing.T) soundServer{"pulsetest": newPulse, "audio-loop": newAudioLoop} {
		t.Run(name, func(t *testing.T) { headset(t, up(t)) })
	}
}

func headset(t *testing.T, s soundServer) {
	d := newHome(t, operatorSay)
	d.launch()
	d.registered("practice-2001")
	d.await("the devices have their names", func(s *cti.Snapshot) bool {
		return slices.Contains(s.Sound.Outputs, pulsetest.Headset) && slices.Contains(s.Sound.Outputs, pulsetest.Speaker) &&
			slices.Contains(s.Sound.Inputs, pulsetest.HeadsetMic)
	})
	call := d.do("dial", "201")
	d.call(call, "connected", talking)
	d.await("the headset is in use", inUse)
	plays(t, s, toneOf(t, "201"))
	d.do("hangup", call)
	d.call(call, "ended", ended)

	call = d.do("dial", "221")
	d.call(call, "connected", talking)
	s.say(operatorSay)
	plays(t, s, operatorSay)

	// What the system makes its default is followed, there and back.
	s.unplug()
	d.await("another speaker is in use", func(s *cti.Snapshot) bool {
		return s.Sound.Speaker.State == cti.DeviceOK && s.Sound.Speaker.Name != pulsetest.Headset
	})
	d.call(call, "goes on", talking)
	s.plug()
	d.await("the headset is in use again", inUse)
	plays(t, s, operatorSay)

	// What the operator chose is missed, and taken again as soon as it is there.
	d.do("sound", "--speaker", pulsetest.Headset, "--mic", pulsetest.HeadsetMic)
	d.await("the chosen headset is in use", inUse)
	plays(t, s, operatorSay) // the state alone reads the same before the choice
	s.unplug()
	missing := d.await("the headset is missing", func(s *cti.Snapshot) bool { return s.Sound.Speaker.State == cti.DeviceMissing })
	if dev := missing.Sound.Speaker; dev.Name != pulsetest.Headset || dev.Note == "" {
		t.Errorf("device %+v; want its name and what is wrong with it", dev)
	}
	d.call(call, "goes on", talking)
	s.plug()
	d.await("the chosen headset is back", inUse)
	plays(t, s, operatorSay)
	d.call(call, "goes on", talking)
}

// inUse reports that the operator speaks and hears with the headset.
func inUse(s *cti.Snapshot) bool {
	return s.Sound.Speaker == cti.Device{Name: pulsetest.Headset, State: cti.DeviceOK} &&
		s.Sound.Mic == cti.Device{Name: pulsetest.HeadsetMic, State: cti.DeviceOK}
}

// silent reports that there is neither microphone nor speaker, and that both say why.
func silent(s *cti.Snapshot) bool {
	return !slices.ContainsFunc([]cti.Device{s.Sound.Speaker, s.Sound.Mic}, func(dev cti.Device) bool {
		return dev.State == cti.DeviceOK || dev.Note == ""
	})
}

// There is no sound at all: the desk says so in a sentence, and calls work but for it.
func TestCallsWithoutASoundServer(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "asound.conf")
	config := `pcm.!default { type pulse server "unix:/nonexistent" fallback "" }` + "\n" // what a machine has whose server died
	if err := os.WriteFile(nowhere, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PULSE_SERVER", "unix:/nonexistent")
	t.Setenv("ALSA_CONFIG_PATH", nowhere)
	d := newHome(t, operatorSay)
	d.launch()
	d.registered("practice-2001")
	call := d.do("dial", "201")
	d.call(call, "connected", talking)
	d.await("it is told what is wrong", silent)
	d.do("hold", call)
	d.call(call, "held", held)
	d.do("resume", call)
	d.call(call, "resumed", resumed)
	d.do("hangup", call)
	d.call(call, "ended", ended)
	d.row(call)
}

// The sound server dies in a call: the desk says so, and the call goes on until somebody ends it.
func TestCallSurvivesTheSoundServer(t *testing.T) {
	server := pulsetest.Start(t)
	d := newHome(t, operatorSay)
	d.launch()
	d.registered("practice-2001")
	call := d.do("dial", "201")
	d.call(call, "connected", talking)
	d.await("the headset is in use", inUse)
	server.Kill()
	d.await("the devices are gone", silent)
	d.do("hold", call)
	d.call(call, "held", held)
	d.do("hangup", call)
	d.call(call, "ended", ended)
}
