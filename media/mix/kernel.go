package mix

// sumSpoken makes the common sum, four sources a pass: the sum is then loaded and stored a quarter as often.
func (m *Mixer) sumSpoken() {
	if len(m.spoken) == 0 {
		return
	}
	clear(m.sum)
	i := 0
	for ; i+4 <= len(m.spoken); i += 4 {
		s := m.spoken[i:]
		addFour(m.sum, m.in[s[0]], m.in[s[1]], m.in[s[2]], m.in[s[3]])
	}
	for ; i < len(m.spoken); i++ {
		add(m.sum, m.in[m.spoken[i]])
	}
}

// play makes listener l's frame.
func (m *Mixer) play(l int) {
	p, lim := &m.programs[l], &m.limiters[l]
	if p.idle {
		clear(m.out[l])
		lim.reset()
		return
	}
	if len(p.terms) == 1 && lim.resting() && m.playOne(l, p.terms[0]) {
		return
	}
	if p.common {
		copy(m.acc, m.sum)
	} else {
		clear(m.acc)
	}
	for _, t := range p.terms {
		m.apply(t)
	}
	lim.run(m.out[l], m.acc)
}

// playOne makes the frames of the two usual cases in one pass: a call of two, and a conference where I hear
// everybody but myself. It reports whether it could.
func (m *Mixer) playOne(l int, t term) bool {
	switch {
	case m.programs[l].common && t.to == -unity:
		return lessOwn(m.out[l], m.sum, m.in[t.source])
	case !m.programs[l].common && t.from == unity && t.to == unity:
		copy(m.out[l], m.in[t.source])
		return true
	}
	return false
}

func (m *Mixer) apply(t term) {
	in := m.in[t.source]
	switch {
	case t.from != t.to:
		addFading(m.acc, in, t.from, t.to)
	case t.to == unity:
		add(m.acc, in)
	case t.to == -unity:
		subtract(m.acc, in)
	default:
		addScaled(m.acc, in, t.to)
	}
}

func add(acc []int32, in []int16) {
	in = in[:len(acc)]
	for i := range acc {
		acc[i] += int32(in[i])
	}
}

func addFour(acc []int32, a, b, c, d []int16) {
	n := len(acc)
	a, b, c, d = a[:n], b[:n], c[:n], d[:n]
	for i := range acc {
		acc[i] += int32(a[i]) + int32(b[i]) + int32(c[i]) + int32(d[i])
	}
}

func subtract(acc []int32, in []int16) {
	in = in[:len(acc)]
	for i := range acc {
		acc[i] -= int32(in[i])
	}
}

const half = 1 << (unityBits - 1)

func addScaled(acc []int32, in []int16, gain int32) {
	in = in[:len(acc)]
	g := int64(gain)
	for i := range acc {
		acc[i] += int32((int64(in[i])*g + half) >> unityBits)
	}
}

// addFading moves the gain in equal steps, arriving at the last sample.
func addFading(acc []int32, in []int16, from, to int32) {
	in = in[:len(acc)]
	// Eight more bits, or the steps of a small fade would round to nothing.
	g := int64(from) << 8
	step := (int64(to)<<8 - g) / int64(len(acc))
	for i := range acc {
		g += step
		acc[i] += int32((int64(in[i])*(g>>8) + half) >> unityBits)
	}
}

// lessOwn writes sum minus own and reports whether all of it was below full scale; when it was not, out is to be
// made again through the limiter.
func lessOwn(out []int16, sum []int32, own []int16) bool {
	n := len(out)
	sum, own = sum[:n], own[:n]
	var over uint32
	for i := range out {
		v := sum[i] - int32(own[i])
		over |= uint32(v+fullScale+1) >> 16
		out[i] = int16(v)
	}
	return over == 0
}
