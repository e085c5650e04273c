package hotkey

import (
	"slices"

	"github.com/jezek/xgb/xproto"
)

// keyboard is the layout of an X server: what its keys stand for.
type keyboard struct {
	first     xproto.Keycode
	columns   int // keysyms of each key: plain and with Shift, for each of the layouts
	keysyms   []xproto.Keysym
	modifiers map[xproto.Keycode]uint16 // keys that are modifiers, with their bit in a state
}

// Keysyms of modifier keys (keysymdef.h).
const (
	symNumLock    = 0xff7f
	symScrollLock = 0xff14
	symAlt        = 0xffe9
	symSuper      = 0xffeb
)

// keyboard asks the server for the layout.
func (x *x11) keyboard() (keyboard, error) {
	setup := xproto.Setup(x.conn)
	count := byte(setup.MaxKeycode - setup.MinKeycode + 1)
	codes := xproto.GetKeyboardMapping(x.conn, setup.MinKeycode, count)
	mods := xproto.GetModifierMapping(x.conn)
	keys, err := codes.Reply()
	if err != nil {
		return keyboard{}, err
	}
	m, err := mods.Reply()
	if err != nil {
		return keyboard{}, err
	}
	board := keyboard{setup.MinKeycode, int(keys.KeysymsPerKeycode), keys.Keysyms, map[xproto.Keycode]uint16{}}
	for i, code := range m.Keycodes { // a row of keys for each of the eight modifiers
		if code != 0 {
			board.modifiers[code] = 1 << (i / int(m.KeycodesPerModifier))
		}
	}
	return board, nil
}

// codes are the keys that give a keysym, in the first column in which any does: the digits of a French keyboard need Shift,
// and the Latin letters of a Greek one are in its second layout.
func (b keyboard) codes(sym xproto.Keysym) []xproto.Keycode {
	for _, column := range []int{0, 2, 1, 3} {
		var found []xproto.Keycode
		for i := column; column < b.columns && i < len(b.keysyms); i += b.columns {
			if b.keysyms[i] == sym {
				found = append(found, b.first+xproto.Keycode(i/b.columns))
			}
		}
		if found != nil {
			return found
		}
	}
	return nil
}

// modifier is the bit of the modifier that a key has, or the usual one.
func (b keyboard) modifier(sym xproto.Keysym, usual uint16) uint16 {
	for _, code := range b.codes(sym) {
		if m := b.modifiers[code]; m != 0 {
			return m
		}
	}
	return usual
}

// lockSets are all combinations of the locks, the empty one first and the full one last.
func (b keyboard) lockSets() []uint16 {
	sets := []uint16{0}
	for _, lock := range []uint16{xproto.ModMaskLock, b.modifier(symNumLock, xproto.ModMask2), b.modifier(symScrollLock, 0)} {
		if lock == 0 {
			continue
		}
		for _, s := range slices.Clone(sets) {
			sets = append(sets, s|lock)
		}
	}
	return sets
}

// grabs are the places of a chord on this keyboard.
func (b keyboard) grabs(c Chord) []grab {
	k, _ := keyNamed(c.Key)
	var mods uint16
	for _, m := range []struct {
		mod Mods
		bit uint16
	}{
		{Ctrl, xproto.ModMaskControl}, {Shift, xproto.ModMaskShift},
		{Alt, b.modifier(symAlt, xproto.ModMask1)}, {Super, b.modifier(symSuper, xproto.ModMask4)},
	} {
		if c.Mods&m.mod != 0 {
			mods |= m.bit
		}
	}
	var out []grab
	for _, code := range b.codes(xproto.Keysym(k.sym)) {
		out = append(out, grab{code, mods})
	}
	return out
}
