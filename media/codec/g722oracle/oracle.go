//go:build cgo && linux

// Package g722oracle reaches Debian's libspandsp, an independent G.722, for the test that ours is bit-exact. The
// library is loaded when the test asks for it, so that nothing needs it to build.
package g722oracle

/*
#cgo LDFLAGS: -ldl
#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>

typedef void *(*init_fn)(void *, int, int);
typedef int (*encode_fn)(void *, uint8_t *, const int16_t *, int);
typedef int (*decode_fn)(void *, int16_t *, const uint8_t *, int);

static void *open_library(const char *name) { return dlopen(name, RTLD_NOW); }
static void *symbol(void *lib, const char *name) { return dlsym(lib, name); }
static void *call_init(void *f) { return ((init_fn)f)(NULL, 64000, 0); }
static int call_encode(void *f, void *s, uint8_t *out, const int16_t *in, int n) { return ((encode_fn)f)(s, out, in, n); }
static int call_decode(void *f, void *s, int16_t *out, const uint8_t *in, int n) { return ((decode_fn)f)(s, out, in, n); }
*/
import "C"

import (
	"errors"
	"unsafe"
)

// Codec is one encoder and one decoder of libspandsp at 64 kbit/s. Their memory is given back when the test ends.
type Codec struct {
	encode, decode         unsafe.Pointer // functions
	encodeState, decodeRun unsafe.Pointer
}

// Open loads libspandsp. The error says that it is not installed.
func Open() (*Codec, error) {
	name := C.CString("libspandsp.so.2")
	defer C.free(unsafe.Pointer(name))
	lib := C.open_library(name)
	if lib == nil {
		return nil, errors.New("libspandsp.so.2 is not installed (Debian: libspandsp2)")
	}
	get := func(s string) unsafe.Pointer {
		c := C.CString(s)
		defer C.free(unsafe.Pointer(c))
		return C.symbol(lib, c)
	}
	c := &Codec{encode: get("g722_encode"), decode: get("g722_decode")}
	encInit, decInit := get("g722_encode_init"), get("g722_decode_init")
	if c.encode == nil || c.decode == nil || encInit == nil || decInit == nil {
		return nil, errors.New("libspandsp.so.2 has no G.722")
	}
	c.encodeState, c.decodeRun = C.call_init(encInit), C.call_init(decInit)
	return c, nil
}

// Encode returns the payload of pcm, which must not be empty.
func (c *Codec) Encode(pcm []int16) []byte {
	out := make([]byte, len(pcm)/2+1)
	n := C.call_encode(c.encode, c.encodeState, (*C.uint8_t)(&out[0]), (*C.int16_t)(&pcm[0]), C.int(len(pcm)))
	return out[:n]
}

// Decode returns the samples of payload, which must not be empty.
func (c *Codec) Decode(payload []byte) []int16 {
	out := make([]int16, 2*len(payload)+2)
	n := C.call_decode(c.decode, c.decodeRun, (*C.int16_t)(&out[0]), (*C.uint8_t)(&payload[0]), C.int(len(payload)))
	return out[:n]
}
