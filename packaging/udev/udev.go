// Package udev holds the files that give an operator on Linux the right to use headsets, as packages install them and as
// the program shows them to somebody who has none.
package udev

import _ "embed" // the files are part of the program

// Where the files belong.
const (
	RulesFile    = "/etc/udev/rules.d/70-cordboard.rules"
	HardwareFile = "/etc/udev/hwdb.d/70-cordboard.hwdb"
)

// Rules lets the user at the seat open headsets: the content of RulesFile (udev(7), systemd's uaccess).
//
//go:embed 70-cordboard.rules
var Rules string

// Hardware keeps the desktop from taking a headset's mute button for its own: the content of HardwareFile (hwdb(7)).
//
//go:embed 70-cordboard.hwdb
var Hardware string
