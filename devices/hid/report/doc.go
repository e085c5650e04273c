// Package report reads what a telephony headset or handset says about itself in its HID report descriptor, and turns its
// input reports into control changes and wanted lamps into output reports. No table of models: the descriptor is enough.
//
// The way is Parse → Descriptor (every field of every report) → NewMap → Map (the controls and lamps that a desk can use)
// → Decoder and Map.Encode. Descriptors and reports are untrusted: whatever they are, nothing panics and memory stays
// bounded by the limits in limits.go.
//
// The package is pure: standard library, no goroutine, no clock. Sources are the USB Device Class Definition for HID 1.11
// ("HID" below) and the HID Usage Tables 1.12 ("HUT"); where real devices part from them a comment says so.
package report
