// Package guest tests the real program with a real USB headset, in a virtual machine that has one: the kernel, its hidraw
// nodes and its events are those of every desk, and what the headset saw is asked of the headset itself.
//
// TestGuest runs twice. On the machine of the developer or of CI it starts the rig ../shared/usbheadset-vm with itself; in
// the guest it runs what needs the headset. An emulated processor is some thirty times slower, so nothing here says how
// fast anything is.
package guest
