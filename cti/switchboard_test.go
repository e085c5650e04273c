package cti

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rig is a Switchboard whose ports only remember, in one list, so that their order shows.
type rig struct {
	*Switchboard
	mu       sync.Mutex
	events   []string // "journal dial", "Invite", ...
	effects  []Effect
	entries  []Entry
	cuts     [][]byte // checkpoints
	jam      error    // what the journal answers
	boom     CallID   // the port panics over effects of this call
	stuck    chan struct{}
	stuckFor string // the kind at which the journal waits for stuck
}

func newRig(t *testing.T, step StepFunc) *rig {
	r := &rig{stuck: make(chan struct{})}
	r.Switchboard = NewSwitchboard(Config{
		State: desk(), SIP: r, Media: r, History: r, Journal: r, Step: step,
		Desk: func() DeskInfo { return DeskInfo{Version: "test"} }, Log: slog.New(slog.DiscardHandler),
	})
	t.Cleanup(r.Close)
	return r
}

func (r *rig) Do(e Effect) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, strings.TrimSpace(strings.TrimPrefix(effectNames([]Effect{e}), " >")))
	r.effects = append(r.effects, e)
	if r.boom != "" && callOfEffect(e) == r.boom {
		r.boom = ""
		panic("a port broke")
	}
}

func (r *rig) Append(e Entry) error {
	if e.Kind == r.stuckFor {
		<-r.stuck
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, "journal "+e.Kind)
	r.entries = append(r.entries, e)
	return r.jam
}

func (r *rig) Checkpoint(_ int64, _ time.Time, state []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, "checkpoint")
	r.cuts = append(r.cuts, state)
	return nil
}

func (r *rig) setJam(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.jam = err
}

// ask gives a command that must be taken, and waits until its effects are out.
func (r *rig) ask(t *testing.T, cmd Command) {
	t.Helper()
	if err := r.Ask(t.Context(), cmd); err != nil {
		t.Fatalf("%s: %v", cmd.Kind(), err)
	}
	synctest.Wait()
}

// row finds a call in the newest Snapshot.
func (r *rig) row(id CallID) (CallView, bool) {
	for _, c := range r.Snapshot().Calls {
		if c.ID == id {
			return c, true
		}
	}
	return CallView{}, false
}

// TestJournalBeforeEffects: what left the desk is always in the journal.
func TestJournalBeforeEffects(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		if err := r.Ask(t.Context(), Dial{Call: "x", Number: "2044"}); err != nil {
			t.Fatal(err)
		}
		if c, ok := r.row("x"); !ok || c.Phase != PhaseDialing {
			t.Errorf("the Snapshot does not show what was asked: %+v", c)
		}
		synctest.Wait()
		want := []string{"journal dial", "Invite", "Record"}
		if !slices.Equal(r.events, want) {
			t.Errorf("got %q, want %q", r.events, want)
		}
	})
}

func TestAskRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		before := r.Snapshot().Seq
		var refused *Refused
		if err := r.Ask(t.Context(), Hold{Call: "x", On: true}); !errors.As(err, &refused) || refused.Verb != VerbHold {
			t.Errorf("got %v, want a refusal of hold", err)
		}
		if r.Snapshot().Seq != before || len(r.events) != 0 {
			t.Error("a refused command left a trace")
		}
		r.Post(Ended{Call: "x"})
		synctest.Wait()
		if r.Ignored() != 1 {
			t.Errorf("%d ignored events, want 1", r.Ignored())
		}
	})
}

// TestTimersRun: nobody answers, nobody confirms the end, the row leaves; each in its time.
func TestTimersRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.ask(t, Dial{Call: "x", Number: "2044"})
		at := func(after time.Duration, want Phase) {
			t.Helper()
			time.Sleep(after) // synctest's clock
			synctest.Wait()
			if c, _ := r.row("x"); c.Phase != want {
				t.Fatalf("after %v more the call is %s, want %s", after, c.Phase, want)
			}
		}
		at(NoAnswerAfter-time.Second, PhaseDialing)
		at(2*time.Second, PhaseEnding)
		at(EndingAfter, PhaseEnded)
		at(EndedShown-2*time.Second, PhaseEnded)
		at(3*time.Second, PhaseUnknown) // gone
	})
}

// TestTimerInVain: a call that was answered has no no-answer in its journal.
func TestTimerInVain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.ask(t, Dial{Call: "x", Number: "2044"})
		r.Post(Connected{Call: "x", Session: session(1)})
		time.Sleep(NoAnswerAfter + time.Second) // synctest's clock
		synctest.Wait()
		if c, _ := r.row("x"); c.Phase != PhaseTalking || slices.Contains(r.events, "journal timer-fired") {
			t.Errorf("%s, %q", c.Phase, r.events)
		}
	})
}

