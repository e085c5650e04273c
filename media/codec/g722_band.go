package codec

// band is the predictor and the quantizer's scale of one half of the spectrum. Encoder and decoder keep the same
// one in step by feeding it the bits on the wire. The names are those of G.722 section 3.
type band struct {
	s, sp, sz int    // signal estimate and its parts from the poles and from the zeros
	det, nb   int    // quantizer scale, linear and logarithmic
	a         [3]int // pole coefficients, 1 and 2
	b         [7]int // zero coefficients, 1 to 6
	r, p      [3]int // reconstructed and partly reconstructed signal, newest first
	d         [7]int // quantized differences, newest first
}

func (x *band) reset(det int) { *x = band{det: det} }

// adaptLow takes the six bits of the low band, of which the predictor uses the upper four, so that a decoder that
// has lost the lower two to auxiliary data stays in step (INVQAL, LOGSCL, SCALEL).
func (x *band) adaptLow(il int) {
	code := il >> 2
	d := x.det * levels4[code] >> 15
	x.scale(scaleLow[magnitudeLow[code]], 18432, 8)
	x.predict(d)
}

// adaptHigh takes the two bits of the high band (INVQAH, LOGSCH, SCALEH).
func (x *band) adaptHigh(ih int) {
	d := x.det * levels2[ih] >> 15
	x.scale(scaleHigh[magnitudeHigh[ih]], 22528, 10)
	x.predict(d)
}

// scale leaks the logarithmic scale, moves it by step, and makes the linear one from it.
func (x *band) scale(step, top, shift int) {
	x.nb = min(max(x.nb*127>>7+step, 0), top)
	mantissa := antilog[x.nb>>6&31]
	if shift -= x.nb >> 11; shift < 0 {
		x.det = mantissa << -shift << 2
	} else {
		x.det = mantissa >> shift << 2
	}
}

// predict takes the quantized difference and forms the estimate of the next sample.
func (x *band) predict(d int) {
	x.d[0] = d
	x.r[0] = saturate(x.s + d)
	x.p[0] = saturate(x.sz + d)
	x.adaptPoles()
	x.adaptZeros()
	copy(x.d[1:], x.d[:6])
	copy(x.r[1:], x.r[:2])
	copy(x.p[1:], x.p[:2])
	x.sp = saturate(x.a[1]*saturate(2*x.r[1])>>15 + x.a[2]*saturate(2*x.r[2])>>15)
	x.sz = 0
	for i := 1; i < 7; i++ {
		x.sz += x.b[i] * saturate(2*x.d[i]) >> 15
	}
	x.sz = saturate(x.sz)
	x.s = saturate(x.sp + x.sz)
}

// adaptPoles moves both pole coefficients by the signs of the partly reconstructed signal, within the triangle where
// the filter is stable (UPPOL2, UPPOL1).
func (x *band) adaptPoles() {
	same1 := x.p[0] < 0 == (x.p[1] < 0)
	same2 := x.p[0] < 0 == (x.p[2] < 0)
	cross := saturate(4 * x.a[1])
	if same1 {
		cross = min(-cross, 32767)
	}
	a2 := cross>>7 + sign(same2, 128) + x.a[2]*32512>>15
	a2 = min(max(a2, -12288), 12288)
	a1 := saturate(sign(same1, 192) + x.a[1]*32640>>15)
	bound := saturate(15360 - a2)
	x.a[1], x.a[2] = min(max(a1, -bound), bound), a2
}

// adaptZeros moves the zero coefficients by the signs of the differences (UPZERO).
func (x *band) adaptZeros() {
	step := 128
	if x.d[0] == 0 {
		step = 0
	}
	for i := 1; i < 7; i++ {
		same := x.d[0] < 0 == (x.d[i] < 0)
		x.b[i] = saturate(sign(same, step) + x.b[i]*32640>>15)
	}
}

func sign(plus bool, v int) int {
	if plus {
		return v
	}
	return -v
}

// quantizeLow finds the code of six bits for a difference (QUANTL). The two signs count their codes apart.
func quantizeLow(diff, det int) int {
	diff = saturate(diff)
	size := diff
	if diff < 0 {
		size = ^diff
	}
	i := 1
	for i < 30 && size >= decisionsLow[i]*det>>12 {
		i++
	}
	switch {
	case diff >= 0:
		return 62 - i
	case i <= 2:
		return 64 - i
	}
	return 34 - i
}

// quantizeHigh finds the code of two bits (QUANTH).
func quantizeHigh(diff, det int) int {
	diff = saturate(diff)
	code, size := 3, diff
	if diff < 0 {
		code, size = 1, ^diff
	}
	if size >= 564*det>>12 {
		code--
	}
	return code
}

// saturate keeps v in 16 bits.
func saturate(v int) int { return min(max(v, -32768), 32767) }

// limit15 keeps v in 15 bits.
func limit15(v int) int { return min(max(v, -16384), 16383) }
