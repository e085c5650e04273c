package engine

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"cordboard/cti"
	"cordboard/media"
)

// None is the name by which an operator chooses to have no device for a role.
const None = "none"

// retryAfter is how long a device that would not open is left alone.
const retryAfter = 2 * time.Second

// device is one role of the sound desk: what was chosen for it, what is open, how it does. Only the sound desk's
// goroutine uses it.
type device struct {
	role   media.Role
	title  string                           // in sentences: "microphone"
	bind   func(*media.Ring, time.Duration) // gives the tick a newly opened device of that latency
	unbind func()                           // takes it away again

	chosen  string
	present []string // names of the devices there are for the role, the system's default first
	recheck bool     // present is new: there may be a better device than that in use

	wanted bool
	coolAt time.Time // when a device that is not needed any more will be closed; zero while it is needed

	stream  media.Stream
	asked   string    // the name that stream was opened by
	retryAt time.Time // not to be opened again before

	shown cti.Device
}

// need says whether the device is needed now. It stays wanted for a while after that.
func (d *device) need(needed bool, now time.Time, warm time.Duration) {
	switch {
	case needed:
		d.wanted, d.coolAt = true, time.Time{}
	case d.wanted && d.coolAt.IsZero():
		d.coolAt = now.Add(warm)
	case d.wanted && !now.Before(d.coolAt):
		d.wanted, d.coolAt = false, time.Time{}
	}
}

// choose names the device for the role; the one in use is given up.
func (d *device) choose(name string) {
	if name != d.chosen {
		d.close()
		d.chosen, d.retryAt = name, time.Time{}
	}
}

// lost is closed when the open stream is gone; nil, which never is, while there is none.
func (d *device) lost() <-chan struct{} {
	if d.stream == nil {
		return nil
	}
	return d.stream.Lost()
}

// vanished reports whether the device in use was listed so far and is not among those that are present now. A file is
// never listed.
func (d *device) vanished(now []string) bool {
	return d.stream != nil && slices.Contains(d.present, d.stream.Name()) && !slices.Contains(now, d.stream.Name())
}

// close ends the stream, if there is one.
func (d *device) close() {
	if d.stream == nil {
		return
	}
	d.unbind()
	// Nothing depends on how the end of a device went, and one that vanished may well complain.
	_ = d.stream.Close()
	d.stream = nil
}

// settle brings the device to where it should be.
func (d *device) settle(sound media.Sound, now time.Time) {
	switch {
	case d.chosen == None:
		d.close()
		d.shown = cti.Device{Name: None, State: cti.DeviceNone, Note: "there is no " + d.title + ", as chosen"}
	case !d.wanted:
		d.close()
		d.shown = cti.Device{Name: d.name(), State: cti.DeviceIdle, Note: "the " + d.title + " is closed until a call needs it"}
	case d.stream != nil && !d.better():
	case d.stream == nil && now.Before(d.retryAt):
	default:
		d.close()
		d.open(sound, now)
	}
	d.recheck = false
}

// name is what the device is called while it is closed.
func (d *device) name() string {
	if d.chosen == "" && len(d.present) > 0 {
		return d.present[0]
	}
	return d.chosen
}

// better reports whether, of the devices that are present now, another one than that in use should be: the chosen one
// when it is back, or what the system has made its default in place of the default in use.
func (d *device) better() bool {
	switch {
	case !d.recheck || d.asked != "" && d.asked == d.chosen:
		return false
	case slices.Contains(d.present, d.chosen):
		return true
	}
	return len(d.present) > 0 && d.present[0] != d.stream.Name()
}

// open tries the chosen device, then the system's default in its place.
func (d *device) open(sound media.Sound, now time.Time) {
	err := d.try(sound, d.chosen)
	if err == nil {
		d.shown = cti.Device{Name: d.stream.Name(), State: cti.DeviceOK}
		return
	}
	d.shown = cti.Device{Name: d.name(), State: stateOf(err), Note: err.Error()}
	if d.chosen != "" && d.try(sound, "") == nil {
		d.shown.Note = fmt.Sprintf("%v; %s is used instead", err, d.stream.Name())
		return
	}
	d.retryAt = now.Add(retryAfter)
}

// try opens a device by name and lets the tick have it.
func (d *device) try(sound media.Sound, name string) error {
	ring := media.NewRing(ringSize)
	s, err := sound.Open(d.role, name, ring)
	if err != nil {
		return err
	}
	d.stream, d.asked, d.retryAt = s, name, time.Time{}
	d.bind(ring, s.Latency())
	return nil
}

// failed reports whether the device should work now and does not.
func (d *device) failed() bool { return d.wanted && d.chosen != None && d.stream == nil }

// due is when the device wants to be settled again without any other reason; zero for never.
func (d *device) due() time.Time {
	if d.failed() {
		return d.retryAt
	}
	return d.coolAt
}

// stateOf names what is wrong with a device.
func stateOf(err error) cti.DeviceState {
	var de *media.DeviceError
	switch {
	case errors.As(err, &de) && de.Gone:
		return cti.DeviceMissing
	case errors.As(err, &de) && de.Busy:
		return cti.DeviceBusy
	}
	return cti.DeviceFailed
}
