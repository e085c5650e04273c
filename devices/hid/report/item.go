package report

// Item tags with their type, as the prefix byte without its size bits (HID 6.2.2.4, 6.2.2.7 and 6.2.2.8).
const (
	tagInput         = 0x80
	tagOutput        = 0x90
	tagFeature       = 0xb0
	tagCollection    = 0xa0
	tagEndCollection = 0xc0

	tagUsagePage   = 0x04
	tagLogicalMin  = 0x14
	tagLogicalMax  = 0x24
	tagReportSize  = 0x74
	tagReportID    = 0x84
	tagReportCount = 0x94
	tagPush        = 0xa4
	tagPop         = 0xb4

	tagUsage    = 0x08
	tagUsageMin = 0x18
	tagUsageMax = 0x28

	longItem = 0xfe // prefix byte of a long item (HID 6.2.2.3); none is defined, so they are skipped
)

// item is one short item.
type item struct {
	tag    byte
	size   int // of the data in bytes: 0, 1, 2 or 4
	data   uint32
	offset int
}

// signed reads the data as a two's complement number of its own width.
func (i item) signed() int32 {
	switch i.size {
	case 1:
		return int32(int8(i.data))
	case 2:
		return int32(int16(i.data))
	}
	return int32(i.data)
}

// nextItem reads the short item at offset and gives the offset of the one after it; long items before it are skipped.
// At the end of the descriptor ok is false.
func nextItem(desc []byte, offset int) (it item, next int, ok bool, err error) {
	for offset < len(desc) && desc[offset] == longItem {
		if offset+1 >= len(desc) || offset+3+int(desc[offset+1]) > len(desc) {
			return item{}, 0, false, at(offset, ErrTruncated)
		}
		offset += 3 + int(desc[offset+1])
	}
	if offset >= len(desc) {
		return item{}, offset, false, nil
	}
	size := int(desc[offset] & 3)
	if size == 3 {
		size = 4
	}
	it = item{tag: desc[offset] &^ 3, size: size, offset: offset}
	next = offset + 1 + size
	if next > len(desc) {
		return item{}, 0, false, at(offset, ErrTruncated)
	}
	for i := size; i > 0; i-- {
		it.data = it.data<<8 | uint32(desc[offset+i])
	}
	return it, next, true, nil
}