// TestFaultEndsOneCall: a panic over one call ends that call with a reason, and the others go on.
func TestFaultEndsOneCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(s State, in Input, now time.Time) (State, []Effect, error) {
			if _, ok := in.(Mute); ok && CallOf(in) == "bad" {
				panic("index out of range")
			}
			return Step(s, in, now)
		})
		r.ask(t, Dial{Call: "good", Number: "2044"})
		r.Post(Connected{Call: "good", Session: session(1)})
		r.ask(t, Dial{Call: "bad", Number: "2055"})
		var fault *FaultError
		if err := r.Ask(t.Context(), Mute{"bad", true}); !errors.As(err, &fault) {
			t.Errorf("got %v, want a fault", err)
		}
		synctest.Wait()
		if c, _ := r.row("bad"); c.Phase != PhaseEnding || !strings.Contains(c.End.Reason, "internal fault") {
			t.Errorf("the call of the fault is %s, %q", c.Phase, c.End.Reason)
		}
		if !slices.Contains(r.events, "Release") {
			t.Errorf("nothing was released on the wire: %q", r.events)
		}
		r.ask(t, Hold{"good", false})
		if c, _ := r.row("good"); !c.Open {
			t.Errorf("the other call does not go on: %+v", c)
		}
	})
}

// TestPortFaultEndsOneCall: the same for a port that panics.
func TestPortFaultEndsOneCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.boom = "bad"
		r.ask(t, Dial{Call: "bad", Number: "2044"})
		synctest.Wait()
		if c, _ := r.row("bad"); c.Phase != PhaseEnding {
			t.Errorf("the call is %s, want ending", c.Phase)
		}
		r.ask(t, Dial{Call: "good", Number: "2055"})
	})
}

// TestJammedJournal: calls go on, the operator is told, and told no more once it works again.
func TestJammedJournal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.setJam(errors.New("disk full"))
		r.ask(t, Dial{Call: "x", Number: "2044"})
		if !slices.Contains(r.events, "Invite") || !strings.Contains(r.Snapshot().Desk.Notice, "disk full") {
			t.Errorf("notice %q, events %q", r.Snapshot().Desk.Notice, r.events)
		}
		r.setJam(nil)
		r.ask(t, Hangup{Call: "x"})
		if n := r.Snapshot().Desk.Notice; n != "" {
			t.Errorf("notice stays: %q", n)
		}
	})
}

// TestCheckpoints: one when the desk falls idle, and one now and then on a desk that has no calls.
func TestCheckpoints(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.ask(t, Dial{Call: "x", Number: "2044"})
		r.Post(Ended{Call: "x", By: SidePeer, Code: 486})
		synctest.Wait()
		if len(r.cuts) != 1 {
			t.Fatalf("%d checkpoints, want 1 after the call", len(r.cuts))
		}
		var s State
		if err := json.Unmarshal(r.cuts[0], &s); err != nil || !s.Idle() {
			t.Errorf("checkpoint %s: %v", r.cuts[0], err)
		}
		for i := range 2 * checkpointEvery {
			r.Post(LineRegistered{"sales", Registration{State: RegTrying, Reason: fmt.Sprint(i)}})
		}
		synctest.Wait()
		if len(r.cuts) != 3 {
			t.Errorf("%d checkpoints after %d registrations, want 3", len(r.cuts), 2*checkpointEvery)
		}
	})
}

// TestFullInboxLosesNothing: Post waits, and every event arrives in its order.
func TestFullInboxLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.stuckFor = "sound-changed"
		r.Post(SoundChanged{Sound{Inputs: []string{"Link 380"}}})
		posted := make(chan struct{})
		go func() {
			defer close(posted)
			for i := range inboxSize + 10 {
				r.Post(LineRegistered{"sales", Registration{State: RegTrying, Reason: fmt.Sprint(i)}})
			}
		}()
		synctest.Wait()
		select {
		case <-posted:
			t.Fatal("the inbox took more than its size")
		default:
		}
		close(r.stuck)
		<-posted
		synctest.Wait()
		if n, last := len(r.entries), r.Snapshot().Lines[1].Registration.Reason; n != inboxSize+11 || last != fmt.Sprint(inboxSize+9) {
			t.Errorf("%d entries, the last says %s", n, last)
		}
	})
}

// chatty is a port that answers within Do, more often than the inbox has places.
type chatty struct{ *rig }

func (c chatty) Do(e Effect) {
	if _, ok := e.(Invite); ok {
		for i := range 2 * inboxSize {
			c.Post(LineRegistered{"sales", Registration{State: RegTrying, Reason: fmt.Sprint(i)}})
		}
	}
}

// TestPortMayPost: a port that posts while it is asked, into a full inbox, holds nobody up.
func TestPortMayPost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &rig{}
		r.Switchboard = NewSwitchboard(Config{
			State: desk(), SIP: chatty{r}, Media: r, History: r, Journal: r,
			Desk: func() DeskInfo { return DeskInfo{} }, Log: slog.New(slog.DiscardHandler),
		})
		defer r.Close()
		r.ask(t, Dial{Call: "x", Number: "2044"})
		if n := len(r.entries); n != 2*inboxSize+1 {
			t.Errorf("%d entries, want %d", n, 2*inboxSize+1)
		}
	})
}

