// Package api is the local API of the desk and its client: HTTP with JSON bodies over a Unix socket or named pipe, and,
// where an administrator wants it, over loopback TCP with a token for a CRM.
//
// The window, the command line and every script use the same few routes (openapi.json describes them):
//
//	GET  /v1/state              everything, once
//	GET  /v1/events             everything, then each change: one JSON object a line
//	POST /v1/commands/{verb}    dial, answer, transfer, conference, record and all other verbs
//	GET  /v1/history            past calls
//	     /v1/recordings, /v1/play   what was recorded, and playing it to the operator
//	     /v1/directory          people, groups and queues
//	     /v1/lines, /v1/sound, /v1/profile   the settings that can change while the desk runs
//	POST /v1/raise, /v1/quit    the one instance
//
// A refusal is one sentence in {"error": …}, with the status saying whose fault it is.
package api
