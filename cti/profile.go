package cti

import (
	"fmt"
	"slices"
)

// HookRule says what hanging up the headset does in a conference.
type HookRule string

// Hook rules.
const (
	HookLeaves HookRule = "leave"
	HookEnds   HookRule = "end for all"
)

// Profile is a policy profile: data of an administrator that narrows what an operator may do. A Profile
// without a name is the open one; its words are in the reason of every command that it forbids.
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

// Presets are the policy profiles that come with the desk, named after what they do; the first one is in force until
// another is set. The caller may change what it gets. Pure; any goroutine.
func Presets() []Profile {
	grace := int(GraceDefault.Milliseconds())
	return []Profile{
		{Name: "open", Hook: HookLeaves, Grace: grace},
		{Name: "duo", Hook: HookLeaves, Grace: grace, Extra: 1, NoOnward: true, WrapUpForAll: true},
		{Name: "workspace", Hook: HookLeaves, Grace: grace, AskIdentity: true},
		{Name: "agent", Hook: HookEnds, Grace: grace, Extra: 1, NoHoldInConf: true, NoInstantConf: true, HangupEndsBoth: true},
		{Name: "operator", Hook: HookLeaves, Grace: grace},
	}
}

var openProfile = Presets()[0]

// policy is the profile in force: a desk that was told of none is open.
func (s *State) policy() *Profile {
	if s.Profile.Name == "" {
		return &openProfile
	}
	return &s.Profile
}

// waysOut are the commands that no profile can switch off: without them a call could be stuck.
var waysOut = []Verb{VerbAnswer, VerbHangup, VerbResume, VerbUnmute, VerbAttend, VerbLeave, VerbStop}

// forbids says in words that a command is switched off, "" when it is not.
func (p *Profile) forbids(verb Verb) string {
	if slices.Contains(p.Forbidden, verb) && !slices.Contains(waysOut, verb) {
		return fmt.Sprintf("The profile %.40q switches this command off.", p.Name)
	}
	return ""
}

// full says why a conference takes no further members, "" when there is room (R58).
func (p *Profile) full(members int) string {
	if p.Extra == 0 || members <= p.Extra+1 {
		return ""
	}
	if p.Extra == 1 {
		return fmt.Sprintf("The profile %.40q allows one extra party in a conference.", p.Name)
	}
	return fmt.Sprintf("The profile %.40q allows %d extra parties in a conference.", p.Name, p.Extra)
}

// noInstant says why nobody becomes a member of a conference just by answering, "" when he may (R55).
func (p *Profile) noInstant() string {
	if p.NoInstantConf {
		return fmt.Sprintf("The profile %.40q joins nobody before you have talked to him.", p.Name)
	}
	return ""
}

func (p *Profile) equal(o *Profile) bool {
	return p.Name == o.Name && p.Extra == o.Extra && p.NoHoldInConf == o.NoHoldInConf && p.NoOnward == o.NoOnward &&
		p.NoInstantConf == o.NoInstantConf && p.HangupEndsBoth == o.HangupEndsBoth && p.Hook == o.Hook &&
		p.NoAnonymous == o.NoAnonymous && p.AskIdentity == o.AskIdentity && p.NoGroups == o.NoGroups &&
		p.Grace == o.Grace && p.WrapUpForAll == o.WrapUpForAll && slices.Equal(p.Forbidden, o.Forbidden)
}

// profileSet puts a policy profile in force. What goes on already is not touched by it.
func (t *turn) profileSet(in ProfileSet) error {
	if t.Profile.equal(&in.Profile) {
		return &Ignored{Kind: in.Kind(), Reason: "this profile is in force already"}
	}
	t.Profile = in.Profile
	return nil
}
