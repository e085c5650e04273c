package widget

import (
	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"

	"cordboard/ui/view"
)

// ShowMenu opens a menu of commands; one that is not possible is dimmed, and a group stands apart from the one before.
func ShowMenu(c fyne.Canvas, at fyne.Position, commands []view.Command, give func(view.Command)) {
	var items []*fyne.MenuItem
	for i, cmd := range commands {
		if cmd.First && i > 0 {
			items = append(items, fyne.NewMenuItemSeparator())
		}
		label := cmd.Label
		if cmd.Key != "" {
			label += "   " + string(cmd.Key)
		}
		item := fyne.NewMenuItem(label, func() {
			if give != nil {
				give(cmd)
			}
		})
		item.Disabled, item.Checked = !cmd.Enabled(), cmd.On
		items = append(items, item)
	}
	fynewidget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), c, at)
}
