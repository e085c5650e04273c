package hotkey

import (
	"errors"
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	user32            = windows.NewLazySystemDLL("user32.dll")
	registerHotKey    = user32.NewProc("RegisterHotKey")
	unregisterHotKey  = user32.NewProc("UnregisterHotKey")
	getMessage        = user32.NewProc("GetMessageW")
	peekMessage       = user32.NewProc("PeekMessageW")
	postThreadMessage = user32.NewProc("PostThreadMessageW")
	getAsyncKeyState  = user32.NewProc("GetAsyncKeyState")
	setTimer          = user32.NewProc("SetTimer")
	killTimer         = user32.NewProc("KillTimer")
)

// Values of winuser.h.
const (
	wmHotkey    = 0x0312
	wmTimer     = 0x0113
	wmApp       = 0x8000 // something waits in asks
	wmUser      = 0x0400
	modNoRepeat = 0x4000
	releasePoll = 20 // ms between two looks at a key that is down
)

// modBits are the modifiers of RegisterHotKey.
var modBits = []struct {
	mod Mods
	bit uintptr
}{{Alt, 1}, {Ctrl, 2}, {Shift, 4}, {Super, 8}}

// message is MSG of winuser.h.
type message struct {
	window  uintptr
	kind    uint32
	wParam  uintptr
	lParam  uintptr
	time    uint32
	x, y    int32
	private uint32
}

// win32 takes keys by RegisterHotKey. Keys belong to a thread and are told to it by messages, so one goroutine keeps a thread
// of its own. When a key goes up is seen by looking at it while it is down: a hook, the other way, would run before each key
// that anybody types.
type win32 struct {
	k      *Keys
	thread uint32
	asks   chan func()
	done   chan struct{}

	taken map[uintptr]Binding // by the number of the registration
	held  map[uintptr]Binding
	timer uintptr // 0 while no key is down
	next  uintptr
	ended bool
}

// open starts the thread.
func open(k *Keys) (system, string, error) {
	if err := registerHotKey.Find(); err != nil {
		return nil, "", fmt.Errorf("this Windows takes no system-wide keys (%w). %s", err, localKeys)
	}
	w := &win32{k: k, asks: make(chan func(), 1), done: make(chan struct{}), taken: map[uintptr]Binding{}, held: map[uintptr]Binding{}}
	ready := make(chan struct{})
	go w.run(ready)
	<-ready
	return w, "Windows", nil
}

// bind implements system.
func (w *win32) bind(wanted []Binding) {
	w.ask(func() {
		w.letGo(wanted)
		for _, b := range wanted {
			w.k.update(w, w.take(b))
		}
	})
}

// close implements system.
func (w *win32) close() {
	w.ask(func() {
		w.letGo(nil)
		w.ended = true
	})
	<-w.done
}

// ask has f run by the thread, and waits for it.
func (w *win32) ask(f func()) {
	finished := make(chan struct{})
	w.asks <- func() { defer close(finished); f() }
	_, _, _ = postThreadMessage.Call(uintptr(w.thread), wmApp, 0, 0) // its queue is there since ready
	<-finished
}

// run is the thread: Windows sends it the keys that it has registered.
func (w *win32) run(ready chan<- struct{}) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	defer close(w.done)
	var m message
	_, _, _ = peekMessage.Call(uintptr(unsafe.Pointer(&m)), 0, wmUser, wmUser, 0) // makes the thread's queue
	w.thread = windows.GetCurrentThreadId()
	close(ready)
	for !w.ended {
		if got, _, _ := getMessage.Call(uintptr(unsafe.Pointer(&m)), 0, 0, 0); int32(got) <= 0 {
			continue // an invalid window handle, which we do not have
		}
		switch m.kind {
		case wmHotkey:
			w.pressed(m.wParam)
		case wmTimer:
			w.lookForReleases()
		case wmApp:
			(<-w.asks)()
		}
	}
}

func (w *win32) pressed(id uintptr) {
	b, ours := w.taken[id]
	if _, down := w.held[id]; down || !ours {
		return
	}
	w.held[id] = b
	if w.timer == 0 {
		w.timer, _, _ = setTimer.Call(0, 0, releasePoll, 0)
	}
	w.k.cfg.Press(b)
}

// lookForReleases asks which keys are still down.
func (w *win32) lookForReleases() {
	for id, b := range w.held {
		k, _ := keyNamed(b.Chord.Key)
		if state, _, _ := getAsyncKeyState.Call(uintptr(k.vk)); state&0x8000 == 0 {
			delete(w.held, id)
			w.k.cfg.Release(b)
		}
	}
	if len(w.held) == 0 && w.timer != 0 {
		_, _, _ = killTimer.Call(0, w.timer) // it was running
		w.timer = 0
	}
}

// letGo ends the registrations that are not wanted any more.
func (w *win32) letGo(wanted []Binding) {
	keep := map[Binding]bool{}
	for _, b := range wanted {
		keep[b] = true
	}
	for id, b := range w.taken {
		if !keep[b] {
			_, _, _ = unregisterHotKey.Call(0, id) // it was registered
			delete(w.taken, id)
		}
	}
}

// take registers a key, unless it is registered already.
func (w *win32) take(b Binding) Result {
	for _, have := range w.taken {
		if have == b {
			return b.is(Taken, "")
		}
	}
	k, _ := keyNamed(b.Chord.Key)
	if k.vk == 0 {
		return b.is(Unavailable, "Windows has no key "+k.name+".")
	}
	mods := uintptr(modNoRepeat)
	for _, m := range modBits {
		if b.Chord.Mods&m.mod != 0 {
			mods |= m.bit
		}
	}
	w.next++
	ok, _, err := registerHotKey.Call(0, w.next, mods, uintptr(k.vk))
	switch {
	case ok != 0:
		w.taken[w.next] = b
		return b.is(Taken, "")
	case errors.Is(err, windows.ERROR_HOTKEY_ALREADY_REGISTERED):
		return b.is(Conflict, "Another program or Windows itself has taken "+b.Chord.String()+"; Windows does not tell which.")
	}
	return b.is(Unavailable, "Windows does not give "+b.Chord.String()+": "+sentence(err))
}
