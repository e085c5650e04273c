package jitter

const (
	// A decoder whose packets build upon one another, such as that of Opus, needs some 40 ms to find its way back after
	// a loss. Where the guess can be trusted for so long, a tone or the like, it is heard for this long still,
	mendHoldMS = 10
	// and fades for this long. Else it ends at once: in speech it would be wrong sooner than the decoder is right.
	mendFadeMS = 30
	pureLike   = 0.998 // likeness of such a sound: hardly a vowel has it
)

// mend is the cross-fade from a guess to the real sound after it. The zero value is one that is over.
type mend struct {
	hold, fade int // samples that are all guess, then those that become real
	done       int
}

// begin takes how the guess is left for real sound. adrift tells that the decoder has missed packets that it needs.
func (m *mend) begin(g *guess, l *line, adrift bool) {
	*m = mend{fade: l.ms(fadeMS)}
	if adrift && g.like > pureLike && g.given < l.ms(steadyMS) {
		m.hold, m.fade = l.ms(mendHoldMS), l.ms(mendFadeMS)
		g.prolong(mendHoldMS + mendFadeMS)
	}
}

// apply mixes the guess into real sound as far as the cross-fade goes.
func (m *mend) apply(pcm []int16, g *guess, rate int) {
	var lead [fadeMS * topRate / 1000]int16
	for m.done < m.hold+m.fade && len(pcm) > 0 {
		n := min(m.hold+m.fade-m.done, len(pcm), len(lead))
		g.fill(lead[:n], rate)
		for i := range n {
			part := max(m.done+i-m.hold, 0)
			pcm[i] = int16((int(lead[i])*(m.fade-part) + int(pcm[i])*part) / m.fade)
		}
		m.done += n
		pcm = pcm[n:]
	}
}
