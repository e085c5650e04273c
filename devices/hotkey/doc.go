// Package hotkey takes keys of the whole system, so that calls can be handled while another program has the keyboard: by
// XGrabKey on X11, by RegisterHotKey on Windows, and by the GlobalShortcuts portal on Wayland, where no program may listen to
// the keyboard by itself. It knows nothing of calls: an action is a name.
//
// Where the system offers nothing, or another program was first, each key says so in one sentence.
package hotkey
