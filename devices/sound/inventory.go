//go:build cgo

package sound

import "cordboard/media"

// endpoint is a device that sound can go to or come from.
type endpoint struct {
	id   string // that the system knows it by
	name string // for people, unique among the endpoints of its direction
}

// inventory is what there is, the system's default first.
type inventory struct{ inputs, outputs []endpoint }

// find looks for the endpoint of a name for a role, the default for "".
func (inv inventory) find(role media.Role, name string) (endpoint, bool) {
	for _, e := range inv.of(role) {
		if name == "" || e.name == name {
			return e, true
		}
	}
	return endpoint{}, false
}

// has reports whether an endpoint is still there.
func (inv inventory) has(role media.Role, id string) bool {
	for _, e := range inv.of(role) {
		if e.id == id {
			return true
		}
	}
	return false
}

func (inv inventory) of(role media.Role) []endpoint {
	if role == media.Mic {
		return inv.inputs
	}
	return inv.outputs
}

// directory knows the endpoints. All its methods but changed are called by the card's goroutine only.
type directory interface {
	list() (inventory, error)
	// device makes e ready to be opened for a role and returns PortAudio's name of it.
	device(role media.Role, e endpoint) (string, error)
	// changed signals that the list may be another now.
	changed() <-chan struct{}
	close() error
}

func names(all []endpoint) []string {
	out := make([]string, len(all))
	for i, e := range all {
		out[i] = e.name
	}
	return out
}
