package cti

import "time"

// Transport is the SIP transport of a line.
type Transport string

// The transports that a line can use (RFC 3261 section 18).
const (
	UDP Transport = "udp"
	TCP Transport = "tcp"
	TLS Transport = "tls"
)

// SRTPPolicy says how a line protects its media (SDES, RFC 4568).
type SRTPPolicy string

// SDES policies. SRTPOff is the default on UDP and TCP, SRTPOptional on TLS.
const (
	SRTPOff      SRTPPolicy = "off"
	SRTPOptional SRTPPolicy = "optional"
	SRTPRequired SRTPPolicy = "required"
)

// DTMFMode says how digits travel on a line.
type DTMFMode string

// DTMF ways: RFC 4733 telephone-event, SIP INFO (application/dtmf-relay).
const (
	DTMFEvent DTMFMode = "rfc4733"
	DTMFInfo  DTMFMode = "info"
)

// LineConfig is one line as an administrator or the operator sets it up.
// The password is not here: it stays in the keyring and is asked for by the SIP adapter.
type LineConfig struct {
	ID        LineID     `json:"id" toml:"id"`
	Name      string     `json:"name" toml:"name"`                         // shown on the line key
	User      string     `json:"user" toml:"user"`                         // user part of the address of record
	AuthUser  string     `json:"auth_user,omitempty" toml:"auth_user"`     // digest user when it differs from User
	Domain    string     `json:"domain,omitempty" toml:"domain"`           // of the address of record; Server's host when empty
	Display   string     `json:"display,omitempty" toml:"display"`         // display name of the default identity
	Server    string     `json:"server,omitempty" toml:"server"`           // registrar, host or host:port; empty: a line without registrar
	Backup    []string   `json:"backup,omitempty" toml:"backup"`           // servers to fail over to, in order
	Outbound  string     `json:"outbound,omitempty" toml:"outbound"`       // outbound proxy, host or host:port
	Transport Transport  `json:"transport" toml:"transport"`               // UDP when empty
	CAFile    string     `json:"ca_file,omitempty" toml:"ca_file"`         // PEM file of further roots for TLS
	Bind      string     `json:"bind,omitempty" toml:"bind"`               // local address, or address:port; chosen by route when empty
	Expires   int        `json:"expires,omitempty" toml:"expires"`         // seconds asked for at REGISTER; 600 when 0
	Codecs    []string   `json:"codecs,omitempty" toml:"codecs"`           // by preference: opus, g722, pcma, pcmu; all when empty
	SRTP      SRTPPolicy `json:"srtp,omitempty" toml:"srtp"`               // default by transport
	DTMF      DTMFMode   `json:"dtmf,omitempty" toml:"dtmf"`               // rfc4733 when empty
	Trusted   []string   `json:"trusted,omitempty" toml:"trusted"`         // hosts that may call a line without registrar
	Auto      bool       `json:"auto_answer,omitempty" toml:"auto_answer"` // answers a call that comes while no other one is open
	Routes    []Route    `json:"routes,omitempty" toml:"routes"`           // offered to the operator, the first is preselected
	Identity  []Identity `json:"identities,omitempty" toml:"identities"`   // caller IDs to choose from
	Practice  bool       `json:"practice,omitempty" toml:"-"`              // belongs to the practice exchange, not stored
}

// Route is a named way out of a line (R8).
type Route struct {
	Name    string            `json:"name" toml:"name"`
	Prefix  string            `json:"prefix,omitempty" toml:"prefix"`   // put before the cleaned number
	Strip   int               `json:"strip,omitempty" toml:"strip"`     // digits taken off the front first
	Proxy   string            `json:"proxy,omitempty" toml:"proxy"`     // outbound proxy for this route
	Headers map[string]string `json:"headers,omitempty" toml:"headers"` // added to the INVITE
}

// Identity is a caller ID that the callee sees (R14).
type Identity struct {
	Name      string `json:"name" toml:"name"`
	Number    string `json:"number" toml:"number"`
	Anonymous bool   `json:"anonymous,omitempty" toml:"anonymous"`
}

// RegState is what a line's registration is doing.
type RegState uint8

// Registration states. A line without registrar is RegDirect as soon as it can receive.
const (
	RegUnknown RegState = iota
	RegTrying           // REGISTER sent, or a retry is waiting
	RegOK               // bound at the registrar
	RegFailed           // not bound; Reason says why, a retry follows when RetryAt is set
	RegDirect           // needs no registrar and is ready
	RegOff              // taken out of service
)

var regNames = [...]string{"unknown", "registering", "registered", "failed", "ready", "off"}

// String returns the word that the API and the window use.
func (r RegState) String() string { return word(regNames[:], int(r)) }

// MarshalText gives the word for JSON.
func (r RegState) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads the word back.
func (r *RegState) UnmarshalText(b []byte) error {
	i, err := wordIndex(regNames[:], string(b))
	*r = RegState(i)
	return err
}

// Registration is the news that the SIP adapter gives about a line.
type Registration struct {
	State   RegState  `json:"state"`
	Reason  string    `json:"reason,omitempty"`   // one sentence for the operator when not registered
	Server  string    `json:"server,omitempty"`   // the server in use, ip:port
	Expires int       `json:"expires,omitempty"`  // seconds granted
	RetryAt time.Time `json:"retry_at,omitzero"`  // when the next attempt is due
	Backup  bool      `json:"on_backup,omitzero"` // a backup server is in use
}

// Line is a line at work.
type Line struct {
	Config LineConfig   `json:"config"`
	Reg    Registration `json:"registration"`
}

// Usable reports whether calls can be placed on the line now, and the reason when not.
func (l Line) Usable() (bool, string) {
	switch l.Reg.State {
	case RegOK, RegDirect:
		return true, ""
	case RegOff:
		return false, l.Config.Name + " is switched off"
	case RegFailed:
		return false, l.Config.Name + " is not registered: " + l.Reg.Reason
	case RegTrying, RegUnknown:
		return false, l.Config.Name + " is still registering"
	}
	return false, l.Config.Name + " is in an unknown state"
}
