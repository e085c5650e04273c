package jitter

import "cordboard/media"

const (
	historyMS = 60  // kept of what was played, to repeat from
	aheadMS   = 300 // room for what is decoded and not yet played
	topRate   = 48000
)

// line is the sound itself: what was played lately, then what is still to be played.
type line struct {
	pcm  [(historyMS + aheadMS) * topRate / 1000]int16
	at   int // next sample to play
	end  int // behind the last one
	rate int
}

// ms is a time in samples.
func (l *line) ms(n int) int { return n * l.rate / 1000 }

// ahead is the number of samples not yet played.
func (l *line) ahead() int { return l.end - l.at }

// room makes space for n samples at the end, dropping old history; it returns that space. What does not fit is
// not given.
func (l *line) room(n int) []int16 {
	if l.end+n > len(l.pcm) {
		keep := min(l.at, l.ms(historyMS))
		copy(l.pcm[:], l.pcm[l.at-keep:l.end])
		l.end -= l.at - keep
		l.at = keep
	}
	return l.pcm[l.end:min(l.end+n, len(l.pcm))]
}

// push appends samples.
func (l *line) push(pcm []int16) { l.end += copy(l.room(len(pcm)), pcm) }

// play moves n samples out.
func (l *line) play(dst []int16) { l.at += copy(dst, l.pcm[l.at:l.end]) }

// past is up to n samples before the end, played or not.
func (l *line) past(n int) []int16 { return l.pcm[max(l.end-n, 0):l.end] }

// setRate converts everything to another sample rate, so that a change of codec in mid-word has no seam.
func (l *line) setRate(rate int) {
	if rate == l.rate {
		return
	}
	keep := min(l.at, l.ms(historyMS))
	old := l.pcm[l.at-keep : l.end]
	played, all := keep*rate/l.rate, len(old)*rate/l.rate
	src := append(make([]int16, 0, len(old)), old...) // once per change of codec, not in steady state
	Convert(l.pcm[:all], src)
	l.at, l.end, l.rate = played, all, rate
}

// cut removes n samples at the play position, fading from what comes first to what comes n later.
func (l *line) cut(n, fade int) {
	crossfade(l.pcm[l.at+n:l.at+n+fade], l.pcm[l.at:l.at+fade])
	copy(l.pcm[l.at:], l.pcm[l.at+n:l.end])
	l.end -= n
}

// repeat plays the last n samples once more, fading into them from what was to come.
func (l *line) repeat(n, fade int) {
	l.room(n)
	copy(l.pcm[l.at+n:l.end+n], l.pcm[l.at:l.end])
	l.end += n
	// Now at+n … holds what was to come, and at-n … at what is repeated.
	copy(l.pcm[l.at+fade:l.at+n], l.pcm[l.at-n+fade:l.at])
	for i := range fade {
		next, again := int(l.pcm[l.at+n+i]), int(l.pcm[l.at-n+i])
		l.pcm[l.at+i] = int16((next*(fade-i) + again*i) / fade)
	}
}

// crossfade fades from src into dst over their common length.
func crossfade(dst, src []int16) {
	n := min(len(dst), len(src))
	for i := range n {
		dst[i] = int16((int(src[i])*(n-i) + int(dst[i])*i) / n)
	}
}

// frame is a tick in samples.
func (l *line) frame() int { return media.FrameLen(l.rate) }
