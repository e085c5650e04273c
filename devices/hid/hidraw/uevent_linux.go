package hidraw

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"cordboard/devices/hid"
)

// longest is how much of a name or serial number is taken from a device.
const longest = 128

// parse takes a device's uevent file apart, lines of KEY=value (drivers/hid/hid-core.c, hid_uevent). ok is false where it
// names no vendor and product.
func parse(uevent string) (info hid.Info, ok bool) {
	for line := range strings.Lines(uevent) {
		key, value, _ := strings.Cut(strings.TrimRight(line, "\n"), "=")
		switch key {
		case "HID_ID":
			ok = identity(value, &info)
		case "HID_NAME":
			info.Name = clean(value)
		case "HID_UNIQ":
			info.Serial = clean(value)
		case "HID_PHYS":
			info.Phys = clean(value)
		}
	}
	return info, ok
}

// identity reads BUS:VENDOR:PRODUCT, all in hexadecimal digits; vendor and product have eight of them.
func identity(value string, info *hid.Info) bool {
	var bus, vendor, product uint32
	if n, err := fmt.Sscanf(value, "%x:%x:%x", &bus, &vendor, &product); n != 3 || err != nil || vendor > 0xffff || product > 0xffff {
		return false
	}
	info.VendorID, info.ProductID = uint16(vendor), uint16(product)
	return true
}

// clean makes untrusted text of a device fit for a line of a window: valid, short, without control characters.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
	if len(s) > longest {
		s = strings.ToValidUTF8(s[:longest], "")
	}
	return strings.TrimSpace(s)
}
