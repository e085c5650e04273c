package cti

// applyTransfer is the table of transfers and of what comes from outside.
func (t *turn) applyTransfer(in Input) error {
	switch in := in.(type) {
	case StartConsult:
		return t.startConsult(in)
	case Swap:
		return t.swap(in)
	case QuickTransfer:
		return t.quickTransfer(in)
	case Confirm:
		return t.confirm(in)
	case Abort:
		return t.abort(in)
	case Pickup:
		return t.pickUp(in)
	case FollowReferral:
		return t.followReferral(in)
	case DoNotDisturb:
		return t.doNotDisturb(in)
	case Forwarding:
		return t.forwarding(in)
	case Referring:
		return t.referring(in)
	case PeerLearned:
		return t.peerLearned(in)
	case Referred:
		return t.referredBy(in)
	case Controlled:
		return t.controlled(in)
	case Replaced:
		return t.replaced(in)
	case LampChanged:
		return t.lampChanged(in)
	case VoiceMailChanged:
		return t.voiceMailChanged(in)
	case Watched:
		return t.watched(in)
	}
	return &Ignored{Kind: in.Kind(), Reason: "this desk does not know it"}
}
