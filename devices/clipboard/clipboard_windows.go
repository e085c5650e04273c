package clipboard

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	user32           = windows.NewLazySystemDLL("user32.dll")
	openClipboard    = user32.NewProc("OpenClipboard")
	closeClipboard   = user32.NewProc("CloseClipboard")
	getClipboardData = user32.NewProc("GetClipboardData")
	kernel32         = windows.NewLazySystemDLL("kernel32.dll")
	globalLock       = kernel32.NewProc("GlobalLock")
	globalUnlock     = kernel32.NewProc("GlobalUnlock")
	globalSize       = kernel32.NewProc("GlobalSize")
)

const (
	cfUnicodeText = 13                    // winuser.h
	retry         = 20 * time.Millisecond // another program may have the clipboard open for a moment
)

// read returns the text of the clipboard. Windows has no selection that another program could read.
func read(ctx context.Context, _ func(string) string, from Source) (string, error) {
	if from == Selection {
		return "", errors.New("Windows does not let a program read what is marked in another: copy it and dial the clipboard")
	}
	runtime.LockOSThread() // the clipboard is open for a thread
	defer runtime.UnlockOSThread()
	for {
		ok, _, err := openClipboard.Call(0)
		if ok != 0 {
			break
		}
		select {
		case <-ctx.Done():
			return "", fmt.Errorf("the clipboard cannot be read: %w", err)
		case <-time.After(retry):
		}
	}
	defer func() { _, _, _ = closeClipboard.Call() }() // it was open
	data, _, _ := getClipboardData.Call(cfUnicodeText)
	if data == 0 {
		return "", errEmpty
	}
	return textOf(data)
}

// textOf copies the text out of a block of global memory.
func textOf(data uintptr) (string, error) {
	at, _, err := globalLock.Call(data)
	if at == 0 {
		return "", fmt.Errorf("the clipboard cannot be read: %w", err)
	}
	defer func() { _, _, _ = globalUnlock.Call(data) }() // it was locked
	size, _, _ := globalSize.Call(data)
	if size > 2*maxText+2 {
		return "", errTooLong
	}
	// The address is one of Windows' and not of Go's heap, so it cannot move.
	units := unsafe.Slice((*uint16)(*(*unsafe.Pointer)(unsafe.Pointer(&at))), size/2)
	return windows.UTF16ToString(units), nil
}
