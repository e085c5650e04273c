package devices

import (
	"path/filepath"
	"testing"
	"time"

	"cordboard/devices/fake"
	"cordboard/media"
)

func TestNameDecidesTheKindOfDevice(t *testing.T) {
	card := fake.New([]string{"Microphone"}, []string{"Speaker"})
	s := NewSelect(card, func(err error) { t.Error(err) })
	path := filepath.Join(t.TempDir(), "Heard.WAV")
	for _, name := range []string{"Speaker", "", path} {
		st, err := s.Open(media.Speaker, name, media.NewRing(media.MaxFrame))
		if err != nil {
			t.Fatalf("%q: %v", name, err)
		}
		want := name
		if name == "" {
			want = "Speaker"
		}
		if st.Name() != want {
			t.Errorf("%q opened %q", name, st.Name())
		}
		if onCard := card.WaitOpen(media.Speaker, "Speaker", time.Millisecond); onCard != (want == "Speaker") {
			t.Errorf("%q: open on the card is %v", name, onCard)
		}
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := s.Close(); err != nil || !card.Closed() {
		t.Errorf("close: %v, card closed: %v", err, card.Closed())
	}
}
