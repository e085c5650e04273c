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
	ID        LineID      `json:"id" toml:"id"`
	Name      string      `json:"name" toml:"name"`                                       // shown on the line key
	User      string      `json:"user" toml:"user"`                                       // user part of the address of record
	AuthUser  string      `json:"auth_user,omitempty" toml:"auth_user"`                   // digest user when it differs from User
	Domain    string      `json:"domain,omitempty" toml:"domain"`                         // of the address of record; Server's host when empty
	Display   string      `json:"display,omitempty" toml:"display"`                       // display name of the default identity
	Server    string      `json:"server,omitempty" toml:"server"`                         // registrar, host or host:port; empty: a line without registrar
	Backup    []string    `json:"backup,omitempty" toml:"backup"`                         // servers to fail over to, in order
	Outbound  string      `json:"outbound,omitempty" toml:"outbound"`                     // outbound proxy, host or host:port
	Transport Transport   `json:"transport" toml:"transport"`                             // UDP when empty
	CAFile    string      `json:"ca_file,omitempty" toml:"ca_file"`                       // PEM file of further roots for TLS
	Bind      string      `json:"bind,omitempty" toml:"bind"`                             // local address, or address:port; chosen by route when empty
	Expires   int         `json:"expires,omitempty" toml:"expires"`                       // seconds asked for at REGISTER; 600 when 0
	Codecs    []string    `json:"codecs,omitempty" toml:"codecs"`                         // by preference: opus, g722, pcma, pcmu; all when empty
	SRTP      SRTPPolicy  `json:"srtp,omitempty" toml:"srtp"`                             // default by transport
	DTMF      DTMFMode    `json:"dtmf,omitempty" toml:"dtmf"`                             // rfc4733 when empty
	Trusted   []string    `json:"trusted,omitempty" toml:"trusted"`                       // hosts that may call a line without registrar
	Auto      bool        `json:"auto_answer,omitempty" toml:"auto_answer"`               // answers a call that comes while no other one is open
	Routes    []Route     `json:"routes,omitempty" toml:"routes"`                         // offered to the operator, the first is preselected
	Identity  []Identity  `json:"identities,omitempty" toml:"identities"`                 // caller IDs to choose from
	Pickup    string      `json:"pickup_code,omitempty" toml:"pickup_code"`               // feature code put before the number that rings, as *8; empty: only by Replaces
	Room      string      `json:"room,omitempty" toml:"room"`                             // number of a conference room at the exchange, for Leave
	IsRoom    bool        `json:"is_room,omitempty" toml:"is_room"`                       // everybody who may call this line is answered into one conference
	AutoBy    AutoAnswer  `json:"auto_answer_header,omitempty" toml:"auto_answer_header"` // who may have a call answered by a header (RFC 5373 and the like)
	Refers    ReferPolicy `json:"referrals,omitempty" toml:"referrals"`                   // what becomes of a far end's REFER
	Shown     IdentityWay `json:"identity_header,omitempty" toml:"identity_header"`       // where the chosen caller ID goes
	Believed  IdentityWay `json:"believed_header,omitempty" toml:"believed_header"`       // which header of an incoming call is believed first
	Header    string      `json:"context_header,omitempty" toml:"context_header"`         // carries attached data, User-to-User when empty (RFC 7433)
	Forward   Forward     `json:"forward,omitzero" toml:"forward"`
	DND       bool        `json:"dnd,omitempty" toml:"dnd"`
	Watch     []string    `json:"watch,omitempty" toml:"watch"`           // numbers whose lamp is shown
	Presence  bool        `json:"presence,omitempty" toml:"presence"`     // presence of watched numbers is asked for besides their dialogs
	VoiceMail string      `json:"voice_mail,omitempty" toml:"voice_mail"` // number to call for it when the mailbox names none
	Practice  bool        `json:"practice,omitempty" toml:"-"`            // belongs to the practice exchange, not stored
}

// Route is a named way out of a line (R8).
type Route struct {
	Name    string            `json:"name" toml:"name"`
	Prefix  string            `json:"prefix,omitempty" toml:"prefix"`   // put before the cleaned number
	Strip   int               `json:"strip,omitempty" toml:"strip"`     // digits taken off the front first
	Proxy   string            `json:"proxy,omitempty" toml:"proxy"`     // outbound proxy for this route
	Headers map[string]string `json:"headers,omitempty" toml:"headers"` // added to the INVITE

	Rewrite    []Rewrite `json:"rewrite,omitempty" toml:"rewrite"`       // the first that fits is applied before strip and prefix
	Identities []string  `json:"identities,omitempty" toml:"identities"` // names of the caller IDs that may be used; all when empty
}

// Rewrite replaces a number that fits From by To ($1 and so on are its groups).
type Rewrite struct {
	From string `json:"from" toml:"from"` // regular expression (RE2) for the whole cleaned number
	To   string `json:"to" toml:"to"`
}

// Forward is where a line's calls go instead of ringing here; empty targets forward nothing.
type Forward struct {
	Always   string `json:"always,omitempty" toml:"always"`
	Busy     string `json:"busy,omitempty" toml:"busy"`
	NoAnswer string `json:"no_answer,omitempty" toml:"no_answer"`
	After    int    `json:"after,omitempty" toml:"after"` // seconds of ringing before NoAnswer, 20 when 0
}

// AutoAnswer says whose calls a header may have answered at once.
type AutoAnswer string

// Auto-answer rules. Off is the default.
const (
	AutoOff   AutoAnswer = "off"
	AutoKnown AutoAnswer = "known" // numbers that the line watches
	AutoAll   AutoAnswer = "all"   // everybody who may call the line
)

// ReferPolicy says what becomes of a REFER inside a call.
type ReferPolicy string

// Refer policies. Ask is the default.
const (
	ReferAsk    ReferPolicy = "ask"
	ReferAllow  ReferPolicy = "allow"
	ReferRefuse ReferPolicy = "refuse"
)

// IdentityWay names the header that carries a caller ID.
type IdentityWay string

// Identity headers.
const (
	IdentityFrom IdentityWay = "from" // default
	IdentityPPI  IdentityWay = "ppi"  // P-Preferred-Identity (RFC 3325)
	IdentityPAI  IdentityWay = "pai"  // P-Asserted-Identity, among those who trust each other
	IdentityRPID IdentityWay = "rpid" // Remote-Party-ID
)

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
