package report

// Bits reads a value of a report: size bits from bit on, least significant first (HID 8.4). ok is false when the payload,
// which is the report without its ID, is too short for it.
func Bits(payload []byte, bit, size int) (value uint32, ok bool) {
	if bit < 0 || size < 1 || size > 32 || bit+size > len(payload)*8 {
		return 0, false
	}
	for i := size - 1; i >= 0; i-- {
		value = value<<1 | uint32(payload[(bit+i)/8]>>((bit+i)%8)&1)
	}
	return value, true
}

// SetBits writes a value into a payload; what does not fit is left out.
func SetBits(payload []byte, bit, size int, value uint32) {
	for i := range size {
		at := bit + i
		if at/8 >= len(payload) {
			return
		}
		if value>>i&1 != 0 {
			payload[at/8] |= 1 << (at % 8)
		} else {
			payload[at/8] &^= 1 << (at % 8)
		}
	}
}

// extend reads a value of size bits as a two's complement number.
func extend(value uint32, size int) int32 {
	shift := 32 - size
	return int32(value<<shift) >> shift
}
