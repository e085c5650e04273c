package codec

// qmf is the filter bank of 24 taps that splits 16 kHz into two bands of 8 kHz and joins them again (G.722 section
// 3.1 and 4.4). The recommendation works on 14 bits; as other implementations do, we use two more on the outside.
type qmf struct{ x [24]int }

// qmfTaps are the first twelve; the rest is their mirror image.
var qmfTaps = [12]int{3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11}

func (q *qmf) analyse(first, second int) (low, high int) {
	even, odd := q.shift(first, second)
	return (even + odd) >> 14, (even - odd) >> 14
}

func (q *qmf) synthesise(low, high int) (first, second int16) {
	even, odd := q.shift(low+high, low-high)
	return int16(saturate(even >> 11)), int16(saturate(odd >> 11))
}

// shift takes two samples in and gives both phases of the filter.
func (q *qmf) shift(first, second int) (even, odd int) {
	copy(q.x[:], q.x[2:])
	q.x[22], q.x[23] = first, second
	for i, tap := range qmfTaps {
		odd += q.x[2*i] * tap
		even += q.x[23-2*i] * tap
	}
	return even, odd
}
