// Package hidraw is the way to HID devices on Linux: the kernel's hidraw nodes, in Go alone.
//
// Names and report descriptors come from sysfs and need no rights; only Open does, and package udev ships the rule that
// grants them. A node is opened beside everybody else: other programs, the kernel's volume keys and the sound of the same
// set go on (kernel documentation, hid/hidraw.rst).
//
// Nothing here polls a device. Reads wait in the runtime's poller, so that Close wakes them and an unplugged set is noticed
// when the kernel notices it.
package hidraw
