package api

import (
	"context"
	"errors"
	"strings"
	"testing"

	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/devices/hotkey"
)

// SetHotkeys takes what the settings allow.
func (f *fakeDesk) SetHotkeys(wanted settings.Hotkeys) (Hotkeys, error) {
	if err := wanted.Check(); err != nil {
		return Hotkeys{}, err
	}
	f.hotkeys.Settings = wanted
	f.hotkeys.Keys = nil
	for _, b := range wanted.Bindings() {
		f.hotkeys.Keys = append(f.hotkeys.Keys, hotkey.Result{Action: b.Action, Chord: b.Chord, State: hotkey.Taken})
	}
	return f.hotkeys, nil
}

func TestHotkeysAreChosenAndTold(t *testing.T) {
	_, _, c := serve(t)
	wanted := settings.Hotkeys{Keys: map[string]string{"answer": "Ctrl+Alt+A, MicMute", "hold": ""}}
	set, err := c.SetHotkeys(t.Context(), wanted)
	if err != nil {
		t.Fatal(err)
	}
	told, err := c.Hotkeys(t.Context())
	if err != nil || len(told.Keys) != len(set.Keys) || told.Settings.Keys["answer"] != wanted.Keys["answer"] {
		t.Errorf("%+v, %v", told, err)
	}
	if told.Keys[0].Chord.String() != "Ctrl+Alt+A" || told.Keys[1].Chord.String() != "MicMute" || told.Keys[2].Action != "mute" {
		t.Errorf("the keys are %+v", told.Keys[:3])
	}
	for key, says := range map[string]string{"fly": "not something that a key can do", "hold": "nobody could type it"} {
		if _, err := c.SetHotkeys(t.Context(), settings.Hotkeys{Keys: map[string]string{key: "A"}}); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// A key that needs a number finds the window, even one that opens only because of it.
func TestWishWaitsForAWindow(t *testing.T) {
	_, s, c := serve(t)
	if n := s.Raise(cti.VerbTransfer); n != 0 {
		t.Fatalf("%d windows", n)
	}
	asked, said := make(chan cti.Verb, 1), make(chan string, 1)
	r := NewRemote(RemoteConfig{Client: c, Window: true, Ask: func(v cti.Verb) { asked <- v }, Said: func(text string) { said <- text }})
	defer r.Close()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	select {
	case v := <-asked:
		if v != cti.VerbTransfer {
			t.Errorf("the window is asked for %q", v)
		}
	case <-ctx.Done():
		t.Fatal("the window does not hear of the key")
	}
	s.Say("There is no call.")
	select {
	case text := <-said:
		if text != "There is no call." {
			t.Errorf("the window says %q", text)
		}
	case <-ctx.Done():
		t.Fatal("the window does not hear the sentence")
	}
	enough := errors.New("enough")
	err := c.Events(ctx, EventOptions{Window: true}, func(e Event, _ []byte) error {
		if e.Event != EventState {
			t.Errorf("a second window hears %q too", e.Event)
		}
		return enough
	})
	if !errors.Is(err, enough) {
		t.Error(err)
	}
}
