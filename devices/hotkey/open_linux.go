package hotkey

import "errors"

// open finds out which desktop this is. Under Wayland there is usually an X server too, but it sees the keyboard only while
// one of its own windows has it.
func open(k *Keys) (system, string, error) {
	switch {
	case k.cfg.Env("WAYLAND_DISPLAY") != "":
		s, err := openPortal(k)
		return s, "desktop portal", err
	case k.cfg.Env("DISPLAY") != "":
		s, err := openX11(k, k.cfg.Env("DISPLAY"))
		return s, "X11", err
	}
	return nil, "", errors.New("Cordboard runs without a display (neither DISPLAY nor WAYLAND_DISPLAY is set), so no key can be taken. " + localKeys)
}
