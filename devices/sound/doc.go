// Package sound opens the sound devices of the system by PortAudio: callback streams, 48 kHz, mono, frames of 5 ms.
//
// PortAudio is a library with one state for the whole process and, on Windows, with threads bound by COM: one
// goroutine on a thread of its own makes every call to it. Blocking streams are not used, since their Read never
// returns after an unplug; and since callbacks just stop then, a watchdog looks after them.
//
// On a Linux desktop PortAudio, which knows ALSA only, sees "default" and hardware that the sound server holds. So the
// names come from the PulseAudio protocol (PipeWire speaks it too), and an ALSA configuration of our own gives
// PortAudio one device per role, which is pointed to the chosen one before it is opened: ALSA reads the file again
// when it was replaced. PortAudio's list, made when it starts, then never has to be made again, which would end
// every open stream. Without a sound server PortAudio's own list is used.
//
// ALSA and JACK libraries write complaints about devices that are not there to standard error while PortAudio starts.
// They are left alone: catching them would mean to redirect the standard error of the whole process for a
// moment in which other goroutines may write to it, crash reports included.
//
// Built without cgo the package has no devices and says so.
package sound
