package report

import "fmt"

// Usage is a usage with its page in the upper 16 bits, as an extended usage item carries it (HID 6.2.2.8).
type Usage uint32

// Usage pages that matter to call control (HUT section 3).
const (
	PageLED       uint16 = 0x08
	PageButton    uint16 = 0x09
	PageTelephony uint16 = 0x0b
	PageConsumer  uint16 = 0x0c
)

// Usages of the telephony page (HUT section 10).
const (
	UsagePhone        Usage = 0x0b0001
	UsageHandset      Usage = 0x0b0004
	UsageHeadset      Usage = 0x0b0005
	UsageProgrammable Usage = 0x0b0007
	UsageHookSwitch   Usage = 0x0b0020
	UsageFlash        Usage = 0x0b0021
	UsageRedial       Usage = 0x0b0024
	UsageDrop         Usage = 0x0b0026
	UsageLine         Usage = 0x0b002a
	UsageSpeakerPhone Usage = 0x0b002b
	UsagePhoneMute    Usage = 0x0b002f
	UsageSpeedDial    Usage = 0x0b0050
	UsageVoiceMail    Usage = 0x0b0070
	UsageLineBusyTone Usage = 0x0b0097
	UsageRinger       Usage = 0x0b009e
	UsageKey0         Usage = 0x0b00b0
	UsageKeyD         Usage = 0x0b00bf
)

// MakeUsage joins a page and an ID.
func MakeUsage(page, id uint16) Usage { return Usage(page)<<16 | Usage(id) }

// Page is the usage page.
func (u Usage) Page() uint16 { return uint16(u >> 16) }

// ID is the usage within its page.
func (u Usage) ID() uint16 { return uint16(u) }

// String gives page and ID in hexadecimal, as the usage tables print them.
func (u Usage) String() string { return fmt.Sprintf("%02x:%02x", u.Page(), u.ID()) }
