package ui

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/cti"
	"cordboard/ui/lang"
	"cordboard/ui/theme"
	"cordboard/ui/view"
	"cordboard/ui/widget"
)

// lineMenu offers, at a line's key, what becomes of its calls: do not disturb and forwarding.
func (w *Window) lineMenu(id cti.LineID, at fyne.Position) {
	snap := w.cfg.Desk.Snapshot()
	widget.ShowMenu(w.main.Canvas(), at, view.LineCommands(snap, id, w.wish.Lost), func(c view.Command) {
		if c.Ask == view.AskForward {
			w.askForward(id)
			return
		}
		w.give(c)
	})
}

// forwardForm asks where the calls of a line go.
type forwardForm struct {
	always, busy, late, after *fynewidget.Entry
	fault                     *widget.Spans
}

// read takes the entries over; the seconds must be a number.
func (f forwardForm) read() (cti.Forward, bool) {
	text := func(e *fynewidget.Entry) string { return strings.TrimSpace(e.Text) }
	out := cti.Forward{Always: text(f.always), Busy: text(f.busy), NoAnswer: text(f.late)}
	if text(f.after) == "" {
		return out, true
	}
	n, err := strconv.Atoi(text(f.after))
	if err != nil || n < 1 || n > maxForwardAfter {
		f.fault.Set([]view.Span{{Text: lang.FaultNumber.With(text(f.after), maxForwardAfter), Role: view.Stop}})
		return out, false
	}
	out.After = n
	return out, true
}

// maxForwardAfter is the longest that a call may ring here before it goes on, in seconds.
const maxForwardAfter = cti.MaxForward

// askForward opens the form with what is in force. Enter sets it, Escape leaves.
func (w *Window) askForward(id cti.LineID) {
	line, _ := view.ChosenLine(w.cfg.Desk.Snapshot().Lines, id)
	f := forwardForm{newEntry(), newEntry(), newEntry(), newEntry(), widget.NewSpans(theme.Small)}
	now := line.Config.Forward
	f.always.SetText(now.Always)
	f.busy.SetText(now.Busy)
	f.late.SetText(now.NoAnswer)
	if now.After > 0 {
		f.after.SetText(strconv.Itoa(now.After))
	}
	var ask dialog.Dialog
	leave := func() { ask.Hide(); w.focusNumber() }
	save := func() {
		if forward, ok := f.read(); ok {
			leave()
			w.send(cti.Forwarding{Line: id, Forward: forward})
		}
	}
	ok, cancel := widget.NewCommand(), widget.NewCommand()
	ok.Set(view.Command{Label: lang.ForwardSave.String(), Key: "Enter", Style: view.StyleGo})
	cancel.Set(view.Command{Label: lang.Cancel.String(), Key: "Esc"})
	ok.OnTap, cancel.OnTap = save, leave
	form := container.New(&formGrid{})
	for _, row := range []struct {
		label lang.Text
		entry *fynewidget.Entry
	}{{lang.ForwardAlways, f.always}, {lang.ForwardBusy, f.busy}, {lang.ForwardLate, f.late}, {lang.ForwardAfter, f.after}} {
		row.entry.OnSubmitted = func(string) { save() }
		label := widget.NewSpans(theme.Small)
		label.Set([]view.Span{{Text: row.label.String(), Role: view.Quiet}})
		form.Add(label)
		form.Add(row.entry)
	}
	ask = dialog.NewCustomWithoutButtons(lang.ForwardTitle.With(view.Clean(line.Name)), container.NewVBox(form, f.fault, container.NewHBox(ok, cancel)), w.main)
	ask.Resize(fyne.NewSize(min(theme.Px(440), w.main.Canvas().Size().Width-theme.Px(20)), theme.Px(340)))
	ask.Show()
	w.main.Canvas().Focus(f.always)
}

// formGrid places labels and entries in two columns.
type formGrid struct{}

// MinSize implements fyne.Layout.
func (formGrid) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(theme.Px(320), float32(len(objects)/2)*theme.Px(42))
}

// Layout implements fyne.Layout.
func (formGrid) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	split, high := theme.Px(160), theme.Px(42)
	for i := 0; i+1 < len(objects); i += 2 {
		y := float32(i/2) * high
		put(objects[i], 0, y, split-theme.Px(8), high-theme.Px(4))
		put(objects[i+1], split, y, size.Width-split, high-theme.Px(4))
	}
}
