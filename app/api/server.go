package api

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/storage"
)

// Limits of the API: a client that misbehaves costs little.
const (
	maxBody     = 64 << 10         // bytes of a request's body that is no file
	maxHeader   = 16 << 10         // bytes of its headers
	readTimeout = 10 * time.Second // for a whole request
	askTimeout  = 5 * time.Second  // for the desk's answer to a command
	slowReader  = 10 * time.Second // for one write to an event stream
)

// Desk is the running desk, as far as calls are concerned.
type Desk interface {
	// Snapshot returns the newest snapshot with levels and quality. It never blocks.
	Snapshot() *cti.Snapshot
	// Ask has a command carried out; its error is a *cti.Refused when the operator's wish cannot be met.
	Ask(context.Context, cti.Command) error
}

// Admin changes the settings of the running desk. Errors are sentences for the operator.
type Admin interface {
	// SaveLine adds a line (empty ID) or replaces it, and returns its ID. A nil password leaves the stored one as it is.
	SaveLine(cfg cti.LineConfig, password *string) (cti.LineID, error)
	// RemoveLine takes a line away; ErrNoLine when there is none.
	RemoveLine(cti.LineID) error
	// SetSound chooses devices; a nil name leaves that device as it is.
	SetSound(SoundChoice) error
	// SetWindow keeps how windows look.
	SetWindow(settings.Window) error
	// Profiles lists the policy profiles; SetProfile puts one in force.
	Profiles() []cti.Profile
	SetProfile(name string) error
	// Hotkeys tells how the system-wide keys are doing; SetHotkeys takes others, now and for the next start.
	Hotkeys() Hotkeys
	SetHotkeys(settings.Hotkeys) (Hotkeys, error)
	// Devices tells which headsets are there; SetHeadset chooses the primary one by its ID.
	Devices() Devices
	SetHeadset(id string) error
	// Quit ends the desk; it returns before that. With idle, when nobody is left to look at the desk, it does so only if
	// the settings allow it, and after the last call.
	Quit(idle bool)
}

// History is where past calls are looked up.
type History interface {
	Search(context.Context, storage.Query) (storage.Page, error)
}

// ErrNoLine is answered for a line that does not exist.
var ErrNoLine = errors.New("there is no such line")

// Config is what NewServer needs; all parts must be there but Log.
type Config struct {
	Desk    Desk
	Admin   Admin
	History History
	People  Directory
	Tapes   Recordings
	Log     *slog.Logger // slog.Default() when nil
}

// Server answers the local API. All methods may be called by any goroutine.
type Server struct {
	cfg     Config
	hub     *hub
	ended   context.Context // done when the server closes: event streams end then
	end     context.CancelFunc
	serving sync.WaitGroup
}

// NewServer makes a server; Serve gives it listeners.
func NewServer(cfg Config) *Server {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	s := &Server{cfg: cfg, hub: newHub(cfg.Desk.Snapshot())}
	s.ended, s.end = context.WithCancel(context.Background())
	return s
}

// Serve answers on a listener until Close. With a token every request must carry it as "Authorization: Bearer …", and
// must name a loopback host: a page in a browser that found the port by rebinding a name gets nothing.
func (s *Server) Serve(l net.Listener, token string) {
	handler := s.routes()
	if token != "" {
		handler = guard(handler, token)
	}
	server := &http.Server{
		Handler:        handler,
		ReadTimeout:    readTimeout,
		MaxHeaderBytes: maxHeader,
		ErrorLog:       slog.NewLogLogger(s.cfg.Log.Handler(), slog.LevelDebug),
		BaseContext:    func(net.Listener) context.Context { return s.ended },
	}
	s.serving.Go(func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.cfg.Log.Error("local API stopped", "address", l.Addr(), "error", err)
		}
	})
	s.serving.Go(func() {
		<-s.ended.Done()
		closeServer(server)
	})
}

// closeServer lets answers under way finish for a moment.
func closeServer(server *http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if server.Shutdown(ctx) != nil {
		_ = server.Close() // the only thing left to do; its error has no reader
	}
}

// Publish hands a new snapshot to all readers of the event stream. Levels and quality in it are not sent.
func (s *Server) Publish(snap *cti.Snapshot) { s.hub.publish(snap) }

// Attention has a slot that is filled when somebody begins to want levels and quality.
func (s *Server) Attention() <-chan struct{} { return s.hub.attention }

// PublishLive hands levels and quality to the readers that asked for them.
func (s *Server) PublishLive(l Live) {
	s.hub.levels(Event{Event: EventLive, At: time.Now(), Live: &l})
}

// Watched is how many readers want levels and quality.
func (s *Server) Watched() int {
	_, live, _ := s.hub.count()
	return live
}

// Windows is how many windows follow the desk.
func (s *Server) Windows() int {
	_, _, windows := s.hub.count()
	return windows
}

// Close ends all streams and listeners and waits for them.
func (s *Server) Close() {
	s.end()
	s.serving.Wait()
}

// guard lets pass who knows the token and means this machine.
func guard(next http.Handler, token string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !ok || subtle.ConstantTimeCompare([]byte(given), []byte(token)) != 1 {
			fail(w, http.StatusUnauthorized, errors.New("the request does not carry the API's token"))
			return
		}
		if !loopback(r.Host) {
			fail(w, http.StatusForbidden, fmt.Errorf("%q is not a name of this machine's loopback", r.Host))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func loopback(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
