package report

import (
	"errors"
	"fmt"
)

// Limits of what is taken from a device. Real descriptors stay below 1,000 bytes, real reports below 1,024.
const (
	MaxDescriptor = 4096 // bytes, as in the Linux kernel (HID_MAX_DESCRIPTOR_SIZE)
	MaxReport     = 4096 // bytes of one report without its ID
	maxDepth      = 32   // of collections, and of pushed global states
	maxUsages     = 256  // of one main item that are looked at
	maxFields     = 1024 // of a descriptor
	maxControls   = 256  // of a device; what comes after them is passed over, and so it is with
	maxLamps      = 64   // its lamps
	maxSlots      = 8    // of an array: keys that are held at the same time
)

// Errors of Parse; each is wrapped with the offset in the descriptor at which it was found.
var (
	ErrTooLong   = errors.New("the report descriptor is too long")
	ErrTruncated = errors.New("the report descriptor ends in the middle of an item")
	ErrNesting   = errors.New("collections or pushed states are nested too deep")
	ErrTooMany   = errors.New("the report descriptor has too many fields")
	ErrReport    = errors.New("a report is too long")
	ErrReportID  = errors.New("a report ID is not in 1 to 255")
	ErrPop       = errors.New("a state is popped that was never pushed")
)

// at says where in the descriptor an error was found.
func at(offset int, err error) error {
	return fmt.Errorf("item at byte %d: %w", offset, err)
}
