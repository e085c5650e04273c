// Package watch keeps the subscriptions of a line (RFC 6665): what watched numbers are doing (dialog, RFC 4235, and
// presence, RFC 3856, where the line says so), and the line's own mailbox (message-summary, RFC 3842).
//
// Lamps are worth nothing when they lie. So everything that can end a subscription without a word is expected here:
// refreshes come early, a refused refresh begins a new subscription under a new Call-ID, lost documents are asked for
// again, and a lamp whose subscription has failed says so instead of showing what was true an hour ago.
package watch
