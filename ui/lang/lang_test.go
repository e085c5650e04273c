package lang

import "testing"

func TestTextSpeaksTheChosenLanguage(t *testing.T) {
	catalogs["xx"] = Catalog{Hold: "Halten", Digits: "%d Ziffern"}
	t.Cleanup(func() {
		delete(catalogs, "xx")
		current.Store(nil)
	})
	if err := Use("xx"); err != nil {
		t.Fatal(err)
	}
	if got := Hold.String(); got != "Halten" {
		t.Errorf("Hold in the chosen language is %q", got)
	}
	if got := Digits.With(7); got != "7 Ziffern" {
		t.Errorf("Digits in the chosen language is %q", got)
	}
	if got := Mute.String(); got != "Mute" {
		t.Errorf("a text without translation is %q, want its English wording", got)
	}
}

func TestUnknownLanguageChangesNothing(t *testing.T) {
	if err := Use("tlh"); err == nil {
		t.Fatal("an unknown language was accepted")
	}
	if got := Hold.String(); got != "Hold" {
		t.Errorf("after a refused switch Hold is %q", got)
	}
}
