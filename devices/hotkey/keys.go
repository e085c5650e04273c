package hotkey

import (
	"fmt"
	"strings"
)

// key is a key that a chord can have, as the systems call it.
type key struct {
	name  string
	xkb   string // its keysym's name (xkbcommon-keysyms.h without XKB_KEY_), which the portal takes too
	sym   uint32 // its keysym (keysymdef.h, XF86keysym.h)
	vk    uint16 // Windows' virtual-key code (winuser.h), 0 when it has none
	alone bool   // may be taken without modifiers, since nobody types text with it
}

// keys are all of them, letters, digits and function keys first.
var keys = append(typedKeys(), []key{
	{"Space", "space", 0x0020, 0x20, false},
	{"Tab", "Tab", 0xff09, 0x09, false},
	{"Enter", "Return", 0xff0d, 0x0d, false},
	{"Escape", "Escape", 0xff1b, 0x1b, false},
	{"Backspace", "BackSpace", 0xff08, 0x08, false},
	{"Insert", "Insert", 0xff63, 0x2d, false},
	{"Delete", "Delete", 0xffff, 0x2e, false},
	{"Home", "Home", 0xff50, 0x24, false},
	{"End", "End", 0xff57, 0x23, false},
	{"PageUp", "Page_Up", 0xff55, 0x21, false},
	{"PageDown", "Page_Down", 0xff56, 0x22, false},
	{"Up", "Up", 0xff52, 0x26, false},
	{"Down", "Down", 0xff54, 0x28, false},
	{"Left", "Left", 0xff51, 0x25, false},
	{"Right", "Right", 0xff53, 0x27, false},
	{"Comma", "comma", 0x002c, 0xbc, false},
	{"Period", "period", 0x002e, 0xbe, false},
	{"Minus", "minus", 0x002d, 0xbd, false},
	{"NumMultiply", "KP_Multiply", 0xffaa, 0x6a, false},
	{"NumAdd", "KP_Add", 0xffab, 0x6b, false},
	{"NumSubtract", "KP_Subtract", 0xffad, 0x6d, false},
	{"NumDivide", "KP_Divide", 0xffaf, 0x6f, false},
	{"Pause", "Pause", 0xff13, 0x13, true},
	{"ScrollLock", "Scroll_Lock", 0xff14, 0x91, true},
	{"Print", "Print", 0xff61, 0x2c, true},
	{"Menu", "Menu", 0xff67, 0x5d, true},
	{"MediaPlay", "XF86AudioPlay", 0x1008ff14, 0xb3, true},
	{"MediaPause", "XF86AudioPause", 0x1008ff31, 0, true},
	{"MediaStop", "XF86AudioStop", 0x1008ff15, 0xb2, true},
	{"MediaNext", "XF86AudioNext", 0x1008ff17, 0xb0, true},
	{"MediaPrevious", "XF86AudioPrev", 0x1008ff16, 0xb1, true},
	{"VolumeMute", "XF86AudioMute", 0x1008ff12, 0xad, true},
	{"VolumeUp", "XF86AudioRaiseVolume", 0x1008ff13, 0xaf, true},
	{"VolumeDown", "XF86AudioLowerVolume", 0x1008ff11, 0xae, true},
	{"MicMute", "XF86AudioMicMute", 0x1008ffb2, 0, true},
	{"Phone", "XF86Phone", 0x1008ff6e, 0, true},
}...)

// typedKeys are A to Z, 0 to 9 and F1 to F24, whose codes are in rows.
func typedKeys() []key {
	var out []key
	for c := 'A'; c <= 'Z'; c++ {
		lower := c - 'A' + 'a'
		out = append(out, key{string(c), string(lower), uint32(lower), uint16(c), false})
	}
	for c := '0'; c <= '9'; c++ {
		out = append(out, key{string(c), string(c), uint32(c), uint16(c), false})
	}
	for n := 1; n <= 24; n++ {
		name := fmt.Sprintf("F%d", n)
		out = append(out, key{name, name, 0xffbd + uint32(n), uint16(0x6f + n), true})
	}
	return out
}

// KeyNames lists the keys that a chord can have, in the order in which a list would offer them.
func KeyNames() []string {
	var names []string
	for _, k := range keys {
		names = append(names, k.name)
	}
	return names
}

// keyNamed finds a key by its name here or by that of its keysym.
func keyNamed(text string) (key, bool) {
	for _, k := range keys {
		if strings.EqualFold(text, k.name) || strings.EqualFold(text, k.xkb) {
			return k, true
		}
	}
	return key{}, false
}
