// Package app puts Cordboard together: it builds the parts in order, closes them in reverse, and plays the roles of the
// one executable.
//
// # Roles
//
//   - The window (no arguments) is a client of the desk. It starts a desk if none runs, and raises the window that is
//     there already instead of opening a second one.
//   - The supervisor (--headless) is a tiny parent that runs the desk as its child, starts it again at once when it dies,
//     and ends when it ends in good order. When the supervisor is killed, the desk goes on.
//   - The desk (--desk, started by the supervisor only) owns lines, calls, media, devices, journal and settings. It reads
//     the secret of package vault from standard input.
//   - A verb (dial, state, …) is a client for the length of one request; see package cli.
//
// # Who owns what
//
// Calls and lines are written by the goroutine of cti.Switchboard alone. Everybody else reads its immutable Snapshots.
//
//	data                         written by                          read by
//	cti.State                    Switchboard                         nobody else
//	Snapshot                     Switchboard, once; then immutable   any goroutine, through an atomic pointer
//	journal file                 Switchboard (append)                the desk at its start
//	history file                 storage's writer                    any process
//	directory file               the desk, by transactions           the desk
//	files of a recording         that recording's writer             the desk, when it plays or lists them
//	settings file, passwords     desk.mu; the command line only      the same
//	                             while it holds the lock file
//	dialogs of a call            the goroutine of that call          the same
//	streams, mix                 media/engine's tick                 the same; figures through atomics
//	sound devices                media/engine's sound desk           the tick, through lock-free rings
//	event streams                api's hub under its mutex           one handler goroutine for each stream
//	system-wide keys             devices/hotkey (one goroutine)      the desk's worker, through a queue under hotkeys.mu
//
// Ports return at once; what comes of an effect comes back as an Input through Switchboard.Post.
//
// # Order
//
// A desk starts: lock file, log, settings, databases, sound, SIP, replay of the journal, Switchboard, local API, and only
// then Restarted as the first Input, which registers the lines and takes calls up again. It ends in the reverse order,
// after hanging up.
package app
