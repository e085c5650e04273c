package native

import (
	"cordboard/devices/hid"
	"cordboard/devices/hid/hidraw"
	"cordboard/packaging/udev"
)

// Refused says what to do where the system gives no right to a headset.
const Refused = "Save what `cordboard devices --rule` prints as " + udev.RulesFile + ", and plug the headset in again."

// New returns the transport.
func New() (hid.Transport, error) { return hidraw.New(), nil }
