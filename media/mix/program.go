package mix

// term adds one source to a listener's sum. A negative unity takes a source out of the common sum again.
type term struct {
	source   int
	from, to int32 // gain at the start and at the end of the tick, Q24
}

// program is how one listener's frame is made: from the common sum or from nothing, plus its terms.
type program struct {
	common bool
	terms  []term
	idle   bool // hears nothing: the frame is zeros
}

// compile turns the gain matrix into one program per listener, taking whichever way needs fewer passes: its edges
// one by one, or the common sum less the exceptions. Integers make both give the same samples. While a gain is
// fading the result holds for one tick only, so it is compiled again for the next.
func (m *Mixer) compile() {
	m.dirty = false
	m.spoken = m.spoken[:0]
	for s := range m.slots {
		if m.unityEdges(s) > 0 {
			m.spoken = append(m.spoken, s)
		}
	}
	saved := 0
	for l := range m.slots {
		edgewise, fromCommon := m.cost(l)
		m.programs[l].common = fromCommon < edgewise
		saved += max(0, edgewise-fromCommon)
	}
	worth := saved > len(m.spoken)
	for l := range m.slots {
		m.programs[l].common = m.programs[l].common && worth
		m.write(l)
	}
	if !worth {
		m.spoken = m.spoken[:0]
	}
}

// unityEdges counts the listeners that hear s at a steady gain of 1.
func (m *Mixer) unityEdges(s int) int {
	n := 0
	for l := range m.slots {
		if m.steadyUnity(l*m.slots + s) {
			n++
		}
	}
	return n
}

func (m *Mixer) steadyUnity(at int) bool { return m.now[at] == unity && m.want[at] == unity }

// cost is the number of passes over a frame that each way takes. Both need three more to clear the sum, to look for
// its peak and to write it out, except where play does all in one pass: one source as is, or all but one.
func (m *Mixer) cost(l int) (edgewise, fromCommon int) {
	edges, exceptions := m.passes(l)
	edgewise, fromCommon = edges+3, exceptions+3
	if edges <= 1 {
		edgewise = edges
	}
	if exceptions == 1 {
		fromCommon = 1
	}
	return edgewise, fromCommon
}

// passes counts how many sources listener l needs edge by edge, and how many when it starts from the common sum.
func (m *Mixer) passes(l int) (edges, exceptions int) {
	row := l * m.slots
	for s := range m.slots {
		if m.now[row+s] != 0 || m.want[row+s] != 0 {
			edges++
			if !m.steadyUnity(row + s) {
				exceptions++
			}
		}
	}
	for _, s := range m.spoken {
		if !m.steadyUnity(row + s) {
			exceptions++
		}
	}
	return edges, exceptions
}

// write fills listener l's program and moves its gains to where they will be after the tick.
func (m *Mixer) write(l int) {
	p, row := &m.programs[l], l*m.slots
	p.terms = p.terms[:0]
	if p.common {
		for _, s := range m.spoken {
			if !m.steadyUnity(row + s) {
				p.terms = append(p.terms, term{s, -unity, -unity})
			}
		}
	}
	for s := range m.slots {
		from, to := m.now[row+s], m.want[row+s]
		if from == 0 && to == 0 || p.common && m.steadyUnity(row+s) {
			continue
		}
		p.terms = append(p.terms, term{s, from, to})
		if from != to {
			m.now[row+s] = to
			m.dirty = true
		}
	}
	p.idle = !p.common && len(p.terms) == 0
}
