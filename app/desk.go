package app

import (
	"context"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"cordboard/app/api"
	"cordboard/app/cli"
	"cordboard/app/exchange"
	"cordboard/app/settings"
	"cordboard/app/vault"
	"cordboard/cti"
	"cordboard/cti/sip"
	"cordboard/media/codec"
	"cordboard/media/engine"
	"cordboard/storage"
)

// Times of a desk's end.
const (
	hangupWithin = 4 * time.Second // for the far ends to confirm that their calls are over
	closeWithin  = 3 * time.Second // for lines to unregister
)

// desk is the process that handles calls.
type desk struct {
	opts    cli.Options
	places  settings.Places
	in      io.Reader // from the supervisor
	log     *slog.Logger
	started time.Time

	store   *storage.Store     // nil: calls go on without a database
	people  *storage.Directory // nil: calls go on without a directory
	secrets *settings.Secrets
	seal    sip.Sealer // nil: started without a supervisor
	engine  *engine.Engine
	stack   *sip.Stack
	board   *cti.Switchboard
	inCall  bool        // in the newest snapshot; the Switchboard's goroutine only
	tidy    *time.Timer // the same goroutine's; nil before the first call has ended

	switches map[cti.LineID]switches // of the newest snapshot; the Switchboard's goroutine only
	saving   sync.WaitGroup          // goroutines that write them down

	server   atomic.Pointer[api.Server]
	hotkeys  atomic.Pointer[hotkeys]
	headsets atomic.Pointer[headsets] // nil where headsets cannot be reached

	exchange   atomic.Pointer[exchange.Exchange] // nil until it is needed first
	practicing atomic.Bool                       // its lines are those of the desk

	boarded chan struct{} // closed when board is there: until then posts wait
	lost    chan struct{} // closed when there will never be a board: posts are dropped
	quit    chan struct{} // closed when somebody asks for the end
	once    sync.Once
	left    atomic.Bool // the last window was closed by its user

	info    atomic.Pointer[cti.DeskInfo]
	noted   sync.Mutex // guards notices, and keeps info from going back to an older one
	notices []string   // for the operator

	mu       sync.Mutex // guards settings and their file
	settings settings.Settings

	provisioning sync.Mutex // held while the directory follows the settings
	watching     sync.Mutex // held while the lines learn whom to watch

	closers []func() // in order of building
}

// desk runs the desk until it is asked to end, and returns the exit code.
func (m Main) desk(o cli.Options, p settings.Places) int {
	exactTimers()
	outlive()
	// The mixer's thread and the network must not wait for each other on a machine with one core.
	runtime.GOMAXPROCS(max(4, runtime.NumCPU()))
	end := make(chan os.Signal, 1)
	signal.Notify(end, endSignals...)
	d, err := openDesk(o, p, m.In)
	if err != nil {
		return m.fail(exitRefused, err)
	}
	select {
	case s := <-end:
		d.log.Info("asked to end", "signal", s)
	case <-d.quit:
		d.log.Info("asked to end", "by", "API")
	}
	d.hangUp()
	d.close()
	return exitOK
}

// openDesk builds all parts in order; what was built is closed again when one fails.
func openDesk(o cli.Options, p settings.Places, in io.Reader) (*desk, error) {
	d := &desk{opts: o, places: p, in: in, started: time.Now(), boarded: make(chan struct{}), lost: make(chan struct{}), quit: make(chan struct{})}
	for _, build := range []func() error{
		d.openLock, d.openLog, d.openVault, d.openSettings, d.openStore, d.openPeople, d.openEngine, d.openStack, d.openBoard, d.openAPI, d.openLines, d.loadPeople, d.openHotkeys, d.openHeadsets,
	} {
		if err := build(); err != nil {
			if d.board == nil {
				close(d.lost)
			}
			d.close()
			return nil, err
		}
	}
	d.log.Info("desk is ready", "version", Version, "took", time.Since(d.started))
	return d, nil
}

