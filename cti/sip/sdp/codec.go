package sdp

import (
	"slices"

	"cordboard/cti"
)

// AllCodecs are the codecs that can be offered, by preference.
var AllCodecs = []string{"opus", "g722", "pcma", "pcmu"}

const event = "telephone-event"

// known is a codec of ours: its preferred payload type and RTP clock (RFC 3551, RFC 7587).
var known = map[string]Format{
	"opus": {PT: 96, Name: "opus", Clock: 48000, Fmtp: "useinbandfec=1;sprop-stereo=0"},
	"g722": {PT: 9, Name: "g722", Clock: 8000},
	"pcma": {PT: 8, Name: "pcma", Clock: 8000},
	"pcmu": {PT: 0, Name: "pcmu", Clock: 8000},
}

// codec turns a format into the domain's codec: g722 samples at 16 kHz though its RTP clock says 8 (RFC 3551 4.5.2).
func (f Format) codec() cti.Codec {
	rate := f.Clock
	if f.Name == "g722" {
		rate = 16000
	}
	return cti.Codec{Name: f.Name, PT: f.PT, Rate: rate, Fmtp: f.Fmtp}
}

// speaks reports whether f is one of the allowed codecs at the clock rate that the name implies.
func speaks(allowed []string, f Format) bool {
	k, ok := known[f.Name]
	return ok && k.Clock == f.Clock && slices.Contains(allowed, f.Name)
}

// eventFor finds telephone-event at the clock of a codec (RFC 4733 2.1: one clock per stream).
func eventFor(formats []Format, clock int) (Format, bool) {
	i := slices.IndexFunc(formats, func(f Format) bool { return f.Name == event && f.Clock == clock })
	if i < 0 {
		return Format{}, false
	}
	return formats[i], true
}

// offered lists our formats for an offer: first the one in use (a codec switch on hold broke music on hold,
// asterisk #1027), then the rest by preference, then telephone-event for each clock. Payload types that were
// agreed on before are kept (RFC 3264 8.3.2).
func offered(allowed []string, first string, agreed []Format) []Format {
	order := slices.Clone(allowed)
	slices.SortStableFunc(order, func(a, b string) int { return rank(a, first) - rank(b, first) })
	var out []Format
	for _, name := range order {
		if k, ok := known[name]; ok {
			out = append(out, pick(agreed, out, k))
		}
	}
	for _, clock := range []int{48000, 8000} {
		if slices.ContainsFunc(out, func(f Format) bool { return f.Name != event && f.Clock == clock }) {
			out = append(out, pick(agreed, out, Format{PT: eventPT(clock), Name: event, Clock: clock, Fmtp: "0-16"}))
		}
	}
	return out
}

// rank puts the codec in use before all others.
func rank(name, first string) int {
	if name == first {
		return 0
	}
	return 1
}

// eventPT is the usual payload type of telephone-event at a clock rate.
func eventPT(clock int) uint8 {
	if clock == 48000 {
		return 102
	}
	return 101
}

// pick returns want with the payload type agreed on before, or one that is neither agreed for another format nor used yet.
func pick(agreed, used []Format, want Format) Format {
	same := func(f Format) bool { return f.Name == want.Name && f.Clock == want.Clock }
	if i := slices.IndexFunc(agreed, same); i >= 0 {
		want.PT = agreed[i].PT
		return want
	}
	taken := func(pt uint8) bool {
		has := func(f Format) bool { return f.PT == pt && !same(f) }
		return slices.ContainsFunc(agreed, has) || slices.ContainsFunc(used, has)
	}
	for pt := want.PT; ; pt++ {
		if !taken(pt) || pt == 127 {
			want.PT = pt
			return want
		}
	}
}
