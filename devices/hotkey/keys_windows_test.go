package hotkey

import (
	"strings"
	"testing"
)

func TestTakenKeyIsNamedOnWindows(t *testing.T) {
	bind := func(k *Keys, action, text string) Result {
		t.Helper()
		c, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return k.Bind([]Binding{{Action: action, Chord: c}}).Keys[0]
	}
	first, second := New(Config{Press: func(Binding) {}}), New(Config{Press: func(Binding) {}})
	defer second.Close()
	if r := bind(first, "answer", "Ctrl+Shift+F9"); r.State != Taken {
		t.Errorf("%+v", r)
	}
	if r := bind(second, "answer", "Ctrl+Shift+F9"); r.State != Conflict || !strings.Contains(r.Why, "has taken Ctrl+Shift+F9") {
		t.Errorf("%+v", r)
	}
	if r := bind(second, "mute", "MicMute"); r.State != Unavailable || r.Why != "Windows has no key MicMute." {
		t.Errorf("%+v", r)
	}
	first.Close()
	if r := bind(second, "answer", "Ctrl+Shift+F9"); r.State != Taken {
		t.Errorf("after the other has let go: %+v", r)
	}
}
