// Package engine owns the sound of the desk: one tick that mixes every party according to the plan of the domain,
// and the sound devices at its edge.
//
// Three kinds of goroutines meet here. Callers (the Switchboard, the window's pump) use Engine's methods, which
// return at once and share one mutex. The tick runs on an operating system thread of its own, every media.Tick,
// and takes no lock, no memory and no file: it loads a compiled patch by an atomic pointer. The sound desk opens,
// watches and reopens devices, since that may take hundreds of milliseconds; it meets the tick through
// lock-free rings only.
//
// Two ticks come back to back every 20 ms while all packets are that long: packets then pass from call to call whole, and
// the processor wakes half as often. The wake-ups move slowly to where the packets of those who are heard wait least.
//
// While no call and no tone is there the tick is parked and costs nothing.
package engine
