package jitter

// Convert fills dst with src at another rate by straight lines between samples. It serves the few milliseconds
// in flight when a stream changes its codec, where continuity matters and fidelity does not.
func Convert(dst, src []int16) {
	if len(src) == 0 {
		clear(dst)
		return
	}
	for i := range dst {
		at := i * len(src)
		k, frac := at/len(dst), at%len(dst)
		a, b := int(src[k]), int(src[min(k+1, len(src)-1)])
		dst[i] = int16(a + (b-a)*frac/len(dst))
	}
}