func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		wake, cancel := r.Watch()
		other, cancelOther := r.Watch()
		defer cancelOther()
		r.ask(t, Dial{Call: "x", Number: "2044"})
		r.ask(t, Mute{"x", true})
		<-wake
		<-other
		if c, _ := r.row("x"); !c.Muted {
			t.Error("a wake-up came before its Snapshot")
		}
		select {
		case <-wake:
			t.Error("two wake-ups waited, one is enough")
		default:
		}
		cancel()
		r.ask(t, Mute{"x", false})
		<-other
		select {
		case <-wake:
			t.Error("woken after cancel")
		default:
		}
	})
}

// TestPublishedMissesNothing: a state that lasts for a moment only reaches a stream of events.
func TestPublishedMissesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &rig{}
		var phases []string
		r.Switchboard = NewSwitchboard(Config{
			State: desk(), SIP: r, Media: r, History: r, Journal: r,
			Desk: func() DeskInfo { return DeskInfo{} }, Log: slog.New(slog.DiscardHandler),
			Published: func(s *Snapshot) {
				for _, c := range s.Calls {
					phases = append(phases, c.Phase.String())
				}
			},
		})
		defer r.Close()
		r.Post(Dial{Call: "x", Number: "2044"})
		r.Post(Progressed{Call: "x", Code: 180})
		r.Post(Connected{Call: "x", Session: session(1)})
		r.Post(Hangup{Call: "x"})
		r.Post(Ended{Call: "x"})
		synctest.Wait()
		if got := strings.Join(phases, " "); got != "dialing ringing talking ending ended" {
			t.Errorf("saw %s", got)
		}
	})
}

func TestClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.ask(t, Dial{Call: "x", Number: "2044"})
		r.Post(Identified{Call: "x", Name: "Anna"})
		r.Close()
		if c, _ := r.row("x"); c.Name != "Anna" {
			t.Error("what was posted before Close was not taken")
		}
		r.Post(Ended{Call: "x"})
		if err := r.Ask(context.Background(), Hangup{Call: "x"}); !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	})
}

// TestReplay: the journal of a run gives the same State and the same effects.
func TestReplay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		w := newWorld(t, 99)
		for range 5000 {
			in := w.anyInput()
			w.s = r.stateNow() // the inputs are about the calls that the Switchboard has
			r.Post(in)
			time.Sleep(time.Duration(w.rnd.IntN(900)) * time.Millisecond) // synctest's clock
			synctest.Wait()
		}
		s, effects, err := Replay(desk(), r.entries)
		if err != nil {
			t.Fatal(err)
		}
		sameJSON(t, "state", s, r.stateNow())
		var flat []Effect
		for _, es := range effects {
			for _, e := range es {
				if e.port() != PortTimer {
					flat = append(flat, e)
				}
			}
		}
		sameJSON(t, "effects", flat, r.effects)
		if len(r.entries) < 1000 || len(r.effects) < 500 {
			t.Errorf("only %d entries and %d effects: the run is too tame", len(r.entries), len(r.effects))
		}
	})
}

// stateNow reads the State; only while the Switchboard rests in synctest.Wait.
func (r *rig) stateNow() State { return r.state }

func sameJSON(t *testing.T, what string, got, want any) {
	t.Helper()
	g, err1 := json.Marshal(got)
	w, err2 := json.Marshal(want)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if string(g) != string(w) {
		t.Errorf("the replay has another %s:\n got %.2000s\nwant %.2000s", what, g, w)
	}
}

// TestReplaySkipsWhatItCannotRead and goes on.
func TestReplaySkipsWhatItCannotRead(t *testing.T) {
	s, _, err := Replay(desk(), []Entry{
		{Seq: 1, At: noon, Kind: "dial", Data: []byte(`{"call":"x","number":"2044"}`)},
		{Seq: 2, At: noon, Kind: "from-the-future", Data: []byte(`{}`)},
		{Seq: 3, At: noon, Kind: "mute", Data: []byte(`{"call":`)},
		{Seq: 4, At: noon, Kind: "mute", Data: []byte(`{"call":"x","on":true}`)},
	})
	if err == nil || !strings.Contains(err.Error(), "entry 2") || !strings.Contains(err.Error(), "entry 3") {
		t.Errorf("error %v does not name the entries", err)
	}
	if c, ok := s.Call("x"); !ok || !c.Muted {
		t.Errorf("what could be read was not played: %+v", c)
	}
}

// TestCodec: every kind of input survives the journal.
func TestCodec(t *testing.T) {
	for _, a := range arrows {
		kind, data, err := EncodeInput(a.in)
		if err != nil {
			t.Fatal(err)
		}
		back, err := DecodeInput(kind, data)
		if err != nil {
			t.Fatal(err)
		}
		sameJSON(t, a.name, back, a.in)
	}
}
