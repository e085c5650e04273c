package engine

import (
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"cordboard/cti"
	"cordboard/media"
)

// Config is what New needs.
type Config struct {
	Sound   media.Sound     // opens the devices; the Engine closes it
	Post    func(cti.Input) // takes SoundChanged and DTMFReceived; must not wait
	Listen  ListenFunc      // binds ports
	Log     *slog.Logger    // slog.Default() when nil
	Mic     string          // device names; "" is the system's default
	Speaker string
	Ringer  string        // also "": the same as Speaker's
	Warm    time.Duration // how long devices stay open after the last call; WarmDefault when 0
}

// WarmDefault is how long devices stay open after the last sound, so that the next call finds them running.
const WarmDefault = 30 * time.Second

// Engine mixes all parties of the desk. Its methods may be called from any goroutine and return at once.
type Engine struct {
	cfg Config

	mu sync.Mutex
}

// New starts an engine. No device is opened before the first plan that needs one.
func New(cfg Config) (*Engine, error) {
	if cfg.Post == nil || cfg.Sound == nil || cfg.Listen == nil {
		return nil, fmt.Errorf("the media engine needs Sound, Post and Listen")
	}
	return &Engine{cfg: cfg}, nil
}

// Do carries out ApplySession, CloseSession, PlayDigits and ApplyPlan; other effects are not for the engine and are
// logged. What goes wrong is logged too: a stream that cannot be set up stays silent, the call goes on.
func (e *Engine) Do(eff cti.Effect) {}

// Reserve binds a port for a call at a local address and returns its RTP port number. It stands until Free or
// CloseSession; a second Reserve for the same call and address returns the same port.
func (e *Engine) Reserve(call cti.CallID, local netip.Addr) (uint16, error) { return 0, nil }

// Free gives a reserved port back; unknown calls are ignored.
func (e *Engine) Free(call cti.CallID) {}

// Quality tells how a call sounds; the zero value for a call without a stream.
func (e *Engine) Quality(call cti.CallID) cti.Quality { return cti.Quality{} }

// Delay tells what the desk adds between mouth and ear at the moment, in milliseconds by stage.
func (e *Engine) Delay() cti.Delay { return cti.Delay{} }

// MicLevel is the level of the microphone in dBFS, media.Silence while it is closed.
func (e *Engine) MicLevel() float32 { return media.Silence }

// SetDevices chooses the devices by name, "" for the system's default. Open ones are changed in the background,
// calls go on meanwhile.
func (e *Engine) SetDevices(mic, speaker, ringer string) {}

// Close ends all streams, closes the devices and waits for the engine's goroutines.
func (e *Engine) Close() error { return nil }
