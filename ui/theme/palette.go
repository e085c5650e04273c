package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	fynetheme "fyne.io/fyne/v2/theme"
)

// Names of the colours that Cordboard has beyond Fyne's own; every ink has the ground that it stands on.
const (
	Ground      fyne.ThemeColorName = "cordboard.ground" // of the window
	CardGround  fyne.ThemeColorName = "cordboard.card"
	Field       fyne.ThemeColorName = "cordboard.field" // of an input on a card
	Edge        fyne.ThemeColorName = "cordboard.edge"  // thin lines and outlines
	Ink         fyne.ThemeColorName = "cordboard.ink"
	QuietInk    fyne.ThemeColorName = "cordboard.quiet"
	DimInk      fyne.ThemeColorName = "cordboard.dim" // of what cannot be used now
	TalkInk     fyne.ThemeColorName = "cordboard.talk"
	TalkGround  fyne.ThemeColorName = "cordboard.talk.ground"
	WaitInk     fyne.ThemeColorName = "cordboard.wait"
	WaitGround  fyne.ThemeColorName = "cordboard.wait.ground"
	RingInk     fyne.ThemeColorName = "cordboard.ring"
	RingGround  fyne.ThemeColorName = "cordboard.ring.ground"
	StopInk     fyne.ThemeColorName = "cordboard.stop"
	StopGround  fyne.ThemeColorName = "cordboard.stop.ground"
	GoInk       fyne.ThemeColorName = "cordboard.go.ink" // on a ground of TalkInk
	HoverGround fyne.ThemeColorName = "cordboard.hover"
	// SelectedGround is near RingGround but not the same, so that a ringing chip is seen on a selected row.
	SelectedGround fyne.ThemeColorName = "cordboard.selected"
)

// palette is one variant's colours, as 0xrrggbb.
type palette map[fyne.ThemeColorName]uint32

// palettes are the tokens of the drawing. Where a token missed 4.5:1 on its ground it was moved just far enough.
var palettes = map[Variant]palette{
	Dark: {
		Ground: 0x12181e, CardGround: 0x1a222b, Field: 0x12181e, Edge: 0x2b3743, HoverGround: 0x232d38,
		Ink: 0xe8eef4, QuietInk: 0x93a4b4, DimInk: 0x5d6b79,
		TalkInk: 0x3ecf9a, TalkGround: 0x143a2e, WaitInk: 0xf3b14a, WaitGround: 0x3d2f14,
		RingInk: 0x6cb0ff, RingGround: 0x16314f, StopInk: 0xff7b70, StopGround: 0x43201d, GoInk: 0x0d2119, SelectedGround: 0x1d2e40,
	},
	Light: {
		Ground: 0xf4f6f8, CardGround: 0xffffff, Field: 0xf4f6f8, Edge: 0xdde4ea, HoverGround: 0xedf1f4,
		Ink: 0x17212b, QuietInk: 0x5b6b7a, DimInk: 0xa3afba,
		TalkInk: 0x107a57, TalkGround: 0xe3f5ee, WaitInk: 0x985900, WaitGround: 0xfff3dc,
		RingInk: 0x1667c7, RingGround: 0xdcebff, StopInk: 0xc0362c, StopGround: 0xfdeae8, GoInk: 0xffffff, SelectedGround: 0xf0f6fe,
	},
	Contrast: {
		Ground: 0x000000, CardGround: 0x000000, Field: 0x000000, Edge: 0xb8c4d0, HoverGround: 0x26303a,
		Ink: 0xffffff, QuietInk: 0xe2e8ee, DimInk: 0x93a0ac,
		TalkInk: 0x4dffb8, TalkGround: 0x00301f, WaitInk: 0xffc53d, WaitGround: 0x332400,
		RingInk: 0x8cc4ff, RingGround: 0x002a52, StopInk: 0xff9d94, StopGround: 0x4a0d08, GoInk: 0x000000, SelectedGround: 0x10243a,
	},
}

// standIns say which of our colours Fyne's own widgets use.
var standIns = map[fyne.ThemeColorName]fyne.ThemeColorName{
	fynetheme.ColorNameBackground:          Ground,
	fynetheme.ColorNameButton:              HoverGround,
	fynetheme.ColorNameDisabledButton:      CardGround,
	fynetheme.ColorNameDisabled:            DimInk,
	fynetheme.ColorNameError:               StopInk,
	fynetheme.ColorNameFocus:               RingGround,
	fynetheme.ColorNameForeground:          Ink,
	fynetheme.ColorNameForegroundOnError:   Ground,
	fynetheme.ColorNameForegroundOnPrimary: Ground,
	fynetheme.ColorNameForegroundOnSuccess: GoInk,
	fynetheme.ColorNameForegroundOnWarning: Ground,
	fynetheme.ColorNameHeaderBackground:    CardGround,
	fynetheme.ColorNameHover:               HoverGround,
	fynetheme.ColorNameHyperlink:           RingInk,
	fynetheme.ColorNameInputBackground:     Field,
	fynetheme.ColorNameInputBorder:         Edge,
	fynetheme.ColorNameMenuBackground:      CardGround,
	fynetheme.ColorNameOverlayBackground:   CardGround,
	fynetheme.ColorNamePlaceHolder:         QuietInk,
	fynetheme.ColorNamePressed:             Edge,
	fynetheme.ColorNamePrimary:             RingInk,
	fynetheme.ColorNameScrollBar:           DimInk,
	fynetheme.ColorNameSelection:           RingGround,
	fynetheme.ColorNameSeparator:           Edge,
	fynetheme.ColorNameSuccess:             TalkInk,
	fynetheme.ColorNameWarning:             WaitInk,
}

// lookup finds a colour of ours or the stand-in for one of Fyne's.
func (p palette) lookup(name fyne.ThemeColorName) (color.Color, bool) {
	if ours, ok := standIns[name]; ok {
		name = ours
	}
	c, ok := p[name]
	return rgb(c), ok
}

// rgb makes an opaque colour of 0xrrggbb.
func rgb(c uint32) color.NRGBA {
	return color.NRGBA{R: uint8(c >> 16), G: uint8(c >> 8), B: uint8(c), A: 0xff}
}