func (d *desk) onClose(f func()) { d.closers = append(d.closers, f) }

// close ends what was built, the last first.
func (d *desk) close() {
	for i := len(d.closers) - 1; i >= 0; i-- {
		d.closers[i]()
	}
	d.closers = nil
}

func (d *desk) openLock() error {
	l, err := takeLock(d.places.LockFile())
	if err != nil {
		return err
	}
	d.onClose(l.release)
	return nil
}

func (d *desk) openLog() error {
	log, file, err := openLog(d.places)
	if err != nil {
		return err
	}
	d.log = log
	d.onClose(func() { _ = file.Close() }) // nothing can be logged about it
	return nil
}

// openVault takes the secret for media keys. Calls do not depend on it: without one those that are taken up again after a
// crash get new keys.
func (d *desk) openVault() error {
	v, err := vault.Receive(d.in)
	if err != nil {
		d.log.Warn("media keys are not kept for a restart", "error", err)
		return nil
	}
	d.seal = v
	return nil
}

func (d *desk) openSettings() error {
	var notice string
	var err error
	if d.settings, notice, err = settings.Load(d.places.SettingsFile()); err != nil {
		return err
	}
	d.note(notice)
	d.secrets, notice = settings.OpenSecrets(d.places)
	d.note(notice)
	return nil
}

// note keeps a sentence for the operator. Any goroutine may call it.
func (d *desk) note(sentence string) {
	if sentence == "" {
		return
	}
	d.log.Warn(sentence)
	d.noted.Lock()
	d.notices = append(d.notices, sentence)
	d.noted.Unlock()
	d.describe()
}

// openStore opens the database. Without one calls can still be made, so what is wrong with it is a notice.
func (d *desk) openStore() error {
	trouble := func(err error) { d.log.Error("the database cannot be written; it is tried again", "error", err) }
	store, err := storage.Open(context.Background(), storage.Config{Dir: d.places.Data, Problem: trouble, Notice: d.note})
	if err != nil {
		d.note("Calls are not written down: " + err.Error() + ".")
		return nil
	}
	d.store = store
	d.onClose(func() { d.logged("close the database", store.Close()) })
	return nil
}

// logged logs an error that nobody else can do anything about.
func (d *desk) logged(doing string, err error) {
	if err != nil {
		d.log.Error("could not "+doing, "error", err)
	}
}

// post hands an event to the Switchboard, and waits for it to be built first.
func (d *desk) post(in cti.Input) {
	select {
	case <-d.boarded:
		d.board.Post(d.named(in))
	case <-d.lost: // the desk does not start; who posts must not be waited for in vain
	}
}

func (d *desk) openEngine() error {
	choice := d.sound()
	e, err := engine.New(engine.Config{
		Sound: openSound(d.log), Post: d.post, Log: d.log, Mic: choice.Mic, Speaker: choice.Speaker, Ringer: choice.Ringer,
		Recordings: d.places.Recordings(),
	})
	if err != nil {
		return err
	}
	d.engine = e
	d.onClose(func() { d.logged("close the sound", e.Close()) })
	return nil
}

func (d *desk) openStack() error {
	instance, err := instanceID(d.places.Data)
	if err != nil {
		return err
	}
	d.stack, err = sip.New(sip.Config{
		Post: d.post, Ports: d.engine, Secret: d.secret, Seal: d.seal, UserAgent: "Cordboard/" + Version, InstanceID: instance, Log: d.log,
		Codecs: codec.Supported(), // a build without cgo has no Opus
	})
	if err != nil {
		return err
	}
	d.onClose(d.closeExchange) // after the stack: the practice lines want to unregister
	d.onClose(func() {
		ctx, cancel := context.WithTimeout(context.Background(), closeWithin)
		defer cancel()
		d.logged("end all lines in good order", d.stack.Close(ctx))
	})
	return nil
}
