package cti

import "slices"

// then is a way with more steps.
func then(way []Input, more ...Input) []Input { return slices.Concat(way, more) }

// Ways into the states of transfers, consults and referrals, of a customer's call named x and a second party named y.
var (
	graced       = then(talking, QuickTransfer{Call: "x", Number: "2055"})
	asked        = then(graced, TimerFired{Call: "x", Name: TimerGrace, Gen: 1})
	trying       = then(asked, Referring{Call: "x", Code: 202, OfRefer: true})
	targetRings  = then(trying, Referring{Call: "x", Code: 180})
	failed       = then(targetRings, Referring{Call: "x", Code: 486})
	unknown      = then(trying, Referring{Call: "x", Code: 100, Over: true})
	cannotRefer  = then(asked, Referring{Call: "x", Code: 405, OfRefer: true, Cannot: true})
	bridging     = then(cannotRefer, Confirm{Call: "x"})
	consultRings = then(talking, StartConsult{Call: "y", For: "x", Number: "2055"}, Progressed{Call: "y", Code: 180})
	consulting   = then(consultRings, Connected{Call: "y", Session: session(1)})
	swapped      = then(consulting, Swap{Call: "x"})
	handing      = then(consulting, Confirm{Call: "x"})
	sendingOn    = then(consultRings, Confirm{Call: "x"})
	consulted    = []Input{ // here x is the second party
		Offered{Call: "y", Line: "desk", Number: "2055"}, Answer{Call: "y"}, Connected{Call: "y", Session: session(1)},
		StartConsult{Call: "x", For: "y", Number: "2044"}, Connected{Call: "x", Session: session(1)},
	}
	wished   = then(talking, Referred{Call: "x", Referral: Referral{Target: "sip:2066@pbx.example.org", By: "2044"}})
	followed = then(wished, FollowReferral{Call: "x", Accept: true, New: "y"})
	sentOn   = then(followed, Connected{Call: "y", Session: session(1)})
	outside  = then(talking, Controlled{Call: "x"})
)

var transferFroms = []from{
	{"grace", graced},
	{"asked", asked},
	{"trying", trying},
	{"target-rings", targetRings},
	{"failed", failed},
	{"unknown", unknown},
	{"cannot-refer", cannotRefer},
	{"bridging", bridging},
	{"consult-rings", consultRings},
	{"consulting", consulting},
	{"swapped", swapped},
	{"joining", handing},
	{"sending-on", sendingOn},
	{"consulted", consulted},
	{"wished", wished},
	{"followed", followed},
	{"sent-on", sentOn},
	{"held-outside", outside},
}

var transferArrows = []arrow{
	{"transfer", QuickTransfer{Call: "x", Number: "2077"}},
	{"consult", StartConsult{Call: "z", For: "x", Number: "2077"}},
	{"swap", Swap{Call: "x"}},
	{"confirm", Confirm{Call: "x"}},
	{"abort", Abort{Call: "x"}},
	{"pickup", Pickup{Call: "x", Number: "2077"}},
	{"follow", FollowReferral{Call: "x", Accept: true, New: "z"}},
	{"refuse-referral", FollowReferral{Call: "x"}},
	{"dnd", DoNotDisturb{On: true}},
	{"forward", Forwarding{Line: "desk", Forward: Forward{Always: "2099"}}},
	{"refer-accepted", Referring{Call: "x", Code: 202, OfRefer: true}},
	{"refer-refused", Referring{Call: "x", Code: 603, OfRefer: true}},
	{"refer-unknown", Referring{Call: "x", Code: 405, OfRefer: true, Cannot: true}},
	{"target-rings", Referring{Call: "x", Code: 180}},
	{"target-busy", Referring{Call: "x", Code: 486, Over: true}},
	{"target-took", Referring{Call: "x", Code: 200, Over: true}},
	{"no-more-news", Referring{Call: "x", Code: 100, Over: true}},
	{"peer-learned", PeerLearned{Call: "x", Peer: PeerFacts{NoReplaces: true}}},
	{"referred", Referred{Call: "x", Referral: Referral{Target: "2088"}}},
	{"talk", Controlled{Call: "x", Talk: true}},
	{"hold-outside", Controlled{Call: "x"}},
	{"replaced", Replaced{Old: "x", New: "z", Line: "desk", Number: "2088"}},
	{"replaces", Replaced{Old: "y", New: "x", Line: "desk", Number: "2088"}},
	{"second-ends", Ended{Call: "y", By: SidePeer, Code: 486}},
	{"second-rings", Progressed{Call: "y", Code: 180}},
	{"second-answers", Connected{Call: "y", Session: session(1)}},
	{"timer-grace", TimerFired{Call: "x", Name: TimerGrace}},
	{"timer-transfer", TimerFired{Call: "x", Name: TimerTransfer}},
	{"timer-forward", TimerFired{Call: "x", Name: TimerForward}},
	{"timer-beep", TimerFired{Call: "x", Name: TimerBeep}},
	{"timer-referral", TimerFired{Call: "x", Name: TimerReferral}},
	{"lamp-changed", LampChanged{Lamp: Lamp{Line: "desk", Number: "2055", State: LampBusy}}},
	{"voice-mail", VoiceMailChanged{Line: "desk", VoiceMail: VoiceMail{Waiting: true, New: 2}}},
	{"watched", Watched{Line: "desk", Numbers: []string{"2055", "2044"}}},
}
