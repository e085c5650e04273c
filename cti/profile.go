package cti

// HookRule says what hanging up the headset does in a conference.
type HookRule string

// Hook rules.
const (
	HookLeaves HookRule = "leave"
	HookEnds   HookRule = "end for all"
)

// Profile is a policy profile: data of an administrator that narrows what an operator may do. The zero Profile forbids
// nothing but what no profile allows; its words are in the reason of every command that it forbids.
type Profile struct {
	Name           string   `json:"name" toml:"name"`                                         // open, duo, workspace, agent, operator, or an administrator's own
	Extra          int      `json:"extra_parties,omitempty" toml:"extra_parties"`             // members beside the first call, 0 for no limit (R58)
	NoHoldInConf   bool     `json:"no_hold_in_conference,omitempty" toml:"no_hold_in_conf"`   // R64
	NoOnward       bool     `json:"no_onward_transfer,omitempty" toml:"no_onward_transfer"`   // an incoming call may not be transferred on (R70)
	NoInstantConf  bool     `json:"no_instant_conference,omitempty" toml:"no_instant"`        // R55
	HangupEndsBoth bool     `json:"hangup_ends_consult_and_customer,omitempty" toml:"hangup"` // R48 as written
	Hook           HookRule `json:"hook,omitempty" toml:"hook"`                               // HookLeaves when empty
	NoAnonymous    bool     `json:"no_anonymous,omitempty" toml:"no_anonymous"`               // R17
	AskIdentity    bool     `json:"ask_identity,omitempty" toml:"ask_identity"`               // R14, R16
	NoGroups       bool     `json:"no_groups,omitempty" toml:"no_groups"`                     // R19
	Grace          int      `json:"grace_ms" toml:"grace_ms"`                                 // before quick transfer and End for all; 0 is none
	WrapUpForAll   bool     `json:"wrap_up_for_all,omitempty" toml:"wrap_up_for_all"`         // R76
	Forbidden      []Verb   `json:"forbidden,omitempty" toml:"forbidden"`                     // further commands that are switched off
}
