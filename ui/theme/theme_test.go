package theme

import (
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// pairs are the inks and the grounds on which they are used for text.
var pairs = [][2]fyne.ThemeColorName{
	{Ink, Ground}, {Ink, CardGround}, {Ink, Field}, {Ink, RingGround}, {Ink, HoverGround}, {Ink, SelectedGround}, {QuietInk, SelectedGround},
	{QuietInk, Ground}, {QuietInk, CardGround}, {QuietInk, Field}, {QuietInk, RingGround},
	{TalkInk, TalkGround}, {WaitInk, WaitGround}, {RingInk, RingGround}, {StopInk, StopGround},
	{TalkInk, CardGround}, {WaitInk, CardGround}, {RingInk, CardGround}, {StopInk, CardGround},
	{WaitInk, Ground}, {StopInk, Ground}, {GoInk, TalkInk},
}

func TestEveryTextCanBeRead(t *testing.T) {
	for _, v := range Variants {
		th := New(Look{Variant: v})
		for _, p := range pairs {
			if got := contrast(th.Color(p[0], 0), th.Color(p[1], 0)); got < 4.5 {
				t.Errorf("%s: %s on %s has a contrast of %.2f, want at least 4.5", v, p[0], p[1], got)
			}
		}
	}
}

func TestVariantIsTheOperatorsNotTheSystems(t *testing.T) {
	light := New(Look{Variant: Light})
	if light.Color(Ground, fynetheme.VariantDark) != light.Color(Ground, fynetheme.VariantLight) {
		t.Error("the ground follows the system's variant")
	}
	if light.Color(fynetheme.ColorNameBackground, fynetheme.VariantDark) != light.Color(Ground, 0) {
		t.Error("Fyne's own widgets stand on another ground than ours")
	}
}

func TestScaleIsAppliedAndLimited(t *testing.T) {
	for _, c := range []struct {
		scale int
		body  float32
	}{{0, 14}, {100, 14}, {150, 21}, {10, 11.2}, {900, 28}} {
		if got := New(Look{Scale: c.scale}).Size(Body); math.Abs(float64(got-c.body)) > 0.01 {
			t.Errorf("at %d %% text has %v points, want %v", c.scale, got, c.body)
		}
	}
}

func TestUnknownVariantFallsBackToDark(t *testing.T) {
	if got := (Look{Variant: "sepia"}).Clean().Variant; got != Dark {
		t.Errorf("an unknown variant became %q", got)
	}
}

// contrast is the ratio of WCAG 2.1, 1.4.3.
func contrast(a, b color.Color) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	lin := func(v uint32) float64 {
		s := float64(v) / 0xffff
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
}
