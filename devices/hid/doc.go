// Package hid drives headsets and handsets by the telephony page of USB HID, whatever their maker: the report descriptor
// is enough, and no SDK is asked.
//
// Headset is the pure part: a state machine from reports, wanted lamps and time to reports, presses and notes. It decides
// what is the operator's will and what is the device's echo of the host; what a press means for the calls is decided in
// package cti (cti.ButtonFor). Serve lives it on an open Device: one goroutine owns the machine, one reads, one writes.
// Transports bring the devices.
//
// # The handshake
//
// A headset does not act by itself, it asks and waits: the lamps that the host writes are the acknowledgements. Off-Hook
// opens the way of the microphone, and the hook bit of the device then follows it. So a hook bit that equals the last
// Off-Hook written is an echo, a different one is an act of the operator. Muting is asked for by a pulse and is only in
// force once the lamp says so.
//
// # Other programs
//
// Every program on the computer sees the same reports. Lamps are written only while a call of ours is there, or has just
// ended, buttons count only then, and a set that is busy with somebody else's call is left alone.
package hid
