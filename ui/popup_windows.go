package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"golang.org/x/sys/windows"
)

var (
	user32           = windows.NewLazySystemDLL("user32.dll")
	showWindow       = user32.NewProc("ShowWindow")
	setWindowPos     = user32.NewProc("SetWindowPos")
	getSystemMetrics = user32.NewProc("GetSystemMetrics")
	getWindowLong    = user32.NewProc("GetWindowLongPtrW")
	setWindowLong    = user32.NewProc("SetWindowLongPtrW")
)

// Values of winuser.h.
const (
	swHide         = 0
	hwndTopmost    = ^uintptr(0) // -1
	swpNoSize      = 0x0001
	swpNoActivate  = 0x0010
	swpShowWindow  = 0x0040
	smCxScreen     = 0
	gwlExStyle     = ^uintptr(19) // -20
	wsExToolWindow = 0x00000080   // no button in the task bar
	wsExNoActivate = 0x08000000   // a click does not take the keyboard either
)

// win32Popup shows and hides the window past GLFW, which would activate it.
type win32Popup struct{ hwnd uintptr }

// newPopup shows the window once to have it made and takes it from the screen again.
func newPopup(w fyne.Window) popup {
	native, ok := w.(driver.NativeWindow)
	if !ok {
		return plainPopup{w}
	}
	w.Show()
	var p win32Popup
	native.RunNative(func(context any) {
		if c, ok := context.(driver.WindowsWindowContext); ok {
			p.hwnd = c.HWND
		}
	})
	if p.hwnd == 0 {
		w.Hide()
		return plainPopup{w}
	}
	p.hide()
	style, _, _ := getWindowLong.Call(p.hwnd, gwlExStyle)
	_, _, _ = setWindowLong.Call(p.hwnd, gwlExStyle, style|wsExToolWindow|wsExNoActivate) // the old style is no news
	return p
}

// show implements popup. A failure leaves the call in the table and the ringing in the ear.
func (p win32Popup) show(width, margin float32) {
	wide, _, _ := getSystemMetrics.Call(smCxScreen)
	x := int(wide) - int(width) - int(margin)
	_, _, _ = setWindowPos.Call(p.hwnd, hwndTopmost, uintptr(x), uintptr(margin), 0, 0, swpNoSize|swpNoActivate|swpShowWindow)
}

// hide implements popup.
func (p win32Popup) hide() {
	_, _, _ = showWindow.Call(p.hwnd, swHide) // tells only whether it was visible before
}

// close implements popup.
func (win32Popup) close() {}
