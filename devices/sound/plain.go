//go:build cgo

package sound

import (
	"fmt"
	"sync"
	"time"

	"github.com/gordonklaus/portaudio"

	"cordboard/media"
)

// countEvery is how often a plain directory looks whether the number of devices changed.
const countEvery = 2 * time.Second

// plainDirectory is PortAudio's own list. The id of an endpoint is its name.
type plainDirectory struct {
	events chan struct{}
	quit   chan struct{}
	done   sync.WaitGroup
}

// newPlainDirectory watches count, which tells devices apart only by their number, unless it is nil.
func newPlainDirectory(count func() uintptr) *plainDirectory {
	d := &plainDirectory{events: make(chan struct{}, 1), quit: make(chan struct{})}
	if count != nil {
		d.done.Go(func() { d.watch(count) })
	}
	return d
}

func (d *plainDirectory) watch(count func() uintptr) {
	ticker := time.NewTicker(countEvery)
	defer ticker.Stop()
	for last := count(); ; {
		select {
		case <-d.quit:
			return
		case <-ticker.C:
		}
		if now := count(); now != last {
			last = now
			select {
			case d.events <- struct{}{}:
			default:
			}
		}
	}
}

// list names the devices of the preferred host API, which each stand for one piece of hardware.
func (d *plainDirectory) list() (inventory, error) {
	api, err := preferredAPI()
	if err != nil {
		return inventory{}, err
	}
	var inv inventory
	for _, dev := range api.Devices {
		e := endpoint{id: dev.Name, name: dev.Name}
		if dev.MaxInputChannels > 0 {
			inv.inputs = add(inv.inputs, e, dev == api.DefaultInputDevice)
		}
		if dev.MaxOutputChannels > 0 {
			inv.outputs = add(inv.outputs, e, dev == api.DefaultOutputDevice)
		}
	}
	return inv, nil
}

func add(all []endpoint, e endpoint, first bool) []endpoint {
	if first {
		return append([]endpoint{e}, all...)
	}
	return append(all, e)
}

// preferredAPI is WASAPI where there is one, else the system's default.
func preferredAPI() (*portaudio.HostApiInfo, error) {
	apis, err := portaudio.HostApis()
	if err != nil {
		return nil, fmt.Errorf("list the kinds of sound devices: %w", err)
	}
	for _, api := range apis {
		if api.Type == portaudio.WASAPI {
			return api, nil
		}
	}
	api, err := portaudio.DefaultHostApi()
	if err != nil {
		return nil, fmt.Errorf("find the system's kind of sound devices: %w", err)
	}
	return api, nil
}

func (d *plainDirectory) device(_ media.Role, e endpoint) (string, error) { return e.id, nil }

func (d *plainDirectory) changed() <-chan struct{} { return d.events }

func (d *plainDirectory) close() error {
	close(d.quit)
	d.done.Wait()
	return nil
}
