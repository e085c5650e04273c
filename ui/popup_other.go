//go:build !linux && !windows

package ui

import "fyne.io/fyne/v2"

// newPopup shows and hides the window in Fyne's way.
func newPopup(w fyne.Window) popup { return plainPopup{w} }
