//go:build linux

// Package pulsetest gives a test a PulseAudio server of its own with virtual devices, so that the way to real sound
// devices can be tested on a machine that has none: a headset whose ear can be listened to and into whose
// microphone can be spoken, and a second speaker. Devices can be pulled out and plugged in again.
package pulsetest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jfreymuth/pulse"
	"github.com/jfreymuth/pulse/proto"
)

// Names of the devices, as people see them.
const (
	Headset    = "Test headset"
	HeadsetMic = "Test headset microphone"
	Speaker    = "Test speaker"
	MicFeed    = "Microphone feed" // a speaker, too: what it plays is heard by the microphone
)

// Identifiers of the devices within the server.
const (
	headsetSink = "headset"
	speakerSink = "speaker"
	feedSink    = "micfeed"
	micSource   = "headset_mic"
)

const (
	startLimit = 20 * time.Second
	rate       = 48000
)

// Server is a running sound server. It ends with its test.
type Server struct {
	t       testing.TB
	client  *pulse.Client
	modules map[string]uint32 // that made a device, by its name for people
	stop    func()
}

// Start starts a server and points PULSE_SERVER at it for the length of the test, which therefore cannot run in
// parallel. Without the program pulseaudio the test is left out; in CI it fails.
func Start(t testing.TB) *Server {
	t.Helper()
	program, err := exec.LookPath("pulseaudio")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("the program pulseaudio is needed to test sound devices")
		}
		t.Skip("left out: the program pulseaudio is not installed")
	}
	// Not t.TempDir: a socket's path must stay short.
	dir, err := os.MkdirTemp("", "pulsetest-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	stop := launch(t, program, dir)
	s := &Server{t: t, client: connect(t, dir), modules: map[string]uint32{}, stop: stop}
	t.Setenv("PULSE_SERVER", "unix:"+filepath.Join(dir, "native"))
	t.Setenv("PULSE_COOKIE", filepath.Join(dir, "cookie"))
	s.furnish()
	return s
}

// launch runs the server apart from the user's own: no configuration, run-time folder or bus is shared. It
// ends with the test, or by stop.
func launch(t testing.TB, program, dir string) (stop func()) {
	t.Helper()
	script := filepath.Join(dir, "default.pa")
	line := "load-module module-native-protocol-unix auth-anonymous=1 auth-cookie-enabled=0 socket=" + filepath.Join(dir, "native") + "\n"
	if err := os.WriteFile(script, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-n", "-F", script, "--daemonize=no", "--use-pid-file=no", "--disable-shm=yes",
		"--exit-idle-time=-1", "--high-priority=no", "--realtime=no", "--log-target=file:"+filepath.Join(dir, "log"))
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "XDG_RUNTIME_DIR=" + dir, "XDG_CONFIG_HOME=" + dir,
		"PULSE_RUNTIME_PATH=" + dir, "PULSE_STATE_PATH=" + dir,
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start the sound server: %v", err)
	}
	stop = sync.OnceFunc(func() {
		_ = cmd.Process.Kill() // fails only when it has ended already
		_ = cmd.Wait()         // tells that it was killed
	})
	t.Cleanup(stop)
	return stop
}

// Kill ends the server all of a sudden. Nothing else can be done with it afterwards.
func (s *Server) Kill() { s.stop() }

// connect waits until the server answers.
func connect(t testing.TB, dir string) *pulse.Client {
	t.Helper()
	socket := filepath.Join(dir, "native")
	deadline := time.Now().Add(startLimit)
	for {
		client, err := pulse.NewClient(pulse.ClientServerString("unix:"+socket), pulse.ClientApplicationName("test"))
		if err == nil {
			t.Cleanup(client.Close)
			return client
		}
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(dir, "log")) // only to explain the failure
			t.Fatalf("the sound server does not answer: %v\n%s", err, log)
		}
		<-time.After(20 * time.Millisecond)
	}
}

// furnish makes the devices.
func (s *Server) furnish() {
	s.t.Helper()
	s.sink(headsetSink, Headset)
	s.sink(speakerSink, Speaker)
	s.sink(feedSink, MicFeed)
	s.source()
	s.request(&proto.SetDefaultSink{SinkName: headsetSink}, nil)
	s.request(&proto.SetDefaultSource{SourceName: micSource}, nil)
}

// sink makes an output. Without norewinds a monitor delivers its first sound after two seconds.
func (s *Server) sink(id, name string) {
	s.t.Helper()
	s.load(name, "module-null-sink", fmt.Sprintf(
		`sink_name=%s rate=%d channels=2 format=s16le norewinds=1 sink_properties='device.description="%s"'`, id, rate, name))
}

func (s *Server) source() {
	s.t.Helper()
	s.load(HeadsetMic, "module-remap-source", fmt.Sprintf(
		`source_name=%s master=%s.monitor source_properties='device.description="%s"'`, micSource, feedSink, HeadsetMic))
}

func (s *Server) load(name, module, args string) {
	s.t.Helper()
	var reply proto.LoadModuleReply
	s.request(&proto.LoadModule{Name: module, Args: args}, &reply)
	s.modules[name] = reply.ModuleIndex
}

func (s *Server) request(req proto.RequestArgs, reply proto.Reply) {
	s.t.Helper()
	if err := s.client.RawRequest(req, reply); err != nil {
		s.t.Fatalf("sound server: %T: %v", req, err)
	}
}

// Unplug takes a device away.
func (s *Server) Unplug(name string) {
	s.t.Helper()
	s.request(&proto.UnloadModule{ModuleIndex: s.modules[name]}, nil)
}

// Plug brings a device back.
func (s *Server) Plug(name string) {
	s.t.Helper()
	switch name {
	case Headset:
		s.sink(headsetSink, name)
	case Speaker:
		s.sink(speakerSink, name)
	case HeadsetMic:
		s.source()
	default:
		s.t.Fatal("no such device: " + strconv.Quote(name))
	}
}

// Say speaks into the microphone until the test ends: say fills in mono samples at 48 kHz.
func (s *Server) Say(say func(dst []int16)) {
	s.t.Helper()
	feed, err := s.client.SinkByID(feedSink)
	if err != nil {
		s.t.Fatal(err)
	}
	reader := pulse.Int16Reader(func(dst []int16) (int, error) {
		say(dst)
		return len(dst), nil
	})
	p, err := s.client.NewPlayback(reader, pulse.PlaybackSink(feed), pulse.PlaybackMono,
		pulse.PlaybackSampleRate(rate), pulse.PlaybackLatency(0.02))
	if err != nil {
		s.t.Fatal(err)
	}
	p.Start()
	s.t.Cleanup(p.Close)
}

// Listen hands what a speaker plays to heard, mono at 48 kHz, until the test ends. What MicFeed plays is what the
// microphone hears.
func (s *Server) Listen(name string, heard func(pcm []int16)) {
	s.t.Helper()
	id := map[string]string{Headset: headsetSink, Speaker: speakerSink, MicFeed: feedSink}[name]
	sink, err := s.client.SinkByID(id)
	if err != nil {
		s.t.Fatal(err)
	}
	writer := pulse.Int16Writer(func(pcm []int16) (int, error) {
		heard(pcm)
		return len(pcm), nil
	})
	r, err := s.client.NewRecord(writer, pulse.RecordMonitor(sink), pulse.RecordMono,
		pulse.RecordSampleRate(rate), pulse.RecordLatency(0.02))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Start()
	s.t.Cleanup(r.Close)
}
