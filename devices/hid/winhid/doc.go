// Package winhid is the way to HID devices on Windows, where the kernel hands out each top-level collection by itself and
// gives no report descriptor.
//
// karalabe/hid lists devices and reads. Its Write puts a zero in front of every report, so that numbered ones, which are
// nearly all, cannot be sent; hidapi below it can, so reports are written through a second shared handle of hidapi's own.
// hidapi also makes a report descriptor up again from what Windows keeps of it (hid_get_report_descriptor, 0.14).
//
// The package has content in Windows builds with cgo only.
package winhid
