package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynetheme "fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/ui/theme"
	"cordboard/ui/view"
)

// SoundKey names the device that the operator speaks and hears with, and shows the levels of both sides.
type SoundKey struct {
	fynewidget.BaseWidget
	OnTap func()

	model view.Sound
	box   *canvas.Rectangle
	icon  *canvas.Image
	name  *text
	level *meter // upper: the microphone
	ear   *meter // lower: the far end
}

// NewSoundKey makes the key.
func NewSoundKey() *SoundKey {
	k := &SoundKey{box: newBox(controlRadius), icon: canvas.NewImageFromResource(nil), name: newText(theme.Small, false), level: newMeter(), ear: newMeter()}
	k.icon.FillMode = canvas.ImageFillContain
	k.ExtendBaseWidget(k)
	return k
}

// Set shows another state. New levels alone move the bars and style nothing again.
func (k *SoundKey) Set(m view.Sound) {
	old := k.model
	if old == m {
		return
	}
	k.model = m
	old.Level, old.Ear = m.Level, m.Ear
	if old == m {
		k.layout(k.Size())
		canvas.Refresh(k.level.fill)
		return
	}
	k.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (k *SoundKey) CreateRenderer() fyne.WidgetRenderer {
	objects := append([]fyne.CanvasObject{k.box, k.icon, k.name}, k.level.objects()...)
	objects = append(objects, k.ear.objects()...)
	return newPainting(k, func() fyne.Size { return fyne.NewSize(theme.Px(120), theme.Px(32)) }, k.layout, k.style, objects...)
}

func (k *SoundKey) style() {
	edge, ink := theme.Edge, theme.Ink
	if k.model.Role == view.Wait {
		edge, ink = theme.WaitInk, theme.WaitInk
	}
	paintBox(k.box, theme.HoverGround, edge)
	k.box.CornerRadius = theme.Px(controlRadius)
	icon := fynetheme.VolumeUpIcon()
	if k.model.Muted {
		icon = fynetheme.VolumeMuteIcon()
	}
	k.icon.Resource = fynetheme.NewColoredResource(icon, ink)
	k.name.set(k.model.Name, ink)
	levelInk := theme.TalkInk
	if k.model.Muted {
		levelInk = theme.WaitInk
	}
	k.level.style(levelInk)
	k.ear.style(theme.RingInk)
}

func (k *SoundKey) layout(s fyne.Size) {
	place(k.box, 0, 0, s.Width, s.Height)
	pad, icon, bar := theme.Px(10), theme.Px(16), theme.Px(48)
	place(k.icon, pad, (s.Height-icon)/2, icon, icon)
	x := pad + icon + theme.Px(8)
	small := s.Width < theme.Px(110) // in a narrow window there is room for the icon alone
	for _, m := range []*meter{k.level, k.ear} {
		m.track.Hidden = small
		m.fill.Hidden = small
	}
	k.name.Hidden = small
	if small {
		return
	}
	k.name.place(x, 0, s.Width-x-bar-2*pad, s.Height)
	k.level.place(s.Width-pad-bar, 0, bar, s.Height-theme.Px(8), k.model.Level)
	k.ear.place(s.Width-pad-bar, theme.Px(8), bar, s.Height-theme.Px(8), k.model.Ear)
}

// Tapped opens whatever the window offers about sound.
func (k *SoundKey) Tapped(*fyne.PointEvent) {
	if k.OnTap != nil {
		k.OnTap()
	}
}
