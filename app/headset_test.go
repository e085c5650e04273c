//go:build cgo && linux

package app

import (
	"strings"
	"testing"

	"cordboard/app/cli"
	"cordboard/app/settings"
	"cordboard/cti"
	"cordboard/devices/hid"
)

// TestIdleHeadset: without a call a keypad's digits are dialled by the hook, once; redial needs somebody who was called;
// other buttons do nothing, and what cannot be done is a sentence.
func TestIdleHeadset(t *testing.T) {
	home := t.TempDir()
	places, err := settings.Locate(home)
	if err != nil {
		t.Fatal(err)
	}
	none := "none"
	d, err := openDesk(cli.Options{Home: home, NoPractice: true, Mic: &none, Speaker: &none, Ringer: &none}, places, strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	h := d.headsets.Load()
	for _, step := range []struct {
		press hid.Press
		want  string // part of the sentence; empty for none
	}{
		{hid.Press{Button: cti.ButtonHook}, ""}, // shows the Number field
		{hid.Press{Button: cti.ButtonMute}, ""},
		{hid.Press{Button: cti.ButtonRedial}, "nobody was called yet"},
		{hid.Press{Digit: "2"}, ""},
		{hid.Press{Digit: "0"}, ""},
		{hid.Press{Digit: "1"}, ""},
		{hid.Press{Button: cti.ButtonHook}, "line"}, // there is none to dial with
		{hid.Press{Button: cti.ButtonHook}, ""},     // the digits are used up
	} {
		err := h.obey(t.Context(), pressed{"1209:0001", step.press})
		switch {
		case step.want == "" && err != nil:
			t.Errorf("%+v: %v", step.press, err)
		case step.want != "" && (err == nil || !strings.Contains(err.Error(), step.want)):
			t.Errorf("%+v: %v; want %q", step.press, err, step.want)
		}
	}
}
