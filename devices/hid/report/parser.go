package report

import "slices"

// global is the state that lasts from item to item and can be pushed (HID 6.2.2.7).
type global struct {
	page        uint16
	min, max    int32
	size, count uint32
	id          uint8
}

// usageRange is one Usage item, or a pair of Usage Minimum and Usage Maximum. Extended says that the item carried its page.
type usageRange struct {
	first, last Usage
	extended    bool
}

// parser walks over the items of a descriptor. Local state is cleared by every main item (HID 6.2.2.8).
type parser struct {
	global
	stack  []global
	usages []usageRange
	lowest *usageRange // Usage Minimum that waits for its Maximum

	open []collection
	out  Descriptor
}

// collection is what a field has to know of those around it.
type collection struct {
	telephony bool
	phone     Usage
}

// Parse takes a report descriptor apart. It fails on one that is cut off, endless or absurd; what it cannot use (other
// pages, odd nesting, unknown items) it passes over, since real devices carry all of that. Pure; any goroutine.
func Parse(desc []byte) (*Descriptor, error) {
	if len(desc) > MaxDescriptor {
		return nil, ErrTooLong
	}
	p := parser{out: Descriptor{Bits: map[Key]int{}}}
	for offset := 0; ; {
		it, next, ok, err := nextItem(desc, offset)
		if err != nil {
			return nil, err
		}
		if !ok {
			return &p.out, nil
		}
		if err := p.take(it); err != nil {
			return nil, at(it.offset, err)
		}
		offset = next
	}
}

// take obeys one item.
func (p *parser) take(it item) error {
	switch it.tag {
	case tagInput, tagOutput, tagFeature, tagCollection, tagEndCollection:
		err := p.main(it)
		p.usages, p.lowest = nil, nil
		return err
	case tagUsage, tagUsageMin, tagUsageMax:
		p.local(it)
		return nil
	case tagPush, tagPop:
		return p.pushed(it.tag)
	}
	return p.setGlobal(it)
}

func (p *parser) setGlobal(it item) error {
	switch it.tag {
	case tagUsagePage:
		p.page = uint16(it.data)
	case tagLogicalMin:
		p.min = it.signed()
	case tagLogicalMax:
		p.max = it.signed()
	case tagReportSize:
		p.size = it.data
	case tagReportCount:
		p.count = it.data
	case tagReportID:
		if it.data == 0 || it.data > 255 {
			return ErrReportID
		}
		p.id, p.out.Numbered = uint8(it.data), true
	}
	return nil
}

func (p *parser) pushed(tag byte) error {
	if tag == tagPush {
		p.stack = append(p.stack, p.global)
		if len(p.stack) > maxDepth {
			return ErrNesting
		}
		return nil
	}
	if len(p.stack) == 0 {
		return ErrPop
	}
	p.global, p.stack = p.stack[len(p.stack)-1], p.stack[:len(p.stack)-1]
	return nil
}

// local keeps a usage. One of four bytes carries its page; a shorter one remembers the page in force here.
func (p *parser) local(it item) {
	if len(p.usages) >= maxUsages {
		return
	}
	r := usageRange{first: Usage(it.data), extended: it.size == 4}
	if !r.extended {
		r.first = MakeUsage(p.page, uint16(it.data))
	}
	r.last = r.first
	switch {
	case it.tag == tagUsageMin:
		p.lowest = &r
	case it.tag == tagUsage:
		p.usages = append(p.usages, r)
	case p.lowest != nil && p.lowest.first.Page() == r.first.Page() && p.lowest.first <= r.first:
		p.lowest.last = r.first
		p.usages, p.lowest = append(p.usages, *p.lowest), nil
	}
}

func (p *parser) main(it item) error {
	switch it.tag {
	case tagCollection:
		return p.begin()
	case tagEndCollection:
		if len(p.open) > 0 {
			p.open = p.open[:len(p.open)-1]
		}
		return nil
	case tagOutput:
		return p.field(Output, it)
	case tagFeature:
		return p.field(Feature, it)
	}
	return p.field(Input, it)
}

// begin opens a collection of whatever kind: an application collection inside another one is against HID 6.2.2.6, but
// real headsets have it.
func (p *parser) begin() error {
	if len(p.open) >= maxDepth {
		return ErrNesting
	}
	c := collection{}
	if len(p.open) > 0 {
		c = p.open[len(p.open)-1]
	}
	for _, n := range p.namings(1) {
		c.telephony = c.telephony || n.Usage.Page() == PageTelephony
		if n.Usage == UsagePhone || n.Usage == UsageHandset || n.Usage == UsageHeadset {
			c.phone = n.Usage
		}
	}
	p.open = append(p.open, c)
	return nil
}

// field adds a main item to its report, and keeps it when it has a usage.
func (p *parser) field(t Type, it item) error {
	k := Key{t, p.id}
	bit := p.out.Bits[k]
	bits := uint64(p.size) * uint64(p.count)
	if bits > MaxReport*8 || uint64(bit)+bits > MaxReport*8 {
		return ErrReport
	}
	p.out.Bits[k] = bit + int(bits)
	f := Field{Type: t, Report: p.id, Bit: bit, Size: int(p.size), Count: int(p.count), Min: p.min, Max: p.max, Flags: Flags(it.data)}
	wanted := f.Count
	if f.Array() {
		wanted = maxUsages
	}
	f.Usages = p.namings(wanted)
	padding := !slices.ContainsFunc(f.Usages, func(n Naming) bool { return n.Usage.ID() != 0 })
	if padding || bits == 0 || f.Size > 32 { // wider ones carry the data of makers, never a button
		return nil
	}
	if len(p.out.Fields) >= maxFields {
		return ErrTooMany
	}
	if len(p.open) > 0 {
		f.Telephony, f.Phone = p.open[len(p.open)-1].telephony, p.open[len(p.open)-1].phone
	}
	p.out.Fields = append(p.out.Fields, f)
	return nil
}

// namings spreads the usages kept so far over at most n values, in order.
func (p *parser) namings(n int) []Naming {
	n = min(n, maxUsages)
	var all []Naming
	for _, r := range p.usages {
		for u := r.first; u <= r.last && len(all) < n; u++ {
			naming := Naming{Usage: u, Meant: u}
			if !r.extended {
				naming.Usage = MakeUsage(p.page, u.ID())
			}
			all = append(all, naming)
		}
	}
	return all
}
